"""What the pages of reach say in words: what a count is, when data are good, how a place stands to a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from sosuckhoe.doors.look import dates, figures, tongue
from sosuckhoe.doors.office.reach_lines import Line
from sosuckhoe.insight.reach import facts, quality
from sosuckhoe.insight.reach.facts import Target
from sosuckhoe.insight.reach.pace import Standing, Word


class Told(NamedTuple):
    """A target as a page shows it. `done` and `most` are tenths of a per cent, for the bar; `assumed`: what is ours."""

    name: str
    sentence: str
    word: str
    colour: str
    done: int
    most: int
    share: str
    assumed: str


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


def told(standing: Standing, line: Line) -> Told:
    """How a place stands to a target, in words and as a bar; `share` is '' where that cannot be said."""
    target = standing.target
    share = standing.share
    words, colour = _WORDS[standing.word]
    return Told(
        said(facts.counts()[target.measure].names),
        _sentence(standing, line),
        gettext(words),
        colour,
        round(1000 * min(share or 0, 1)),
        1000,
        "" if share is None else _percent(share),
        _assumed(target),
    )


def _assumed(target: Target) -> str:
    if not target.source:
        return gettext("Mục tiêu tạm đặt, chưa có văn bản.")
    return gettext("Ngày đạt mục tiêu là tạm đặt, văn bản không nêu.") if target.is_day_assumed else ""


def _why_untold(line: Line, measure: str) -> str:
    whole = line.whole(measure)
    if whole is None and line.number(measure) is not None and facts.counts()[measure].of == facts.POPULATION:
        return gettext("chưa biết dân số nơi này")
    return gettext("chưa có sổ nào") if whole == 0 else gettext("số được ẩn để không lộ thông tin của ai")


def _sentence(standing: Standing, line: Line) -> str:
    target = standing.target
    facts_told = {
        "goal": _percent(target.share),
        "day": dates.day(target.by.isoformat()),
        "wanted": _percent(standing.wanted),
    }
    if standing.share is None:
        facts_told["why"] = _why_untold(line, target.measure)
        return gettext("Mục tiêu %(goal)s vào ngày %(day)s. Chưa so được: %(why)s.") % facts_told
    facts_told["share"] = _percent(standing.share)
    return gettext("Đạt %(share)s. Mục tiêu %(goal)s vào ngày %(day)s; tính đến nay cần đạt %(wanted)s.") % facts_told


def _percent(share: float) -> str:
    """As read: few are not none, and not quite all are not all."""
    rounded = round(100 * share, 1)
    if share and not rounded:
        return gettext("dưới 0,1 %")
    return f"{figures.number(99.9 if share < 1 and rounded == 100 else rounded)} %"  # noqa: PLR2004 -- per cent


_WORDS = {
    Word.REACHED: (gettext_noop("Đã đạt"), "green"),
    Word.ON_TRACK: (gettext_noop("Đúng tiến độ"), "green"),
    Word.BEHIND: (gettext_noop("Chậm tiến độ"), "orange"),
    Word.MISSED: (gettext_noop("Quá hạn, chưa đạt"), "red"),
    Word.UNTOLD: (gettext_noop("Chưa nói được"), "grey"),
}
