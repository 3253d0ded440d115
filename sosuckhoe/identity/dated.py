"""What is known of a person, where each source says when it wrote its word. Pure.

The order in which words arrive does not matter: every point keeps the moment at which it was told
(`Claim.extra["told"]`), and of two words on one point the same one always counts, whichever was heard first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from sosuckhoe.identity import identifiers, known, matching
from sosuckhoe.identity.claim import Claim, Identifier

_OWN = frozenset({known.TOLD, known.SETTLED})
_DESCRIBING = tuple(f.name for f in fields(Claim) if f.name not in {"name", "birth", "identifiers", "extra"})


def first(claim: Claim, as_of: str) -> Claim:
    """What is known after the first word on a person. `as_of` is an ISO moment in UTC, all of one form."""
    return _stamped(claim, dict.fromkeys(_points(claim), as_of))


def join(before: Claim, claim: Claim, as_of: str, since: str) -> Claim:
    """What is known after one more word. `since` dates what was known before moments were kept.

    Numbers add up. A name with more of its marks and a fuller birth date count, of equals the one that was told
    first; of the rest the newest word, of two of one moment the one that sorts last. Silence never erases, and
    what is settled stays.
    """
    told = {**dict.fromkeys(_points(before), since), **_moments(before)}
    settled = known.settled_in(before)
    ours, theirs = _points(before), _points(claim)
    points, moments = dict(ours), dict(told)
    for point, value in theirs.items():
        if point not in settled and (point not in ours or _counts(point, (value, as_of), (ours[point], told[point]))):
            points[point], moments[point] = value, as_of
    return _stamped(_with(before, points, _numbers(before, claim)), moments)


def _counts(point: str, new: tuple[object, str], old: tuple[object, str]) -> bool:
    """Whether a word takes the place of another: an order without ties but between equals."""
    return _rank(point, *new) > _rank(point, *old)


def _rank(point: str, value: object, moment: str) -> tuple[object, ...]:
    text = str(value)
    if point == "name":
        return (known.marks(text), _earliest_first(moment), text)
    if point == "birth":
        return (len(text), _earliest_first(moment), text)
    return (moment, text)


def _earliest_first(moment: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in moment)


def _points(claim: Claim) -> dict[str, object]:
    """Everything that a claim says, by point; those of `extra` by their keys."""
    told = {name: getattr(claim, name) for name in ("name", "birth", *_DESCRIBING)}
    return {name: value for name, value in {**told, **_extra(claim)}.items() if value}


def _extra(claim: Claim) -> dict[str, str]:
    return {key: value for key, value in claim.extra.items() if key not in _OWN}


def _with(before: Claim, points: dict[str, object], numbers: tuple[Identifier, ...]) -> Claim:
    named: dict[str, Any] = {point: points[point] for point in ("name", "birth", *_DESCRIBING) if point in points}
    extra = {name: str(points[name]) for name in sorted(points.keys() - named.keys())}
    kept = {key: before.extra[key] for key in _OWN if key in before.extra}
    return replace(before, **named, identifiers=numbers, extra={**extra, **kept})


def _numbers(before: Claim, claim: Claim) -> tuple[Identifier, ...]:
    """Every number, most trusted kinds first: their order says nothing of who told them when."""
    order = list(dict.fromkeys((*matching.demands(), *identifiers.systems())))
    return tuple(sorted({*before.identifiers, *claim.identifiers}, key=lambda n: (order.index(n.system), n.value)))


def _moments(claim: Claim) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in claim.extra.get(known.TOLD, "").split())
    return {point: moment for point, _, moment in pairs}


def _stamped(claim: Claim, moments: dict[str, str]) -> Claim:
    told = " ".join(f"{point}={moments[point]}" for point in sorted(moments))
    extra = {key: value for key, value in claim.extra.items() if key != known.TOLD}
    return replace(claim, extra={**extra, **({known.TOLD: told} if told else {})})


def retold(before: Claim, words: Sequence[tuple[Claim, str]], since: str) -> Claim:
    """What is known when these are the words that stand: what older words said of a point, and nobody says now, goes.

    What came otherwise (hospital files, the population register) stays and counts with its own moment.
    """
    if not words:
        return before
    standing = {(point, str(value)) for claim, _ in words for point, value in _points(claim).items()}
    moments, settled = _moments(before), known.settled_in(before)
    base = {
        point: value
        for point, value in _points(before).items()
        if point in settled or (point not in moments and (point, str(value)) not in standing)
    }
    empty = replace(
        before, **_silent(), extra={key: before.extra[key] for key in (known.SETTLED,) if key in before.extra}
    )
    made = _with(empty, base, before.identifiers)
    for claim, as_of in sorted(words, key=lambda word: (word[1], str(word[0]))):
        made = join(made, claim, as_of, since)
    return _stamped(
        made, {point: moment for point, moment in _moments(made).items() if point not in base or moment != since}
    )


def _silent() -> dict[str, Any]:
    """Every point of a claim, saying nothing."""
    return {**dict.fromkeys(("name", "birth", *_DESCRIBING), ""), "mother": None}
