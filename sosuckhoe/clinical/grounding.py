"""Conditions made ready for SQL: ids looked up, rights asked at every hop, small hops answered at once.

A hop that finds few resources becomes their tokens, whose frequency the plan then knows. One that finds more stays a
sub-select of the search itself, whatever it finds: there is no number above which it would be cut or refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sosuckhoe.access import addresses, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NO_KEY
from sosuckhoe.clinical import narrowing, queries, sampled, terminology
from sosuckhoe.clinical.search import clause, coded, digest, link, meaning, plan
from sosuckhoe.clinical.search.condition import (
    AllOf,
    AnyOf,
    Beneath,
    Chained,
    Condition,
    HasId,
    HasKey,
    HasMeaning,
    HasPhrase,
    HasToken,
    Linked,
    Negated,
    OfPatients,
    OfPersons,
)
from sosuckhoe.clinical.search.seen import Seen
from sosuckhoe.clinical.search.statement import Statement
from sosuckhoe.clinical.terminology import Source

FEW = 200
_STARTS_PER_RESOURCE = 8.5
_MOST_STARTS = 20_000
MOST_PHRASES = 1_000
MOST_PARTS = 1_000
MOST_LEVELS = 32
NOTHING = HasToken(())


class _Ask(NamedTuple):
    """Of which type a search is, and how its hops and the meanings of its codes become conditions."""

    type: str
    hop: Callable[[Chained | Beneath], Sequence[Condition]]
    meant: Callable[[HasMeaning], HasToken]


Codes = Callable[[Actor, datetime], Source]
_codes: list[Codes] = [lambda _actor, _at: terminology]


def use(codes: Codes) -> Codes:
    """Ask this for systems and value sets from now on; what was asked before is returned."""
    _codes.append(codes)
    return _codes.pop(0)


def seen_by(actor: Actor, type_name: str) -> Seen:
    """Whose rows of a type the actor's searches may touch; raises when it may touch none (SSK-1003)."""
    kind = addresses.kinds()[type_name]
    if actor.person is None and actor.narrowing is None:
        return _seen_by_staff(actor, kind)
    scope = policy.search_scope(actor, kind)
    return Seen(*scope[:-1], narrowing.of_type(scope.narrowing, "search", type_name, scope.persons))


@lru_cache(maxsize=1024)
def _seen_by_staff(actor: Actor, kind: str) -> Seen:
    """Of who has no book of their own the rules alone decide, and those stay as they are while this process runs."""
    return Seen(*policy.search_scope(actor, kind)[:-1])


def grounded(actor: Actor, type_name: str, conditions: Iterable[Condition]) -> tuple[Seen, list[Condition]]:
    """Whose rows a search of a type may read, and what they must meet."""
    return _grounded(actor, seen_by(actor, type_name), type_name, conditions)


def _grounded(
    actor: Actor, seen: Seen, type_name: str, conditions: Iterable[Condition]
) -> tuple[Seen, list[Condition]]:
    asked = list(conditions)
    for one in asked:
        if isinstance(one, OfPatients):
            seen = seen.only(_persons_of(one.any_of))
    left: list[Condition] = []
    ask = _Ask(type_name, partial(_hop, actor, is_narrow=seen.is_narrow), partial(_meant, actor))
    for one in asked:
        for made in _ready(one, ask):
            if isinstance(made, OfPersons):
                seen = seen.only(made.any_of)
            else:
                left.append(made)
    return seen, left


def _persons_of(patients: Sequence[str]) -> frozenset[int]:
    """The persons of Patients by their ids, also of those whose Patient has become another's."""
    keys = queries.keys_of("Patient", patients)
    persons = queries.persons_of(keys.values())
    if len(persons) < len(keys):
        persons |= queries.persons_of(queries.moved("Patient", keys).values())
    return persons


def _ready(condition: Condition, ask: _Ask) -> Iterator[Condition]:
    """What a condition becomes; whose rows it means only where it is asked of every row."""
    match condition:
        case HasId():
            keys = {
                *queries.keys_of(ask.type, condition.any_of).values(),
                *queries.moved(ask.type, condition.any_of).values(),
            }
            yield HasKey(tuple(sorted(keys, key=lambda key: key.int)) or (NO_KEY,))
        case HasPhrase():
            yield _phrased(condition)
        case HasMeaning():
            yield ask.meant(condition)
        case OfPatients():
            return
        case Chained() | Beneath():
            yield from ask.hop(condition)
        case AllOf() | AnyOf():
            yield condition._replace(each=tuple(_inside(condition.each, ask)))
        case Negated():
            yield Negated(AllOf(tuple(_inside([condition.inner], ask))))
        case _:
            yield condition


def _inside(conditions: Iterable[Condition], ask: _Ask) -> Iterator[Condition]:
    for one in conditions:
        yield from (made for made in _ready(one, ask) if not isinstance(made, OfPersons))


