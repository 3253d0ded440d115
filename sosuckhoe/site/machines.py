"""What an answer of the machine interfaces says to a browser that meets it, and that they speak TLS alone.

Django's pages have `headers.py`. https://www.rfc-editor.org/rfc/rfc9110, https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look.content_security import NOTHING

Environ = dict[str, Any]
Start = Callable[..., Any]

ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", NOTHING),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
"""Nothing of an answer runs, is framed or kept. An answer that sets its own header keeps it."""


def safe(start: Start) -> Start:
    """The same `start_response`, which adds the headers that are missing."""
    wanted = (*ALWAYS, *_strict_transport())

    def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        told = {name.lower() for name, _ in headers}
        return start(status, [*headers, *(pair for pair in wanted if pair[0].lower() not in told)], *more)

    return begin


def is_plain(environ: Environ) -> bool:
    """Whether a request came without TLS to a house that speaks TLS: its token was shown to the line."""
    return bool(settings.HTTPS and environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme")) != "https")


def refuse(start: Start) -> Iterable[bytes]:
    """No redirect, so that a machine that is set up wrongly is noticed at the first request (SSK-1400)."""
    problem = Problem("SSK-1400")
    body = {"code": problem.number, "vi": problem.vi, "en": problem.en}
    start(f"{problem.status} Forbidden", [("Content-Type", "application/json")])
    return [orjson.dumps(body)]


def _strict_transport() -> tuple[tuple[str, str], ...]:
    if not settings.SECURE_HSTS_SECONDS:
        return ()
    return (("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"),)
