"""*Có gì sai?* and the other rights to one's data: ask the facility, and see until when it must answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import queries as access
from sosuckhoe.access import requests
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.doors.citizen import wording
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import tongue
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.actions import written

_LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("requests", action="ask")
def asked(request: HttpRequest, book: Book) -> HttpResponse:
    """What was asked so far, and a form."""
    problem = None
    facilities = [*sorted(access.tied_facilities(book.whose.person)), *written.systems_of(book.whose.person)]
    if request.method == "POST":
        try:
            _ask(request, book, facilities)
        except Problem as fault:
            problem = fault
        else:
            messages.success(request, gettext("Đã gửi. Bạn thấy câu trả lời ở trang này."))
            return redirect("citizen:requests", book.id)
    names, now = _names(facilities), clock.now()
    entry = request.GET.get("muc", "")[:100]
    sent = requests.of_person(book.whose.person)
    facts = {
        "rows": [(one, wording.request_kind(one.kind), one.clocks(now)) for one in sent],
        "kinds": [(key, wording.request_kind(key)) for key in requests.words()["kinds"]],
        "facilities": [(code, names.get(code, code)) for code in facilities],
        "entry": entry,
        "kind": request.POST.get("loai", ""),
        "said": request.POST.get("loi", "")[:_LONGEST],
        "writer": request.POST.get("co-so", "") or _writer(book, facilities, entry),
        "problem": problem,
        "book": book,
        "age": book.whose.age(book.on),
        "section": "privacy",
    }
    return render(request, "citizen/requests.html", facts, status=problem.status if problem else 200)


def _names(writers: list[str]) -> dict[str, str]:
    """What facilities and other systems are called."""
    systems = {one: source for one in writers if (source := sources.of_uri(one))}
    return queries.facility_names(set(writers) - systems.keys()) | {
        one: tongue.said(source) for one, source in systems.items()
    }


def _writer(book: Book, writers: list[str], entry: str) -> str:
    """Who has written the entry that the page was opened for; '' where it names none."""
    type_name, _, name = entry.partition("/")
    key = clinical.standing_key(type_name, name) if name else None
    return written.writer_of(book.whose.person, writers, key) if key else ""


def _ask(request: HttpRequest, book: Book, facilities: list[str]) -> None:
    facility = request.POST.get("co-so", "")
    said = request.POST.get("loi", "")[:_LONGEST]
    entry = request.POST.get("muc", "")[:100]
    whom = facility if facility in facilities else ""
    requests.ask(book.actor, book.whose.person, request.POST.get("loai", ""), entry, whom, said, clock.now())