def _phrased(condition: HasPhrase) -> HasToken:
    """The tokens of the texts that a :text means."""
    tokens = queries.phrases(condition.paths, condition.any_of, MOST_PHRASES)
    if len(tokens) > MOST_PHRASES:
        raise Problem("SSK-3103", name=condition.name, most=MOST_PHRASES)
    return HasToken(tuple(tokens))


def _meant(actor: Actor, asked: HasMeaning) -> HasToken:
    return coded.meant(asked, _codes[0](actor, asked.now))


def check_codes(actor: Actor, conditions: Iterable[Condition]) -> None:
    """Raise what codes and value sets raise that the actor cannot mean (SSK-3100 …), for searches that are kept."""
    for one in conditions:
        match one:
            case HasMeaning():
                _meant(actor, one)
            case Chained():
                check_codes(actor, one.inner)
            case AllOf() | AnyOf():
                check_codes(actor, one.each)
            case Negated():
                check_codes(actor, [one.inner])


def _hop(actor: Actor, asked: Chained | Beneath, *, is_narrow: bool) -> Sequence[Condition]:
    """A hop with the actor's rights; nothing where they may not search at all."""
    if isinstance(asked, Beneath):
        return [_beneath(actor, asked)]
    try:
        seen, inner = grounded(actor, asked.type, asked.inner)
    except Problem as problem:
        if problem.number not in policy.NO_RIGHT:
            raise
        return [NOTHING]
    if seen.persons == frozenset() or NOTHING in inner:
        return [NOTHING]
    linked = Linked(masks_of(asked), asked.type, asked.is_reverse, seen, tuple(inner), is_rare=False)
    if is_narrow:
        return [linked]
    return [_counted(linked)] if asked.is_reverse else _answered(linked, asked)


def _beneath(actor: Actor, asked: Beneath) -> HasToken:
    """What refers to a hierarchy, level by level as far as the actor may see it. SSK-3051 for one that is too large."""
    way = Chained(asked.link, asked.type, is_reverse=False, inner=())
    masks = masks_of(way._replace(base=asked.base))
    reached: set[int] = set()
    step: Condition = HasId(asked.ids)
    for _ in range(MOST_LEVELS):
        found = _numbers(actor, asked.type, step, masks)
        if found <= reached:
            return HasToken(tuple(sorted({*asked.plain.any_of, *(one ^ mask for one in reached for mask in masks)})))
        reached |= found
        if len(reached) > MOST_PARTS:
            break
        step = Chained(asked.part_of, asked.type, asked.is_above, (step,), asked.base)
    raise Problem("SSK-3051", name=asked.link.code, most=MOST_PARTS, levels=MOST_LEVELS)


def _numbers(actor: Actor, type_name: str, step: Condition, masks: tuple[int, ...]) -> set[int]:
    """What references to the resources of one level carry."""
    try:
        seen, inner = grounded(actor, type_name, [step])
    except Problem as problem:
        if problem.number not in policy.NO_RIGHT:
            raise
        return set()
    if seen.persons == frozenset() or NOTHING in inner:
        return set()
    level = Linked(masks, type_name, is_reverse=False, seen=seen, inner=tuple(inner), is_rare=False)
    return {number for number, _ in _run(clause.some(level, MOST_PARTS + 1)) if number}


def _counted(linked: Linked) -> Linked:
    most = plan.RARE if linked.is_reverse else _most_to_start_from(linked.type)
    found = _run(clause.how_many(linked, most + 1))[0][0]
    return linked._replace(is_rare=found <= most)


def _most_to_start_from(type_name: str) -> int:
    """Of so many a search starts from what a hop finds; beyond, so many rows meet it that a page is found sooner.

    To start from n takes about 150n µs, to find a page when n of all N resources of the type meet it 1,275 N/n.
    """
    there = sampled.of_type(type_name)
    return min(math.isqrt(int(_STARTS_PER_RESOURCE * there)), _MOST_STARTS) if there else plan.RARE


def _answered(linked: Linked, asked: Chained) -> Sequence[Condition]:
    """What refers to the few that were found, and whose rows that can be."""
    found = _run(clause.some(linked, FEW + 1))
    if len(found) > FEW:
        return [_counted(linked)]
    refers = HasToken(tuple(sorted({number ^ mask for number, _ in found if number for mask in linked.masks})))
    if asked.type == "Patient" and meaning.is_sole_owner(asked.link):
        return [refers, OfPersons(frozenset(person for _, person in found))]
    return [refers]


def masks_of(asked: Chained) -> tuple[int, ...]:
    """The paths of a link that may lead to the type, with and without this server's address in front."""
    starts = [
        digest.prefix(asked.link.type, path.steps)
        for path in asked.link.paths
        if path.leaf == "Reference" and (asked.is_reverse or path.only in {"", asked.type})
    ]
    return tuple(dict.fromkeys(link.mask(start, base) for base in ("", asked.base) for start in starts))


def _run(statement: Statement) -> list[tuple[Any, ...]]:
    return db.tuples(statement.text, statement.values, binary=True)
