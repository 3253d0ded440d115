"""The apps that see a book: which, what, since when; ended by the owner."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access.smart import authorizations, bounds
from sosuckhoe.access.smart.authorizations import Held
from sosuckhoe.base import clock
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import asked, tongue


class Line(NamedTuple):
    """One app, and what it may do in plain words."""

    held: Held
    deeds: list[str]
    is_live: bool


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("apps", action="consent")
def apps(request: HttpRequest, book: Book) -> HttpResponse:
    """What apps may see; a post ends one, at once."""
    now = clock.now()
    if request.method == "POST":
        authorizations.end(book.actor, book.whose.person, asked.key(request, "ung-dung"), now)
        messages.success(request, gettext("Ứng dụng không còn xem được sổ này."))
        return redirect("citizen:apps", book.id)
    lines = [
        _line(one, is_live=one.ended is None and one.until > now) for one in authorizations.of_person(book.whose.person)
    ]
    facts = {
        "live": [one for one in lines if one.is_live],
        "past": [one for one in lines if not one.is_live][:20],
        "book": book,
        "age": book.whose.age(book.on),
        "section": "privacy",
    }
    return render(request, "citizen/apps.html", facts)


def _line(one: Held, *, is_live: bool) -> Line:
    return Line(one, bounds.sentences(tuple(one.scope.split()), tongue.language()), is_live)
