"""What every page says about itself to the browser, and in which language it speaks."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from sosuckhoe.access import pace
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue
from sosuckhoe.doors.look.content_security import POLICY

Respond = Callable[[HttpRequest], HttpResponseBase]

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""`no-store`: a page of a book stays on no shared phone. A response that sets its own header keeps it."""


class SafeHeaders:
    """Adds the safe headers to every response of Django."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.respond(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response


class ChosenLanguage:
    """Vietnamese, unless the person chose another language.

    The browser's own wish is not asked: most phones sold in Viet Nam ask for English.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.respond(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Told:
    """A Problem that its page did not expect: a page that says it, with its own status. RFC 9110, section 15.5.

    What is a fault of ours (500) goes on to be one. Where it says what there is (403, 404) it says no more than
    any page that is not there or not theirs.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        """The page that says so; every other fault goes its way."""
        if not isinstance(fault, Problem) or fault.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        if fault.number == pace.NUMBER:
            answer = render(request, "429.html", fault.places, status=fault.status)
            answer.headers["Retry-After"] = str(fault.places["seconds"])
            return answer
        said = {"sentence": tongue.said(fault), "number": fault.number, "is_ours": fault.status > _OURS}
        return render(request, _HIDING.get(fault.status, "problem.html"), said, status=fault.status)


_OURS = HTTPStatus.INTERNAL_SERVER_ERROR
_HIDING: dict[int, str] = {HTTPStatus.FORBIDDEN: "403.html", HTTPStatus.NOT_FOUND: "404.html"}
