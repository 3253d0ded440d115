"""The pages of a book. Each reads once, by its room's query, and renders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from sosuckhoe.access import cards, emergency, policy
from sosuckhoe.access import queries as access
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import find as finding
from sosuckhoe.book import indicators, kept, medicines, queries, timeline
from sosuckhoe.doors.citizen.differing import number_open
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import tongue
from sosuckhoe.exchange.bhxh import queries as insurance
from sosuckhoe.identity import queries as identity

_LONGEST_QUESTION = 100
_LINES, _VISITS = 20, 100
"""Rows of a page: of those who looked, and of visits, papers, results and drugs."""
_PERIODS = 30
"""Of a drug so many prescriptions are listed, the newest; who takes one for years finds the others at the visits."""

_AUTOMATIC = "vao-so"
_TOLD_FOR = timedelta(days=30)
"""So long the first page says that the book was opened in an emergency."""


@require_safe
@book_page("summary")
def summary(request: HttpRequest, book: Book) -> HttpResponse:
    """What one must know at once."""
    since = clock.now() - _TOLD_FOR
    told = {} if book.is_staff else _news(book.whose.person, since)
    made = kept.summary_of(book.whose, book.on, book.hidden)
    told |= _insured(book.whose.person)
    return _page(request, book, "summary", summary=made, differences=number_open(book), **told)


@require_safe
@book_page("background")
def background(request: HttpRequest, book: Book) -> HttpResponse:
    """What somebody brings along: past illnesses, habits, disabilities, the family's illnesses."""
    found = queries.background_of(book.whose, book.hidden)
    none = gettext("Chưa có cơ sở nào ghi.")
    names = {
        "illnesses": gettext("Bệnh đã ghi trong hồ sơ sức khỏe"),
        "habits": gettext("Thói quen, sinh hoạt, thai sản"),
        "disabilities": gettext("Khuyết tật"),
        "family": gettext("Bệnh trong gia đình"),
    }
    groups = [(name, none, getattr(found, part)) for part, name in names.items()]
    return _page(request, book, "background", "summary", groups=groups)


def _insured(person: int) -> dict[str, Any]:
    """What social insurance told last of the card, and its sentence."""
    standing = insurance.standing(person)
    if standing is None:
        return {}
    return {"insured": standing, "insured_said": tongue.said(standing.result)}


def _news(person: int, since: datetime) -> dict[str, Any]:
    """What its owner must hear of: openings in an emergency, a card that was given out."""
    card = cards.given_to(person, since)
    place = queries.facility_names({card.facility}).get(card.facility, card.facility) if card else ""
    return {"emergencies": emergency.of_person(person, since), "card": card, "card_place": place}


@require_safe
@book_page("timeline")
def visits(request: HttpRequest, book: Book) -> HttpResponse:
    """All visits, by year, page by page."""
    found = queries.timeline_of(book.whose, book.hidden)
    page = Paginator(found, _VISITS).get_page(request.GET.get("trang"))
    return _page(request, book, "visits", years=timeline.by_year(list(page)), page=page)


@require_safe
@book_page("visit")
def visit(request: HttpRequest, book: Book, key: str) -> HttpResponse:
    """One visit in full, in the four groups of QĐ 31/QĐ-BYT."""
    full = queries.visit_of(book.whose, key, book.hidden)
    if full is None:
        raise Problem("SSK-1002")
    history = queries.history_of(book.whose, book.on, book.hidden)
    return _page(request, book, "visit", section="visits", full=full, history=history)


@require_safe
@book_page("medicines")
def drugs(request: HttpRequest, book: Book) -> HttpResponse:
    """Medicines taken now, and every drug with its periods, page by page."""
    lines = queries.medicines_of(book.whose, book.hidden)
    now = medicines.now(lines, book.on)
    return _page(request, book, "medicines", now=now, drugs=_paged(request, medicines.by_drug(lines)), most=_PERIODS)


@require_safe
@book_page("tests")
def tests(request: HttpRequest, book: Book) -> HttpResponse:
    """Every indicator with its newest value, in groups."""
    found = queries.results_of(book.whose, book.hidden)
    groups = [(name, [each for each in found if each.group == key]) for key, name in indicators.groups().items()]
    return _page(request, book, "tests", groups=[(name, each) for name, each in groups if each])


@require_safe
@book_page("test")
def test(request: HttpRequest, book: Book, key: str) -> HttpResponse:
    """One indicator over time: chart, and a table page by page."""
    series = next((each for each in queries.results_of(book.whose, book.hidden) if each.key == key), None)
    if series is None:
        raise Problem("SSK-1002")
    disputed = indicators.disputed(series)
    newest = {key for key, is_newest in disputed.items() if is_newest}
    results = _paged(request, series.results)
    return _page(
        request, book, "test", section="tests", series=series, results=results, disputed=disputed, newest=newest
    )


@require_safe
@book_page("papers")
def papers(request: HttpRequest, book: Book) -> HttpResponse:
    """Every paper, newest first, page by page."""
    found = queries.papers_of(book.whose, book.hidden)
    return _page(request, book, "papers", papers=_paged(request, found))


@require_safe
@book_page("paper")
def paper(request: HttpRequest, book: Book, key: UUID) -> HttpResponse:
    """One paper on the screen."""
    found = queries.paper_of(book.whose, key, book.hidden)
    if found is None:
        raise Problem("SSK-1002")
    return _page(request, book, "paper", section="papers", paper=found)


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("find")
def find(request: HttpRequest, book: Book) -> HttpResponse:
    """Search. By POST, so that what somebody looks for in a book stands in no address, history or log."""
    if request.method != "POST":
        return _page(request, book, "find", question="", hits=[])
    question = request.POST.get("q", "")[:_LONGEST_QUESTION].strip()
    hits = queries.find(book.whose, question, book.hidden)
    return _page(request, book, "find", question=question, hits=hits, is_full=len(hits) == finding.MOST)


@require_safe
@book_page("lookers")
def lookers(request: HttpRequest, book: Book) -> HttpResponse:
    """Who looked into the book: others by day, the house's own filing apart from them, one's own looks as a number.

    For those alone from whom the owner can hide nothing: a line names a clinic whose visits may be hidden.
    """
    policy.check(book.actor, "hide", "book", person=book.whose.person)
    persons, account = identity.keys_of_person(book.whose.person), book.actor.account
    automatic = request.GET.get("xem") == _AUTOMATIC
    found = access.lookers(persons, apart_from=account, automatic=automatic)
    page = Paginator(found, _LINES).get_page(request.GET.get("trang"))
    names = queries.facility_names({line.facility for line in page})
    lines = [(line, names.get(line.facility, "")) for line in page]
    own = access.looks_of(persons, account)
    return _page(request, book, "lookers", page=page, lines=lines, own=own, automatic=automatic)


@require_safe
@book_page("person")
def person(request: HttpRequest, book: Book) -> HttpResponse:
    """Who the person is, as hospitals told it."""
    contradictions = queries.contradictions_of(book.whose)
    return _page(request, book, "person", differences=number_open(book), contradictions=contradictions)


def _paged(request: HttpRequest, found: Sequence[Any]) -> Page[Any]:
    return Paginator(found, _VISITS).get_page(request.GET.get("trang"))


def _page(request: HttpRequest, book: Book, name: str, section: str = "", **context: Any) -> HttpResponse:
    whose = {"book": book, "age": book.whose.age(book.on), "section": section or name, "on": book.on}
    return render(request, f"citizen/{name}.html", whose | context)
