"""One WSGI callable, by path: `/fhir` and `/api` are Falcon's, everything else is Django's.

granian --interface wsgi sosuckhoe.site.wsgi:application
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")

from django.core.wsgi import get_wsgi_application

from sosuckhoe.base import db

Environ = dict[str, Any]
Answer = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MACHINES = {"fhir": "sosuckhoe.doors.fhir.app", "api": "sosuckhoe.doors.gateway.app"}
"""The first part of a path, and the module whose `application` answers it."""


def _machine_doors() -> dict[str, Answer]:
    built = {first: module for first, module in MACHINES.items() if find_spec(module)}
    return {first: import_module(module).application for first, module in built.items()}


_pages: Answer = get_wsgi_application()
_doors = _machine_doors()


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. A connection that the database has closed is replaced first."""
    db.forget_broken_connection()
    first = environ.get("PATH_INFO", "").split("/", 2)[1:2]
    door = _doors.get(first[0], _pages) if first else _pages
    return door(environ, start_response)
