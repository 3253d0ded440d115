"""A receiver that fails in every way, and the worker's part with a clock that the test turns."""

from __future__ import annotations

import http.server
import json
import threading
import time
from datetime import timedelta

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.subscribing import sending
from sosuckhoe.clinical.subscribing.delivering import Courier
from sosuckhoe.clinical.subscribing.fanning import fan_out
from tests.clinical.made import AT, patient

TOPICS = "http://sosuckhoe.vn/fhir/SubscriptionTopic"
FINAL = f"{TOPICS}/result-final"
BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
SECRET = "Bearer open-sesame"


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is told, and answers as `mood` says."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mood, self.got, self.let_go = "well", [], threading.Event()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        server.got.append((self.command, self.path, dict(self.headers), json.loads(raw) if raw else None, server.mood))
        if server.mood == "hangs":
            server.let_go.wait(30)
        elif server.mood == "drips":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not server.let_go.wait(0.05):
                self.wfile.write(b"X-More: x\r\n")
        elif server.mood != "closes":
            self.send_response({"well": 200, "broken": 500, "moved": 302}[server.mood])
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", "0")
            self.end_headers()

    do_PUT = do_POST  # noqa: N815 -- the name that http.server calls

    def log_message(self, *_):
        """Nothing is said."""


class Office:
    """The worker's part, with a clock that the test turns."""

    def __init__(self, receiver):
        self.receiver, self.at = receiver, clock.now()
        self.courier = Courier({receiver.origin}, lambda request: sending.send(request, 0.3))

    def work(self, after=timedelta(seconds=10)):
        """Everything that is due so long from now; what the receiver got meanwhile."""
        self.at += after
        before = len(self.receiver.got)
        while database.value("select count(*) from clinical_event"):
            if not fan_out(self.at):
                time.sleep(0.02)  # another test's transaction, in its own database, is older
        while self.courier.turn(self.at):
            self.courier.wait()
        return self.receiver.got[before:]


def wish(receiver, criteria=FINAL, content="full-resource", **channel):
    payload = {"extension": [{"url": f"{BACKPORT}/backport-payload-content", "valueCode": content}]}
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "test",
        "criteria": criteria,
        "channel": {
            "type": "rest-hook",
            "endpoint": f"{receiver.origin}/hook",
            "payload": "application/fhir+json",
            "_payload": payload,
            "header": [f"Authorization: {SECRET}"],
            **channel,
        },
    }


def subscribe(client, body, who="hospital"):
    answer = client.ask(who, "POST", "/Subscription", body)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def parameters(bundle):
    status = bundle["entry"][0]["resource"]
    return {one["name"]: next(v for k, v in one.items() if k != "name") for one in status["parameter"]}


def numbers(bundle):
    told = [one for one in bundle["entry"][0]["resource"]["parameter"] if one["name"] == "notification-event"]
    return [one["part"][0]["valueString"] for one in told]


def state(client, key, who="hospital"):
    return client.ask(who, "GET", f"/Subscription/{key}").json["status"]


def put(*drafts):
    actions.put_many([patient(), *drafts], AT)
