"""The parts of pages: `{% load look %}`. docs/look.md shows each with an example that a test renders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from sosuckhoe.access.sign_in import SESSION_KEY
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import chart_words, charts, dates, figures, icons, maps, qr, steps, text_size, tongue

register = template.Library()
Values = Sequence[tuple[str, float]]
UNFOLDED = 5
"""As many sections as are all shown on a small screen: two or three lines of them."""

# --- what a page asks about its reader


@register.filter
def has_large_text(request: HttpRequest | None) -> bool:
    """Whether the reader chose *chữ to*."""
    return text_size.is_large(request or None)


@register.filter
def is_signed_in(request: HttpRequest | None) -> bool:
    """Whether somebody is signed in; asks the session only."""
    session = getattr(request, "session", None)
    return session is not None and SESSION_KEY in session


@register.filter
def is_demo(_request: Any) -> bool:
    """Whether this house shows made-up people."""
    return bool(getattr(settings, "DEMO", False))


# --- dates and numbers


register.filter("day", dates.day)
register.filter("long_day", dates.long_day)
register.filter("moment", dates.moment)
register.filter("hour", dates.hour)
register.filter("number", figures.number)


@register.filter
def ago(value: dates.When | None, on: date | None = None) -> str:
    """'hôm qua', '3 ngày trước', '2 tuần nữa', seen from `on` (today without it)."""
    return dates.ago(value, on or clock.today())


# --- the frame


@register.inclusion_tag("look/parts/whose.html")
def whose(name: str, age: str = "", own: bool = True, change: str = "", note: str = "") -> dict[str, Any]:  # noqa: FBT001, FBT002 -- named where it is called, in templates
    """The bar that says whose book is open; warm and thick-edged when it is somebody else's."""
    return {"name": name, "age": age, "own": own, "change": change, "note": note}


@register.inclusion_tag("look/parts/section_nav.html")
def section_nav(label: str, items: Sequence[Mapping[str, Any]], *, fold: bool = False) -> dict[str, Any]:
    """Sections of a room: items of text, href, is_current. With `fold`, many of them are one line on a small screen."""
    here = next((item["text"] for item in items if item.get("is_current")), "")
    return {"label": label, "items": items, "here": here, "folded": fold and len(items) > UNFOLDED}


