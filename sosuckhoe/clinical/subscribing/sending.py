"""One request to a receiver. No redirect is followed, nothing is tried twice, and it ends after SECONDS at the latest.

Nothing of the request is logged: headers are secrets and bodies are records.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

SECONDS = 5.0
_OK = range(200, 300)


class Request(NamedTuple):
    """What goes out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def send(request: Request, seconds: float = SECONDS) -> str:
    """'' when the receiver took it, otherwise what kind of failure it was (never a text of the receiver's)."""
    parts = urlsplit(request.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=seconds)
    late = threading.Event()
    guard = threading.Timer(seconds, _end, [connection, late])
    guard.daemon = True
    guard.start()
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(request.method, target, body=request.body, headers=dict(request.headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        return type(error).__name__
    finally:
        guard.cancel()
        connection.close()
    if late.is_set():
        return "late"
    return "" if status in _OK else f"HTTP {status}"


def _end(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """Cut a connection whose receiver answers drop by drop; what came until then is no answer."""
    late.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
