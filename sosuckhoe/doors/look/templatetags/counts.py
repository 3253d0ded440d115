"""Figures, moments and column charts in templates of counts: `{% load counts %}`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from sosuckhoe.base import clock
from sosuckhoe.doors.look import chart_words, charts, dates, figures
from sosuckhoe.doors.look.steps import Shade

register = template.Library()
Column = tuple[str, float | None]


@register.filter
def figure(value: float | None) -> str:
    """A number with its separators; nothing for None."""
    return figures.number(value)


@register.filter
def shown(value: int | None) -> SafeString:
    """A number that may be hidden: None says so in words."""
    if value is None:
        return format_html('<span class="look-muted">{}</span>', gettext("ẩn, ít người"))
    return format_html("{}", figures.number(value))


@register.filter
def moment(value: datetime | None) -> str:
    """'9:12, 12/03/2026'."""
    return dates.moment(value)


@register.filter
def hour(value: datetime) -> str:
    """'9:12' in Vietnam."""
    local = value.astimezone(clock.VIETNAM)
    return f"{local.hour}:{local:%M}"


@register.filter
def day(value: date | None) -> str:
    """'12/03/2026'."""
    return dates.day(value)


@register.filter
def ago(value: datetime | date) -> str:
    """'hôm qua', '3 ngày trước'."""
    return dates.ago(value, clock.today())


@register.filter
def short_day(value: date) -> str:
    """'12/03'."""
    return f"{value:%d/%m}"


@register.filter
def unlocalized(value: float) -> str:
    """A position in a drawing: always with a point, whatever the reader's language."""
    return f"{value:g}"


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
        "words": _words(known, unit),
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


def _words(known: Sequence[tuple[str, float]], unit: str) -> str:
    """What the columns show; that all are nought is worth a sentence of its own."""
    if not known:
        return gettext("Chưa có số liệu.")
    if not any(value for _, value in known):
        return gettext("Trong cả thời gian này đều là 0.")
    return chart_words.bar_words(known, unit)
