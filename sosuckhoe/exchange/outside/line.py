"""A line to an outside system: JSON by POST, so that no number of a person stands in an address.

Passing failures (`Away`) are tried again with growing pauses; permanent ones (`Declined`) are not. Every call
carries an idempotency key, so a repeated one means the same thing. Nothing of a message is logged.
"""

from __future__ import annotations

import contextlib
import http.client
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import urlsplit

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.breaker import Breaker
from sosuckhoe.exchange.outside.pace import Pace

MOST_BYTES = 8 * 1024 * 1024
LONGEST_PAUSE = 10.0
_OK = range(200, 300)
_CLIENT_FAULT = range(400, 500)
_PASSING = {408, 409, 425, 429}
"""Of the client faults, those that time mends: too slow, busy with the same key, too many."""


class Away(Problem):
    """The system does not answer now; the same call may work later. `after`: seconds that it asked to be left alone."""

    def __init__(self, system: str, after: float = 0.0) -> None:
        super().__init__("SSK-4530", system=system)
        self.after = after


class Declined(Problem):
    """The system will not do this, now or later: our key, our right or our message is wrong."""

    def __init__(self, system: str, status: int) -> None:
        super().__init__("SSK-4531", system=system, status=status)


class Garbled(Problem):
    """The system answered something that cannot be read."""

    def __init__(self, system: str) -> None:
        super().__init__("SSK-4532", system=system)


@dataclass(slots=True)
class Line:
    """A way to one system. `system` is its name for people; `url` its first address without a slash at the end."""

    system: str
    url: str
    token: str = ""
    seconds: float = 5.0
    tries: int = 3
    first_pause: float = 0.2
    breaker: Breaker = field(default_factory=Breaker)
    pace: Pace = field(default_factory=Pace)
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def ask(self, path: str, message: bytes) -> bytes:
        """The answer's bytes, unread. Raises Away after the last try, Declined at once."""
        key = blake2b(path.encode() + b"\0" + message, digest_size=16).hexdigest()
        for left in reversed(range(self.tries)):
            try:
                return self._try(path, message, key)
            except Away as away:
                if not left or self.breaker.is_open:
                    raise
                self.wait(self._pause(self.tries - left - 1, away.after))
        raise Away(self.system)

    def _pause(self, tried: int, after: float) -> float:
        """Longer each time, partly by chance, so that many callers do not come back together."""
        grown = self.first_pause * float(1 << tried)
        chance = grown * secrets.randbelow(1000) / 1000
        return min(max(after, grown + chance), LONGEST_PAUSE)

    def _try(self, path: str, message: bytes, key: str) -> bytes:
        if not self.breaker.allows(self.clock()):
            raise Away(self.system)
        self.wait(self.pace.take(self.clock()))
        try:
            answer = self._send(path, message, key)
        except Away:
            self.breaker.failed(self.clock())
            raise
        except Declined:
            self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return answer

    def _send(self, path: str, message: bytes, key: str) -> bytes:
        """One request. It ends after `seconds` in all, also when the answer comes drop by drop."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self.seconds)
        late = threading.Event()
        guard = threading.Timer(self.seconds, _cut, [connection, late])
        guard.daemon = True
        guard.start()
        try:
            connection.request("POST", parts.path + path, body=message, headers=self._headers(key))
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Away(self.system) from error
        finally:
            guard.cancel()
            connection.close()
        if late.is_set():
            raise Away(self.system)
        return self._judged(answer, content)

    def _headers(self, key: str) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key}
        return headers | {"Authorization": f"Bearer {self.token}"} if self.token else headers

    def _judged(self, answer: http.client.HTTPResponse, content: bytes) -> bytes:
        if answer.status in _OK:
            if len(content) > MOST_BYTES:
                raise Garbled(self.system)
            return content
        if answer.status in _CLIENT_FAULT and answer.status not in _PASSING:
            raise Declined(self.system, answer.status)
        after = answer.headers.get("Retry-After", "")
        raise Away(self.system, float(after) if after.isascii() and after.isdigit() else 0.0)


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
