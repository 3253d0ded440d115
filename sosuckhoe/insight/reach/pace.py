"""Whether a place is on its way to a target. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sosuckhoe.insight.reach.facts import Target


class Word(StrEnum):
    """How it stands."""

    REACHED = "reached"
    ON_TRACK = "on track"
    BEHIND = "behind"
    MISSED = "missed"
    UNTOLD = "untold"


class Standing(NamedTuple):
    """A target, the share that was reached (None: hidden, or of nobody knows how many) and the share wanted by now."""

    target: Target
    share: float | None
    wanted: float
    word: Word


def standing(target: Target, number: int | None, whole: int | None, on: date) -> Standing:
    """How a count stands to its target on a day. `whole`: what it is a part of."""
    wanted = _wanted(target, on)
    if number is None or not whole:
        return Standing(target, None, wanted, Word.UNTOLD)
    share = number / whole
    return Standing(target, share, wanted, _word(target, share, wanted, on))


def _word(target: Target, share: float, wanted: float, on: date) -> Word:
    if share >= target.share:
        return Word.REACHED
    if on > target.by:
        return Word.MISSED
    return Word.ON_TRACK if share >= wanted else Word.BEHIND


def _wanted(target: Target, on: date) -> float:
    """The straight line from the start to the target, level before and after."""
    gone = (on - target.since).days / (target.by - target.since).days
    return target.start + (target.share - target.start) * min(max(gone, 0.0), 1.0)
