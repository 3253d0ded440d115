"""One WSGI callable, by path: `/fhir` and `/api` are Falcon's, everything else is Django's.

granian --interface wsgi sosuckhoe.site.wsgi:application
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from sosuckhoe.base import collecting, db
from sosuckhoe.site import machines, processes

Environ = dict[str, Any]
Answer = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MACHINES = {"fhir": "sosuckhoe.doors.fhir.app", "api": "sosuckhoe.doors.gateway.app"}
"""The first part of a path, and the module whose `application` answers it."""


processes.die_with_parent(signal.SIGKILL)
_log = logging.getLogger(__name__)
_pages: Answer = get_wsgi_application()
_doors: dict[str, Answer] = {first: import_module(module).application for first, module in MACHINES.items()}
if not get_resolver().url_patterns:  # read now, so that a fault in them is seen at the start and not by a visitor
    raise RuntimeError("no page has an address")
collecting.look_seldom()


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. A connection that the database has closed is replaced first.

    A fault that no door has caught is written down without its message, which may quote a record.
    """
    door = _doors.get(environ.get("PATH_INFO", "").partition("/")[2].partition("/")[0])
    safe = machines.safe(start_response)
    try:
        db.forget_broken_connection()
        if door is None:
            return _pages(environ, start_response)
        return machines.refuse(safe) if machines.is_plain(environ) else door(environ, safe)
    except Exception:  # noqa: BLE001 -- the last place that can keep a message out of the server's log
        _log.exception("a request failed")
        safe("500 Internal Server Error", [("Content-Type", "text/plain; charset=utf-8")])
        return ["Lỗi của hệ thống, xin thử lại sau. · A fault of ours, please try again later.".encode()]
