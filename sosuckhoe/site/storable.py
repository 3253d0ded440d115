"""Words that the database can keep: of the characters that a browser can send, a NUL is the one that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]
_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
_NUL = "\0"


class OnlyStorable:
    """Asks before any view: without it a page fails at whichever statement the character reaches.

    A form that comes in parts may hold files. The pages that take some bound them before anything is read, and ask for
    the token of their form after that: theirs stays unread here, and no field of it is kept as it came.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _names: Any) -> None:
        """No page has an address with a NUL (404); a form with one is a bad request (400)."""
        if _NUL in request.path or _has_nul(request.GET.lists()):
            raise Http404
        if _is_form(request, view) and _has_nul(request.POST.lists()):
            raise BadRequest


def _is_form(request: HttpRequest, view: Any) -> bool:
    """Whether it has fields that can be read now: those that the token stands in were read for it already."""
    is_in_parts = request.content_type == _PARTS and not getattr(view, "csrf_exempt", False)
    return request.method == "POST" and (request.content_type == _FORM or is_in_parts)


def _has_nul(fields: Iterable[tuple[str, list[Any]]]) -> bool:
    return any(_NUL in text for text in _texts(fields))


def _texts(fields: Iterable[tuple[str, list[Any]]]) -> Iterator[str]:
    for name, values in fields:
        yield name
        yield from values
