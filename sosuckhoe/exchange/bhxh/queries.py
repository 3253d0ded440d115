"""What the insurer told last of a person's card, and which cards to ask about again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange.bhxh import results
from sosuckhoe.exchange.bhxh.results import Card, Result

_SHOWN = 4


class Standing(NamedTuple):
    """A card as it was told, when, and for which facility ('' by night)."""

    card: Card
    checked: datetime
    facility: str

    @property
    def masked(self) -> str:
        """All but the last four signs of the number hidden."""
        number = self.card.number
        return "•" * max(len(number) - _SHOWN, 0) + number[-_SHOWN:]

    @property
    def result(self) -> Result:
        """What its result code means, in words."""
        return results.results()[self.card.result]

    @property
    def is_good(self) -> bool:
        """Whether the insurer has said that the card pays."""
        return self.card.state in {results.VALID, results.PAPERS, results.RENEWED}


def standing(person: int) -> Standing | None:
    """What was told last; None when nobody has asked."""
    columns = ", ".join(Card._fields)
    found = db.tuples(
        f"select {columns}, checked, facility from exchange_card where bucket = %s and person = %s",  # noqa: S608 -- names of our own fields
        (bucket_of(person), person),
    )
    return Standing(Card(*found[0][:-2]), *found[0][-2:]) if found else None


def ending(on: date, at: datetime, most: int) -> list[int]:
    """Persons whose card ends soon and was not asked about lately, soonest first."""
    plan = results.night()
    found = db.tuples(
        """
        select person from exchange_card
        where until between %s and %s and checked < %s and state in ('valid', 'papers', 'renewed')
        order by until, bucket, person limit %s
        """,
        (
            on - timedelta(days=plan["again_days"]), on + timedelta(days=plan["before_end_days"]),
            at - timedelta(days=plan["again_days"]), most,
        ),
    )  # fmt: skip
    return [row[0] for row in found]
