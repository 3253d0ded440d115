"""A vendor's server that exports in bulk, and fails in every way when asked to, by `fails`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt


class Vendor(ThreadingHTTPServer):
    """`files`: (type, lines) of an export; `asked`: every call's method and path; `key`: demanded of who signs in."""

    daemon_threads = True

    def __init__(self, files, key=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.key = files, key
        self.deleted = b""
        self.asked, self.fails, self.since = [], [], []
        self.polls = 1
        self.stalled, self.let_go = threading.Event(), threading.Event()
        self.time = "2026-03-01T00:00:00Z"

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}/fhir"

    def count(self, part):
        return sum(part in path for _, path in self.asked)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *fault):
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer("GET")

    def do_POST(self):
        self.answer("POST")

    def do_DELETE(self):
        self.answer("DELETE")

    def log_message(self, *words):
        pass

    def answer(self, method):
        vendor, parts = self.server, urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        vendor.asked.append((method, parts.path))
        fails = vendor.fails.pop(0) if vendor.fails else ""
        if fails == "closed":
            self.close_connection = True
        elif fails in {"429", "500", "403", "404"}:
            self.say(int(fails), b"{}", {"Retry-After": "0"})
        elif parts.path == "/token":
            self.token(parse_qs(sent.decode()))
        elif vendor.key and self.headers.get("Authorization") != "Bearer let-me-in":
            self.say(401, b"{}")
        elif method == "DELETE":
            self.say(202, b"")
        elif parts.path.endswith("$export"):
            vendor.since.append(parse_qs(parts.query).get("_since", [""])[0])
            assert self.headers["Prefer"] == "respond-async"
            self.say(202, b"", {"Content-Location": f"{vendor.base}/status/1"})
        elif "/status/" in parts.path:
            self.status(fails)
        else:
            self.file(parts.path, fails)

    def token(self, form):
        claims = jwt.decode(form["client_assertion"][0], self.server.key, algorithms=["RS384"]).claims
        good = claims["iss"] == claims["sub"] == "us" and claims["aud"].endswith("/token")
        said = {"access_token": "let-me-in", "token_type": "bearer", "expires_in": 300}
        self.say(200 if good else 400, json.dumps(said if good else {"error": "invalid_client"}).encode())

    def status(self, fails):
        vendor = self.server
        if vendor.polls:
            vendor.polls -= 1
            self.say(202, b"", {"Retry-After": "1", "X-Progress": "half"})
        elif fails == "malformed":
            self.say(200, b'{"output": [')
        else:
            output = [{"type": kind, "url": f"{vendor.base}/file/{n}"} for n, (kind, _) in enumerate(vendor.files)]
            deleted = [{"type": "Bundle", "url": f"{vendor.base}/file/gone"}] if vendor.deleted else []
            told = {"transactionTime": vendor.time, "request": "", "requiresAccessToken": bool(vendor.key)}
            self.say(200, json.dumps({**told, "output": output, "deleted": deleted, "error": []}).encode())

    def file(self, path, fails):
        name = path.rpartition("/")[2]
        content = self.server.deleted if name == "gone" else self.server.files[int(name)][1]
        if fails == "stall":
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.server.stalled.set()
            self.server.let_go.wait(60)
            self.close_connection = True
        elif fails == "cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        else:
            self.say(200, content, {"Content-Type": "application/fhir+ndjson"})

    def say(self, status, content, more=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
