"""The owner at a desk: a code to show, or a number taken by the facility's QR code."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import desk, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.book import queries
from sosuckhoe.doors.citizen import wording
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look.signed_in import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("desk", action="consent")
def show(request: HttpRequest, book: Book) -> HttpResponse:
    """A code for the doctor; pressing the button makes a new one."""
    text = wording.sentence("desk", recipient=gettext("cơ sở quét mã này"), until=clock.now() + desk.VISIT)
    code = desk.show_code(book.actor, book.whose.person, text, clock.now()) if request.method == "POST" else ""
    facts = {"code": code, "text": text, "book": book, "age": book.whose.age(book.on), "section": "privacy"}
    return render(request, "citizen/desk.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(lambda actor: policy.check(actor, "consent", "book", person=actor.person))
def number(request: HttpRequest, actor: Actor, facility: str) -> HttpResponse:
    """The page that a facility's QR code opens."""
    name = queries.facility_names([facility]).get(facility)
    if name is None or actor.person is None:
        raise Http404
    now = clock.now()
    text = wording.sentence("desk", recipient=name, until=now + desk.VISIT)
    taken = desk.take_number(actor, actor.person, facility, text, now) if request.method == "POST" else None
    return render(request, "citizen/number.html", {"name": name, "text": text, "taken": taken, "facility": facility})
