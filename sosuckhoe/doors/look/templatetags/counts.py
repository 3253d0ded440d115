"""What only pages of counts need beside `look`: hidden numbers, columns over time, a map's key. `{% load counts %}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from sosuckhoe.doors.look import chart_words, charts, figures
from sosuckhoe.doors.look.steps import Shade

register = template.Library()
Column = tuple[str, float | None]


@register.filter
def shown(value: int | None, hidden: str = "") -> SafeString:
    """A number that may be hidden: None says so in words, in those of `hidden` where it is not for being small."""
    if value is None:
        return format_html('<span class="look-muted">{}</span>', hidden or gettext("ẩn, ít người"))
    return format_html("{}", figures.number(value))


@register.inclusion_tag("look/counts/columns.html")
def columns(title: str, head: str, unit: str, pairs: Sequence[Column]) -> dict[str, Any]:
    """Standing bars with what they show in words, and the table behind them. A value of None is hidden or unknown."""
    chart = charts.column_chart([(label, value or 0) for label, value in pairs])
    known = [(label, value) for label, value in pairs if value is not None]
    return {
        "title": title,
        "head": head,
        "unit": unit,
        "chart": chart,
        "bars": [(bar, bar.x + bar.width / 2) for bar in chart.bars],
        "words": _words(known, len(pairs) - len(known), unit),
        "pairs": pairs,
        "is_empty": not any(value for _, value in known),
        "left": charts.LEFT,
        "right": charts.RIGHT,
        "bottom": charts.BOTTOM,
    }


@register.inclusion_tag("look/counts/key.html")
def map_key(shades: Sequence[Shade]) -> dict[str, Any]:
    """What the shades of a map mean."""
    return {"shades": shades}


def _words(known: Sequence[tuple[str, float]], missing: int, unit: str) -> str:
    """What the columns show; that all are nought is worth a sentence of its own. No number is not nought."""
    if not known:
        return gettext("Chưa có số liệu.")
    without = ngettext("%d cột không có số, hoặc được ẩn.", "%d cột không có số, hoặc được ẩn.", missing) % missing
    if not any(value for _, value in known):
        return (
            gettext("Các cột còn lại đều là 0. %s") % without
            if missing
            else gettext("Trong cả thời gian này đều là 0.")
        )
    words = chart_words.bar_words(known, unit)
    return f"{words} {without}" if missing else words
