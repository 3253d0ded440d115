"""'Bảo hiểm xã hội biết gì': the visits that social insurance told, beside those of the book. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sosuckhoe.access import policy
from sosuckhoe.base import clock
from sosuckhoe.book import queries
from sosuckhoe.book.record import day_of
from sosuckhoe.book.timeline import Visit
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.exchange.bhxh import queries as insurance
from sosuckhoe.exchange.bhxh import visits
from sosuckhoe.exchange.bhxh.visits import Stay, Told

_ORDER = (visits.THEIRS, visits.ENDS, visits.OURS, visits.BOTH)
"""What asks most of the reader first: a visit that the book has not may be one that nobody made."""


@require_safe
@book_page("insured")
def insured(request: HttpRequest, book: Book) -> HttpResponse:
    """Both lists as one. For those alone from whom the owner can hide nothing: the insurer's list hides nothing."""
    policy.check(book.actor, "hide", "book", person=book.whose.person)
    told = visits.of_person(book.whose.person)
    context = {
        "book": book,
        "age": book.whose.age(book.on),
        "section": "visits",
        "on": book.on,
        "standing": insurance.standing(book.whose.person),
        **(_beside(book, told) if told else {}),
    }
    return render(request, "citizen/insured.html", context)


def _beside(book: Book, told: Told) -> dict[str, Any]:
    """What was told and what the book has of the same days: what is older or newer nobody was asked about."""
    until = clock.day_of(told.at)
    ours = [one for one in _stays(queries.timeline_of(book.whose, book.hidden)) if told.since <= one.began <= until]
    lines = visits.side_by_side(told.stays, ours)
    groups = [(state, [line for line in lines if line.state == state]) for state in _ORDER]
    return {
        "told": told,
        "groups": [(state, found) for state, found in groups if found],
        "names": queries.facility_names({line.facility for line in lines}),
        "differing": sum(line.state != visits.BOTH for line in lines),
    }


def _stays(found: Iterable[Visit]) -> Iterable[Stay]:
    """The book's visits whose place and day can be compared, whoever told of them."""
    for one in found:
        began = day_of(one.start)
        if began and one.source.facility:
            yield Stay(one.source.facility, began, day_of(one.end))
