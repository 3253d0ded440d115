"""A birth that the register has entered: the newborn's number finds the book that began at the hospital."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sosuckhoe.access import actions as access_actions
from sosuckhoe.access import queries as access
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.text import fold
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.population import writing
from sosuckhoe.exchange.population.differing import NUMBER, number_of
from sosuckhoe.exchange.population.messages import Change, Word
from sosuckhoe.exchange.population.outcome import DONE, HELD, SAME, Outcome
from sosuckhoe.exchange.xml130.mapping import patient_body
from sosuckhoe.identity import known, queries, rewriting, tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.matching import births_agree
from sosuckhoe.identity.queries import Known

Look = Callable[[Collection[int]], dict[int, Known]]


def take(change: Change, at: datetime) -> Outcome:
    """Give the child's book its number and name, or make one where no hospital began it. In a transaction."""
    word = change.word
    if (person := queries.person_of(Identifier(NUMBER, word.number))) is not None:
        return Outcome(SAME, person)
    children = candidates(word)
    if len(children) > 1:
        return _hold(children, at)
    return give(children[0] if children else None, change, at)


def candidates(word: Word, look: Look = rewriting.lock) -> list[Known]:
    """The children who may be meant, locked unless `look` is another; none where no hospital began a book."""
    mother = queries.person_of(Identifier(NUMBER, word.mother)) if word.mother else None
    return _children(mother, word, look) if mother else []


def give(child: Known | None, change: Change, at: datetime) -> Outcome:
    """Give this child the number and name, or without one begin a book; the parents hold it. In a transaction."""
    claim = _claim(change.word)
    if child:
        writing.rewrite(child, known.settle(known.join(child.claim, claim, newer=True), ("birth",)), at, change.key)
    person = child.ref.person if child else _begin(claim, at)
    _give_to_parents(person, change.word, at)
    return Outcome(DONE, person)


def _children(mother: int, word: Word, look: Look) -> list[Known]:
    """The mother's children without a number who were born on that day with that sex; a name that fits decides."""
    held = look(access.dependants(mother))
    alike = [
        child
        for child in held.values()
        if not number_of(child.claim)
        and births_agree(child.claim.birth, word.birth)
        and {child.claim.sex, word.sex} != {"male", "female"}
    ]
    named = [child for child in alike if child.claim.name and fold(child.claim.name) == fold(word.name)]
    return named if len(named) == 1 else alike


def _hold(children: list[Known], at: datetime) -> Outcome:
    """Twins: which of them the number belongs to is for a person to say."""
    for child in children:
        tickets.stand({child.ref.person: tickets.DIFFERS}, at)
    return Outcome(HELD, children[0].ref.person)


def _begin(claim: Claim, at: datetime) -> int:
    (found,) = find_or_create([claim], at)
    body = patient_body(found.claim, found.ref.patient)
    clinical.put_many([Draft("Patient", found.ref.patient, found.ref.person, body)], at)
    return found.ref.person


def _give_to_parents(child: int, word: Word, at: datetime) -> None:
    """Both parents whom the birth record names by number hold the book, until the birthdays of the law."""
    for kind, number in (("mother", word.mother), ("father", word.father)):
        holder = queries.person_of(Identifier(NUMBER, number)) if number else None
        if holder is not None and holder != child:
            access_actions.give_book_to(holder, child, kind, "full", day_of(at), word.birth)


def _claim(word: Word) -> Claim:
    return Claim(
        name=word.name,
        birth=word.birth,
        sex=word.sex,
        facility="",
        identifiers=(Identifier(NUMBER, word.number),),
        address=word.address,
        province=word.province,
        commune=word.commune,
        mother=Identifier(NUMBER, word.mother) if word.mother else None,
    )
