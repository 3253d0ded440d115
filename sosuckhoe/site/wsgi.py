"""One WSGI callable, by path: `/fhir` and `/api` are Falcon's, everything else is Django's.

granian --interface wsgi sosuckhoe.site.wsgi:application
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")

from django.core.wsgi import get_wsgi_application

from sosuckhoe.base import db

Environ = dict[str, Any]
Answer = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MACHINES = {"fhir": "sosuckhoe.doors.fhir.app", "api": "sosuckhoe.doors.gateway.app"}
"""The first part of a path, and the module whose `application` answers it."""


_pages: Answer = get_wsgi_application()


@cache
def _door(first: str) -> Answer:
    """The machine interface whose paths begin so; it is built by its first request."""
    answer: Answer = import_module(MACHINES[first]).application
    return answer


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. A connection that the database has closed is replaced first."""
    db.forget_broken_connection()
    first = environ.get("PATH_INFO", "").partition("/")[2].partition("/")[0]
    answer = _door(first) if first in MACHINES else _pages
    return answer(environ, start_response)
