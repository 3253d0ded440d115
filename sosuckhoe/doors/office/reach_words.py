"""What the pages of reach say in words: what a count is, when data are good, how a place stands to a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from sosuckhoe.doors.look import dates, figures, tongue
from sosuckhoe.doors.office.reach_lines import Line
from sosuckhoe.insight.reach import facts, quality
from sosuckhoe.insight.reach.pace import Standing, Word


class Told(NamedTuple):
    """A target as a page shows it. `done` and `most` are tenths of a per cent, for the bar; `source` '' is assumed."""

    name: str
    sentence: str
    word: str
    colour: str
    done: int
    most: int
    is_assumed: bool
    is_told: bool


def said(names: Mapping[str, str]) -> str:
    """A text of the data files in the page's language."""
    return names[tongue.language()]


def described() -> list[tuple[str, str]]:
    """Every count with what it means; the pillars of quality are told by their rules."""
    return [(said(count.names), said(count.means)) for count in facts.counts().values() if count.means]


def rules_told() -> list[tuple[str, list[str]]]:
    """Every pillar of quality with its rules."""
    names = facts.counts()
    return [
        (said(names[pillar].names), [said(rule.names) for rule in quality.rules() if rule.pillar == pillar])
        for pillar in quality.PILLARS
    ]


def part(line: Line, measure: str) -> str:
    """How much a count is of its whole, as read; '' where that is hidden or unknown. Few are not none."""
    share = line.share(measure)
    if share is None:
        return ""
    return gettext("dưới 0,1 %") if not share and line.number(measure) else f"{figures.number(share)} %"


def told(standing: Standing) -> Told:
    """How a place stands to a target, in words and as a bar."""
    target = standing.target
    share = standing.share
    words, colour = _WORDS[standing.word]
    return Told(
        said(facts.counts()[target.measure].names),
        _sentence(standing),
        gettext(words),
        colour,
        round(1000 * min(share or 0, 1)),
        1000,
        not target.source,
        share is not None,
    )


def _sentence(standing: Standing) -> str:
    target = standing.target
    facts_told = {
        "goal": _percent(target.share),
        "day": dates.day(target.by.isoformat()),
        "wanted": _percent(standing.wanted),
    }
    if standing.share is None:
        return (
            gettext("Mục tiêu %(goal)s vào ngày %(day)s. Tỷ lệ ở đây không nói được: số được ẩn hoặc chưa có dân số.")
            % facts_told
        )
    facts_told["share"] = _percent(standing.share)
    return gettext("Đạt %(share)s. Mục tiêu %(goal)s vào ngày %(day)s; đến ngày đếm cần %(wanted)s.") % facts_told


def _percent(share: float) -> str:
    return f"{figures.number(round(100 * share, 1))} %"


_WORDS = {
    Word.REACHED: (gettext_noop("Đã đạt"), "green"),
    Word.ON_TRACK: (gettext_noop("Đúng tiến độ"), "green"),
    Word.BEHIND: (gettext_noop("Chậm tiến độ"), "orange"),
    Word.MISSED: (gettext_noop("Quá hạn, chưa đạt"), "red"),
    Word.UNTOLD: (gettext_noop("Chưa nói được"), "grey"),
}
