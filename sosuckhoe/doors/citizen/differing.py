"""'Thông tin của bạn khác với cơ sở dữ liệu dân cư': what differs, in plain words, and the owner's say."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import policy
from sosuckhoe.base import clock, wall
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import differing_words
from sosuckhoe.exchange.population import resolve
from sosuckhoe.identity import tickets
from sosuckhoe.identity.actions import Raced

TAKE = "lay"
_TOLD = frozenset({"SSK-4534", "SSK-4535"})
"""What the page says itself: decided before, and no reason given."""


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("differences")
def differences(request: HttpRequest, book: Book) -> HttpResponse:
    """Open differences with both words, how the book stands with the register, and what was decided before."""
    person = book.whose.person
    problem = _decide(request, book) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, gettext("Đã ghi lại. Thông tin cũ vẫn được giữ."))
        return redirect("citizen:differences", book.id)
    may_read = policy.can(book.actor, "read", "ticket", person=person)
    found = tickets.of_person(person, [tickets.OPEN]) if may_read else []
    decided = tickets.of_person(person, [tickets.RESOLVED, tickets.REFUSED]) if may_read else []
    refused = request.POST.get("phieu", "")
    context = {
        "book": book,
        "age": book.whose.age(book.on),
        "section": "person",
        "on": book.on,
        "open": [
            (one, differing_words.fields(one), differing_words.is_of_number(one), problem and str(one.key) == refused)
            for one in found
        ],
        "may_decide": any(resolve.may_decide(book.actor, one) for one in found),
        "decided": [(one, differing_words.names(one)) for one in decided],
        "standing": tickets.standing(person),
        "problem": problem,
        "field": f"ly-do-{refused}",
        "said": request.POST.get("ly-do", "")[: resolve.LONGEST_REASON],
    }
    return render(request, "citizen/differences.html", context, status=422 if problem else 200)


def number_open(book: Book) -> int:
    """How many differences wait for the one who reads; none for those who have no say."""
    if not policy.can(book.actor, "read", "ticket", person=book.whose.person):
        return 0
    return len(tickets.of_person(book.whose.person, [tickets.OPEN]))


def _decide(request: HttpRequest, book: Book) -> Problem | None:
    """What the owner says of one of this book's own tickets; what is wrong with it, for the page to say."""
    key = _own(request.POST.get("phieu", ""), book)
    try:
        with wall.standing(wall.OPEN):  # it writes to the book, and to whatever names the person
            if request.POST.get("viec") == TAKE:
                resolve.accept(book.actor, key, clock.now())
            else:
                resolve.refuse(book.actor, key, request.POST.get("ly-do", ""), clock.now())
    except Raced:
        return Problem("SSK-3409")
    except Problem as problem:
        if problem.number not in _TOLD:
            raise
        return problem
    return None


def _own(text: str, book: Book) -> UUID:
    """The key of a ticket of this book. SSK-1002 for any other text."""
    try:
        ticket = tickets.ticket(UUID(text))
    except ValueError:
        ticket = None
    if ticket is None or ticket.person != book.whose.person:
        raise Problem("SSK-1002")
    return ticket.key
