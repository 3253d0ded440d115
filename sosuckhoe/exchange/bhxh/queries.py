"""What the insurer told last of a person's card, and which cards to ask about again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sosuckhoe.base import db, sealing
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange import at_rest
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
    return Standing(_opened(found[0][:-2], found[0][-2]), *found[0][-2:]) if found else None


_SEALED = {"number": at_rest.CARD, "next_number": at_rest.NEXT_CARD}


def sealed(card: Card, at: datetime) -> tuple[Any, ...]:
    """A card with its numbers as the row keeps them. A merge changes whose the row is, so the moment binds them."""
    bound = sealing.place(at_rest.moment(at))
    told = card._asdict()
    return tuple((told | {n: sealing.seal(p, bound, told[n].encode()) for n, p in _SEALED.items()}).values())


def _opened(row: tuple[Any, ...], at: datetime) -> Card:
    bound = sealing.place(at_rest.moment(at))
    kept = Card(*row)._asdict()
    return Card(**(kept | {n: sealing.unseal(p, bound, kept[n]).decode() for n, p in _SEALED.items()}))


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
