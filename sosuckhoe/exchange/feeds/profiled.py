"""Health profiles that the accounts of other vendors' systems sent: they are arrivals of facilities, told by system."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sosuckhoe.access import queries as access
from sosuckhoe.base import db
from sosuckhoe.exchange.feeds.looking import Asked


class Sending(NamedTuple):
    """One file: the system whose account sent it, the facility it is kept for, and how many profiles became what.

    `state` is one of looking.STATES.
    """

    number: int
    source: str
    facility: str
    received: datetime
    state: str
    filed: int
    unchanged: int
    refused: int


def listed(asked: Asked, most: int) -> list[Sending]:
    """Files with profiles that accounts of these systems sent, the newest first."""
    accounts = access.accounts_of_sources(asked.sources)
    rows = db.tuples(
        """
        select * from (
          select arrival.id, arrival.account, arrival.facility, arrival.received,
            case when filing.arrival is null then 'waiting' when filing.problem <> '' then 'refused'
              when filing.refused > 0 then 'partly' else 'filed' end as state,
            coalesce(filing.filed, 0), coalesce(filing.unchanged, 0), coalesce(filing.refused, 0)
          from exchange_arrival arrival left join exchange_filing filing on filing.arrival = arrival.id
          where arrival.account = any(%(accounts)s) and arrival.kind = 'profile'
            and (%(before)s::int8 is null or arrival.id < %(before)s)
        ) sent where %(state)s in ('', state) order by id desc limit %(most)s
        """,
        {"accounts": list(accounts), "before": asked.before, "state": asked.state, "most": most},
    )
    return [Sending(number, accounts[account], *rest) for number, account, *rest in rows]
