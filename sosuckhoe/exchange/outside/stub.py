"""What the stubs of outside systems share: a small server that speaks JSON, and fails in every way when asked to.

`POST /stub/mode {"mode": "slow", "times": 2}` makes the next two calls fail so, then the stub is well again;
without `times` it stays so. Modes of one stub only are handed to its answers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

WELL = "well"
FAILURES: Mapping[str, str] = {
    "slow": "answers after more time than anybody waits",
    "broken": "500",
    "busy": "429 with Retry-After",
    "refused": "403",
    "closed": "ends the connection without an answer",
    "malformed": "200 with half of its JSON",
}
SLOW_SECONDS = 30.0

Answer = Callable[[str, Any, str], tuple[int, Any]]
"""(path, message, mode) → status, what to say."""


class Stub(ThreadingHTTPServer):
    """A stand-in of an outside system on 127.0.0.1. `asked` counts the calls of each path that reached an answer."""

    daemon_threads = True

    def __init__(self, port: int, answer: Answer) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.asked: dict[str, int] = {}
        self.mode, self.times = WELL, 0
        self.lock = threading.Lock()
        self.let_go = threading.Event()

    def next_mode(self) -> str:
        """What the call at hand shall meet."""
        with self.lock:
            mode = self.mode
            if self.times:
                self.times -= 1
                if not self.times:
                    self.mode = WELL
            return mode

    def set_mode(self, mode: str, times: int) -> None:
        with self.lock:
            self.mode, self.times = mode, times

    def answered(self, path: str, message: Any, mode: str) -> tuple[int, bytes]:
        """Status and bytes of an answer, counted."""
        with self.lock:
            self.asked[path] = self.asked.get(path, 0) + 1
        status, said = self.answer(path, message, mode)
        return status, json.dumps(said, ensure_ascii=False).encode()

    def server_close(self) -> None:
        self.let_go.set()
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        stub = cast("Stub", self.server)
        message = self._message()
        if self.path == "/stub/mode":
            stub.set_mode(message.get("mode", WELL), message.get("times", 0))
            self._say(200, b"{}")
            return
        mode = WELL if self.path.startswith("/stub/") else stub.next_mode()
        if not self._fails(mode, stub):
            self._say(*stub.answered(self.path, message, mode))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base class names it so
        """Nothing: what people asked about is no matter of a journal."""

    def _message(self) -> Any:
        try:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        except ValueError:
            return {}

    def _fails(self, mode: str, stub: Stub) -> bool:
        """Whether the call has met its failure already."""
        if mode == "slow":
            stub.let_go.wait(SLOW_SECONDS)
            self.close_connection = True
        elif mode == "closed":
            self.close_connection = True
        elif mode == "broken":
            self._say(500, b'{"error": "broken"}')
        elif mode == "busy":
            self._say(429, b"{}", {"Retry-After": "1"})
        elif mode == "refused":
            self._say(403, b"{}")
        elif mode == "malformed":
            self._say(200, b'{"answers": [{"number": ')
        return mode in FAILURES

    def _say(self, status: int, content: bytes, more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def serve(stub: Stub) -> None:
    """Serve until the process ends."""
    try:
        stub.serve_forever(poll_interval=0.2)
    finally:
        stub.server_close()