@register.inclusion_tag("look/parts/tabs.html")
def tabs(label: str, items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Views of one page, as links: items of text, href, is_current, count."""
    return {"label": label, "items": items}


@register.inclusion_tag("look/parts/trail.html")
def back(href: str, text: str = "") -> dict[str, Any]:
    """The way back, above the title."""
    return {"href": href, "text": text}


@register.inclusion_tag("look/parts/breadcrumb.html")
def breadcrumb(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Pairs of text and address, from the top down to the page above this one."""
    return {"items": items}


# --- to press


@register.simple_tag
def button(text: str, href: str = "", kind: str = "", name: str = "", value: str = "", icon: str = "") -> SafeString:
    """A button of a form, or a link that looks like one. Kinds: '' (one a page), 'secondary', 'warning', 'quiet'."""
    look = "look-quiet" if kind == "quiet" else f"nhsuk-button nhsuk-button--{kind}".removesuffix(" nhsuk-button--")
    mark = icons.icon(icon) if icon else ""
    if href:
        return format_html('<a class="{}" href="{}">{}{}</a>', look, href, mark, text)
    says = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html('<button class="{}" type="submit"{}>{}{}</button>', look, says, mark, text)


@register.inclusion_tag("look/parts/links.html")
def link_list(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Large rows to press: items of text, href, hint, status, colour."""
    return {"items": items}


@register.inclusion_tag("look/parts/wrong.html")
def wrong(href: str, what: str = "") -> dict[str, Any]:
    """*Có gì sai?* beside an entry; `what` tells screen readers which one."""
    return {"href": href, "what": what}


@register.inclusion_tag("look/parts/pages.html")
def pagination(page: Page[Any], address: str = "?trang=") -> dict[str, Any]:
    """To the page before and after; `address` is what the number is put behind."""
    return {"page": page, "address": address}


# --- to read


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside words; names in icons.py."""
    return icons.icon(name)


@register.simple_tag
def status(text: str, colour: str = "") -> SafeString:
    """A word on colour: 'green', 'red', 'yellow', 'orange', 'blue', 'grey', 'white', 'aqua-green', 'purple', 'pink'."""
    return format_html('<strong class="nhsuk-tag{}">{}</strong>', f" nhsuk-tag--{colour}" if colour else "", text)


@register.simple_block_tag
def card(content: str, title: str = "", href: str = "", kind: str = "", level: int = 2) -> SafeString:
    """A framed piece; with `href` all of it can be pressed. Kinds: '', 'accent', 'warm'."""
    words = format_html('<a href="{}">{}</a>', href, title) if href else title
    heading = format_html('<h{} class="look-card__heading">{}</h{}>', level, words, level) if title else ""
    kinds = (f" look-card--{kind}" if kind else "") + (" look-card--link" if href else "")
    return format_html('<div class="look-card{}">{}{}</div>', kinds, heading, content)


@register.simple_block_tag
def inset(content: str, title: str = "", kind: str = "") -> SafeString:
    """Something to notice. Kinds: '' (to know), 'good', 'warning', 'danger'; each has its icon, not only its colour."""
    names = {"good": "check", "warning": "warning", "danger": "warning"}
    mark = icons.icon(names.get(kind, "info"))
    heading = format_html('<p class="look-inset__title">{}<span>{}</span></p>', mark, title) if title else ""
    return format_html('<div class="look-inset{}">{}{}</div>', f" look-inset--{kind}" if kind else "", heading, content)


@register.simple_block_tag
def panel(content: str, title: str, reference: str = "") -> SafeString:
    """What was just done, with its reference number: the top of a confirmation page."""
    number = format_html('<span class="look-panel__reference">{}</span>', reference) if reference else ""
    return format_html('<div class="look-panel"><h1>{}</h1><p>{}{}</p></div>', title, content, number)


@register.simple_block_tag
def details(content: str, summary: str, is_open: bool = False) -> SafeString:  # noqa: FBT001, FBT002 -- as above
    """More for those who want it."""
    shut = mark_safe(" open") if is_open else ""
    start = format_html('<details class="look-details"{}><summary>{}</summary>', shut, summary)
    return format_html('{}<div class="look-details__body">{}</div></details>', start, content)


@register.simple_block_tag
def timeline_entry(content: str, title: str, href: str = "", when: str = "", kind: str = "") -> SafeString:
    """One entry of `<ol class="look-timeline">`; `when` is already in words. Kind 'warm' picks it out."""
    words = format_html('<a href="{}">{}</a>', href, title) if href else title
    return format_html(
        '<li class="look-timeline__entry{}"><p class="look-timeline__when">{}</p>'
        '<h3 class="look-timeline__title">{}</h3><div class="look-timeline__body">{}</div></li>',
        f" look-timeline__entry--{kind}" if kind else "", when, words, content,
    )  # fmt: skip


@register.inclusion_tag("look/parts/summary_list.html")
def summary_list(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Facts: rows of key, value, and optionally note, href with action (its words)."""
    return {"rows": rows}


@register.inclusion_tag("look/parts/table.html")
def table(head: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "", numbers: str = "") -> dict[str, Any]:
    """A table whose rows become cards on a phone. The first column names the row; `numbers` lists columns of figures.

    A cell is text, or a pair of text and address. `numbers`: "2 3" = the second and third column.
    """
    is_number = [str(i) in numbers.split() for i in range(1, len(head) + 1)]
    return {
        "caption": caption,
        "head": list(zip(head, is_number, strict=True)),
        "rows": [[_cell(*parts) for parts in zip(head, is_number, row, strict=True)] for row in rows],
    }


@register.simple_tag
def source(who: str, when: dates.When | None = None, on: date | None = None, href: str = "") -> SafeString:
    """From whom a fact is and how fresh: 'Từ Bệnh viện X · 12/03/2026 (3 ngày trước)'."""
    name = format_html('<a href="{}">{}</a>', href, who) if href else who
    fresh = f" · {dates.day(when)}" if when else ""
    since = f" ({told})" if (told := ago(when, on)) else ""
    mark, word = icons.icon("hospital"), gettext("Từ")
    return format_html('<span class="look-source">{} {} {}{}{}</span>', mark, word, name, fresh, since)


@register.inclusion_tag("look/parts/empty.html")
def empty(title: str, text: str = "", icon: str = "paper") -> dict[str, Any]:
    """What stands where nothing is yet: why, and when something will be."""
    return {"title": title, "text": text, "icon": icon}


@register.simple_tag
def tile(number: Any, label: str, unit: str = "", hint: str = "", href: str = "", kind: str = "") -> SafeString:
    """A large number in `<dl class="look-tiles">`. Kinds: '', 'warm', 'danger'."""
    name = format_html('<a href="{}">{}</a>', href, label) if href else label
    after = format_html(' <span class="look-tile__unit">{}</span>', unit) if unit else ""
    small = format_html('<dd class="look-tile__hint">{}</dd>', hint) if hint else ""
    return format_html(
        '<div class="look-tile{}"><dt>{}</dt><dd class="look-tile__number">{}{}</dd>{}</div>',
        f" look-tile--{kind}" if kind else "", name, figures.number(number), after, small,
    )  # fmt: skip


@register.inclusion_tag("look/parts/progress.html")
def progress(done: int, most: int, label: str, share: str = "") -> dict[str, Any]:
    """How far long work is: in whole per cent, rounded down, or as `share` says it."""
    said = share or f"{100 * done // most if most else 0}%"
    return {"done": done, "most": most, "label": label, "share": said}


# --- to fill in


_MOST_CHOICES, _SHOWN = 10, 6
"""A set of more choices than that shows so many, and the others when they are asked for."""


@register.inclusion_tag("look/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a Django form with its label, hint and error. Sets of radios and checkboxes get a legend."""
    kind = getattr(bound.field.widget, "input_type", type(bound.field.widget).__name__.lower())
    is_set = hasattr(bound.field.widget, "subwidgets") and kind in {"radio", "checkbox"} and bound.use_fieldset
    shape = {"select": "select", "textarea": "textarea", "checkbox": "checkboxes", "radio": "radios"}.get(kind, "input")
    look = f"nhsuk-{shape}{'__input' if shape in {'checkboxes', 'radios'} else ''}"
    faulty = f" {look}--error" if bound.errors else ""
    choices = list(bound.subwidgets) if is_set else []
    shown = _SHOWN if len(choices) > _MOST_CHOICES else _MOST_CHOICES
    return {
        "bound": bound,
        "choices": choices[:shown],
        "more": choices[shown:],
        "more_open": any(choice.data["selected"] for choice in choices[shown:]),
        "shape": shape,
        "is_set": is_set,
        "is_box": shape == "checkboxes" and not is_set,
        "widget": "" if is_set else bound.as_widget(attrs={"class": look + faulty}),
    }


@register.inclusion_tag("look/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """All faults of a form on top of the page, each a link to its field; takes the focus."""
    faults = [(bound.id_for_label or f"{bound.auto_id}_0", error) for bound in form for error in bound.errors]
    return {"faults": faults, "others": form.non_field_errors()}


@register.inclusion_tag("look/parts/problem.html")
def problem_box(problem: Problem | None, field: str = "") -> dict[str, str]:
    """What stands against a form that is written by hand, on top of the page as `error_summary`; `field`: its id."""
    return {"sentence": tongue.said(problem) if problem else "", "field": field}


@register.inclusion_tag("look/parts/search.html", takes_context=True)
def search_box(
    context: template.Context, action: str, label: str, value: str = "", hint: str = "", method: str = "get"
) -> dict[str, Any]:
    """A search field `q`. In somebody's record use method 'post', which keeps the words out of addresses and logs."""
    request = context.get("request")
    token = get_token(request) if request is not None and method == "post" else ""
    return {"action": action, "label": label, "value": value, "hint": hint, "method": method, "token": token}


# --- to look at


@register.inclusion_tag("look/parts/line_chart.html")
def line_chart(
    title: str,
    points: Sequence[charts.Point],
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    has_table: bool = True,  # noqa: FBT001, FBT002 -- as above
) -> dict[str, Any]:
    """Measurements over time against their normal range, in words, with the table behind.

    `has_table=False` where the page itself has a table that says more. The key names only the sides that have a limit.
    """
    return {
        "title": title,
        "unit": unit,
        "low": low,
        "high": high,
        "has_table": has_table,
        "key": _key(title, points),
        "chart": charts.line_chart(points, low, high),
        "words": chart_words.line_words(points, low, high, unit),
        "range": chart_words.range_words(low, high, unit),
        "lines": [
            (dates.day(point.when), point.value, chart_words.judgement(point.value, low, high), point.source)
            for _, point in reversed(charts.in_order(points))
        ],
        "left": charts.LEFT,
        "right": charts.RIGHT,
        "width": charts.RIGHT - charts.LEFT,
        "bottom": charts.BOTTOM,
    }


@register.inclusion_tag("look/parts/bar_chart.html")
def bar_chart(title: str, values: Values, unit: str = "", marked: str = "") -> dict[str, Any]:
    """Lying bars with their names, in words; the written values are the table. `marked`: the one to pick out."""
    chart = charts.bar_chart(values, marked)
    return {"title": title, "chart": chart, "words": chart_words.bar_words(values, unit), "key": _key(title, values)}


@register.inclusion_tag("look/parts/spark.html")
def sparkline(values: Sequence[float], label: str = "") -> dict[str, Any]:
    """A small line in a sentence or cell, oldest first; nothing for fewer than two values. No label: only seen."""
    return {"spark": charts.sparkline(values) if len(values) > 1 else None, "label": label}


@register.inclusion_tag("look/parts/map.html")
def area_map(
    title: str,
    values: Mapping[str, float],
    province: str | None = None,
    unit: str = "",
    limits: Sequence[float] = (),
) -> dict[str, Any]:
    """The country by province, or a province by commune, shaded by value; key, words and table with it."""
    level: maps.Level = "commune" if province else "province"
    names = maps.area_names(level, province)
    lines = [(name, values.get(code)) for code, name in names.items()]
    return {
        "title": title,
        "unit": unit,
        "map": maps.map_svg(values, level, province, title=title, limits=limits),
        "words": chart_words.map_words(values, names, unit),
        "shades": steps.key_of(values, limits),
        "lines": sorted(lines, key=lambda line: -(line[1] if line[1] is not None else float("-inf"))),
        "head": gettext("Xã, phường") if province else gettext("Tỉnh, thành phố"),
    }


@register.inclusion_tag("look/parts/qr.html")
def qr_code(text: str, label: str, caption: str = "") -> dict[str, Any]:
    """A QR code with what it is for; one of many modules is drawn larger, for a telephone to read from a screen."""
    return {"svg": qr.qr_svg(text, label), "caption": caption, "is_dense": qr.is_dense(text)}


def _cell(head: str, is_number: bool, value: Any) -> dict[str, Any]:  # noqa: FBT001 -- from zip
    text, href = value if isinstance(value, tuple) else (value, "")
    shown = figures.number(text) if is_number and not isinstance(text, SafeString) else text
    return {"head": head, "is_number": is_number, "text": "" if shown is None else shown, "href": href}


def _key(title: str, content: object) -> str:
    """An id for a drawing's title: the same drawing has the same, two on a page differ."""
    return f"ve-{crc32(f'{title}{content}'.encode()):08x}"
