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
from sosuckhoe.doors.citizen.forms import RequestForm
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import tongue
from sosuckhoe.exchange import sources
from sosuckhoe.exchange.actions import written


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("requests", action="ask")
def asked(request: HttpRequest, book: Book) -> HttpResponse:
    """What was asked so far, and a form."""
    facilities = [*sorted(access.tied_facilities(book.whose.person)), *written.systems_of(book.whose.person)]
    names, now = _names(facilities), clock.now()
    entry = (request.POST.get("muc") or request.GET.get("muc", ""))[:100]
    writers = [(code, names.get(code, code)) for code in facilities]
    form = RequestForm(request.POST if request.method == "POST" else None, writers, _writer(book, facilities, entry))
    problem = _ask(book, form, entry) if form.is_valid() else None
    if form.is_bound and not form.errors:
        messages.success(request, gettext("Đã gửi. Bạn thấy câu trả lời ở trang này."))
        return redirect("citizen:requests", book.id)
    sent = requests.of_person(book.whose.person)
    facts = {
        "rows": [(one, wording.request_kind(one.kind), one.clocks(now)) for one in sent],
        "entry": entry,
        "form": form,
        "book": book,
        "age": book.whose.age(book.on),
        "section": "privacy",
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "citizen/requests.html", facts, status=status)


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


def _ask(book: Book, form: RequestForm, entry: str) -> Problem | None:
    """Send what the form says; what stands against it, which the form says then."""
    wish = form.cleaned_data
    try:
        requests.ask(book.actor, book.whose.person, wish["kind"], entry, wish["writer"], wish["said"], clock.now())
    except Problem as problem:
        form.add_error(None, tongue.said(problem))
        return problem
    return None
