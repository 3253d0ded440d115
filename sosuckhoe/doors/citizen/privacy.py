"""What an owner decides about the book: who may see it, what nobody may, and every decision so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from sosuckhoe.access import grants, labels
from sosuckhoe.access import queries as access
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.hiding import Wish
from sosuckhoe.doors.citizen import wording
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import asked, tongue

_SHOWN_FOR = timedelta(days=365)


class Seer(NamedTuple):
    """Somebody who may be excluded: the mark that ties and exclusions have, and the name."""

    mark: str
    name: str


@require_safe
@book_page("privacy", action="consent")
def privacy(request: HttpRequest, book: Book) -> HttpResponse:
    """Who may see the book, what is hidden, and what can be decided."""
    return _page(request, book)


def _page(request: HttpRequest, book: Book, problem: Problem | None = None) -> HttpResponse:
    """The page; where a decision was refused with what was chosen for it, and the way to the field."""
    now = clock.now()
    known = grants.of_person(book.whose.person)
    deed = request.POST.get("viec", "")
    facts = {
        "live": [one for one in known if one.is_live(now)],
        "past": [one for one in known if not one.is_live(now)][:20],
        "seers": _seers(book),
        "kinds": [(key, wording.chosen("hideable", key)) for key in grants.words()["hideable"]],
        "labels": [(bit, wording.label_names(bit)) for bit in labels.bits().values()],
        "book": book,
        "age": book.whose.age(book.on),
        "section": "privacy",
        "problem": problem,
        "field": _field(problem, deed) if problem else "",
        "sentence": tongue.said(problem) if problem else "",
        "deed": deed,
        "chosen": request.POST.get("ai", ""),
        "ticked": request.POST.getlist("nhan"),
    }
    return render(request, "citizen/privacy.html", facts, status=problem.status if problem else 200)


def _field(problem: Problem, deed: str) -> str:
    """The id of the field at which a fault is mended; two forms ask for somebody, so the deed tells which."""
    if problem.number == "SSK-1146":
        return f"nhan-{next(iter(labels.bits().values()))}"
    return {"giau-loai": "loai", "khong-cho": "ai-khong", "cho-xem": "ai-cho"}.get(deed, "")


@require_POST
@book_page("privacy", action="consent")
def decide(request: HttpRequest, book: Book) -> HttpResponse:
    """One decision; what is wrong with it is said on the page, where what was chosen stands again."""
    try:
        _DEEDS.get(request.POST.get("viec", ""), _unknown)(request, book)
    except Problem as problem:
        if problem.status == 404:  # noqa: PLR2004 -- not theirs: as if it were not there
            raise
        return _page(request, book, problem)
    messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
    return redirect("citizen:privacy", book.id)


def _hide_entry(request: HttpRequest, book: Book) -> None:
    entry = request.POST.get("muc", "")
    words = {"Encounter": gettext("một lần khám"), "Composition": gettext("một giấy tờ")}
    what = words.get(entry.partition("/")[0], gettext("một mục"))
    _hide(book, Wish(entry, frozenset(), 0), what)


def _hide_kind(request: HttpRequest, book: Book) -> None:
    key = request.POST.get("loai", "")
    known = grants.words()["hideable"]
    if key not in known:
        raise Problem("SSK-1141")
    _hide(book, Wish("", frozenset(known[key]["types"]), 0), wording.chosen("hideable", key))


def _hide(book: Book, wish: Wish, what: str) -> None:
    hide.hide(book.actor, book.whose.person, wish, wording.sentence("hide", what=what), clock.now())


def _show(request: HttpRequest, book: Book) -> None:
    """Let a facility see what is sensitive; what it was let see before is told anew."""
    seer = _seer(request, book)
    chosen = sum({bit for bit in labels.bits().values() if str(bit) in request.POST.getlist("nhan")})
    if not chosen:
        raise Problem("SSK-1146")
    now = clock.now()
    until = now + _SHOWN_FOR
    text = wording.sentence("show", recipient=seer.name, what=wording.label_names(chosen), until=until)
    wish = grants.Wish("show", seer.mark, {"labels": chosen}, text, until)
    grants.give_anew(book.actor, book.whose.person, wish, now)


def _exclude(request: HttpRequest, book: Book) -> None:
    seer = _seer(request, book)
    text = wording.sentence("exclude", recipient=seer.name)
    wish, person, now = grants.Wish("exclude", seer.mark, {}, text), book.whose.person, clock.now()
    with db.atomic():
        if grants.standing(person, wish, now) is None:
            grants.give(book.actor, person, wish, now)


def _end(request: HttpRequest, book: Book) -> None:
    key = asked.key(request, "quyet-dinh")
    known = grants.find(book.whose.person, key)
    ending: Callable[..., Any] = hide.show_again if known and known.kind in hide.KINDS else grants.end
    ending(book.actor, book.whose.person, key, clock.now())


def _unknown(_request: HttpRequest, _book: Book) -> None:
    raise Problem("SSK-1002")


_DEEDS = {"giau-muc": _hide_entry, "giau-loai": _hide_kind, "cho-xem": _show, "khong-cho": _exclude, "thoi": _end}


def _seers(book: Book) -> list[Seer]:
    """The facilities that have treated the person or hold a grant, and the staff that looked into the book."""
    person = book.whose.person
    facilities = sorted(access.tied_facilities(person))
    names = queries.facility_names(facilities)
    found = [Seer(code, names.get(code, code)) for code in facilities]
    return found + [Seer(f"@{account}", name) for account, name in access.staff_who_looked(person)]


def _seer(request: HttpRequest, book: Book) -> Seer:
    mark = request.POST.get("ai", "")
    known = next((one for one in _seers(book) if one.mark == mark), None)
    if known is None:
        raise Problem("SSK-1147")
    return known
