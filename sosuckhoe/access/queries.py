"""What access knows: accounts, relations between persons, ties between facilities and persons, the log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sosuckhoe.access import sight
from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import bucket_of


def holdings(person: int | None) -> dict[int, str]:
    """The persons whose books this person holds today, each with the level: see, manage, full."""
    if person is None:
        return {}
    found = db.tuples(
        """
        select dependant, case when full_until <= %(today)s and level = 'full' then 'see' else level end
        from access_relation
        where bucket = %(bucket)s and holder = %(person)s and (until is null or until > %(today)s)
        """,
        {"bucket": bucket_of(person), "person": person, "today": clock.today()},
    )
    return dict(found)


def dependants(person: int | None) -> frozenset[int]:
    """The persons whose books this person holds today: children, and those who named them."""
    return frozenset(holdings(person))


def holders_of(person: int) -> list[int]:
    """Who holds this person's book today. Asked seldom: relations are placed by their holder."""
    found = db.tuples(
        "select holder from access_relation where dependant = %s and (until is null or until > %s)",
        (person, clock.today()),
    )
    return sorted(row[0] for row in found)


def accounts_of(person: int) -> list[int]:
    """The numbers of the accounts that open this person's book as their own."""
    found = db.tuples("select id from access_account where person = %s and is_active order by id", (person,))
    return [row[0] for row in found]


def accounts_of_sources(sources: Collection[str]) -> dict[int, str]:
    """The accounts of other vendors' systems, also ended ones: account → its source."""
    rows = db.tuples("select id, source from access_account where source = any(%s) and source <> ''", (list(sources),))
    return dict(rows)


def is_tied(holders: tuple[str, ...], person: int, hidden: int = 0) -> bool:
    """Whether a living tie leads to the person, one that shows these labels. `holders` are an actor's."""
    if not holders:
        return False
    values = {"bucket": bucket_of(person), "person": person, "holders": list(holders), "hidden": hidden}
    return bool(db.value(_TIED, values))


def tied(holders: tuple[str, ...], persons: Collection[int]) -> frozenset[int]:
    """Those of the persons to whom a living tie leads, whatever labels it shows: one query."""
    asked = sorted(persons)
    if not holders or not asked:
        return frozenset()
    values = {"buckets": [bucket_of(one) for one in asked], "persons": asked, "holders": list(holders)}
    return frozenset(row[0] for row in db.tuples(_TIED_OF, values))


_TIED_OF = f"""
select distinct t.person
from unnest(%(buckets)s::int4[], %(persons)s::int8[]) as asked (bucket, person)
join access_tie t on t.bucket = asked.bucket and t.person = asked.person
where {sight.live("%(holders)s")}
"""  # noqa: S608 -- values are bound

_TIED = f"""
select true from access_tie t
where t.bucket = %(bucket)s and t.person = %(person)s and {sight.live("%(holders)s")}
  and %(hidden)s::int4 & ~t.shown::int4 = 0
limit 1
"""  # noqa: S608 -- values are bound


def shown(holders: tuple[str, ...], person: int) -> list[int]:
    """The labels that each living tie to the person shows beyond what any does."""
    found = db.tuples(_SHOWN, {"bucket": bucket_of(person), "person": person, "holders": list(holders)})
    return [row[0] for row in found]


_SHOWN = f"""
select distinct t.shown from access_tie t
where t.bucket = %(bucket)s and t.person = %(person)s and {sight.live("%(holders)s")}
"""  # noqa: S608 -- values are bound


def facilities_of(persons: Collection[int]) -> dict[int, list[str]]:
    """Which facilities have treated each person; who has been nowhere is absent."""
    keys = list(persons)
    found = db.tuples(
        """
        select tie.person, array_agg(tie.facility order by tie.facility)
        from unnest(%s::int4[], %s::int8[]) as asked (bucket, person) join access_tie tie using (bucket, person)
        group by tie.person
        """,
        ([bucket_of(person) for person in keys], keys),
    )
    return dict(found)


_BY_ITSELF = ("file", "import", "create", "update", "check", "reconcile", "resolve", "match", "merge")
"""What the house does to a book without anybody seeing it. All else (an export, say) somebody asked for."""


_OF_KEYS = (
    "add-passkey",
    "remove-passkey",
    "add-totp",
    "set-password",
    "change-phone",
    "remove-phone",
    "keep-phone",
    "end-card",
)
"""What is done to the ways into an account: its owner reads of it, also when it was done under the own name."""


def lookers(persons: Collection[int], *, apart_from: int, automatic: bool) -> list[Any]:
    """Who looked into a person's book, newest first, for the owner: people and their software, or the house itself.

    `persons` are all keys that the person has had (identity.queries.keys_of_person). `apart_from` is an account whose
    own looks are left out, its apps' not, nor what was done to the ways into it (`is_own`). What one account did in one
    way on one day is one line: `first` and `at` are its first and last moment, `times` how often. Nothing is cut off,
    so that no flood of lines hides another.
    """
    keys = list(persons)
    values = {"buckets": [bucket_of(one) for one in keys], "persons": keys}
    asked = {"apart_from": apart_from, "automatic": automatic, "by_itself": list(_BY_ITSELF), "keys": list(_OF_KEYS)}
    return db.rows(db.statement(__file__, "lookers"), values | asked)


def looks_of(persons: Collection[int], account: int) -> Any:
    """How often (`count`) and when last (`last`) an account looked into the person's book."""
    keys = list(persons)
    return db.one(
        """
        select count(*) as count, max(at) as last
        from unnest(%s::int4[], %s::int8[]) as asked (bucket, person) join access_audit using (bucket, person)
        where account = %s and outcome = 'done'
        """,
        ([bucket_of(person) for person in keys], keys, account),
    )


def tied_facilities(person: int) -> frozenset[str]:
    """The facilities that have treated the person, or were let see the book."""
    found = db.tuples(
        "select distinct facility from access_tie where bucket = %s and person = %s and facility not like '@%%'",
        (bucket_of(person), person),
    )
    return frozenset(row[0] for row in found)


def staff_who_looked(person: int) -> list[tuple[int, str]]:
    """Accounts of facilities that looked into the book, with their names, by name."""
    return db.tuples(
        """
        select distinct account.id, account.display_name
        from access_audit audit join access_account account on account.id = audit.account
        where audit.bucket = %s and audit.person = %s and audit.outcome = 'done' and account.facility <> ''
        order by account.display_name limit 100
        """,
        (bucket_of(person), person),
    )


def licence_of(account: int) -> str:
    """The number by which the person of an account practises; '' where none is known."""
    found = db.tuples("select licence from access_account where id = %s", (account,))
    return str(found[0][0]) if found else ""
