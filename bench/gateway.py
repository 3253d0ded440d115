"""The country's peak through the portal's interface: does the house keep up, how fast is it, what does it cost?

python -m bench gateway [--rate 106] [--seconds 60] [--senders 24]

Packages as the simulator writes them, one an envelope, are sent at a steady rate whether or not answers come back
(an open loop), each by a system of its own facility. Measured: the reply, the time from the reply until the package
is filed (all its facts are searchable in that transaction), CPU of each role for a package.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import itertools
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote_plus

from bench import house


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench gateway")
    parser.add_argument("--rate", type=float, default=106.0, help="packages a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--senders", type=int, default=24, help="connections")
    asked = parser.parse_args(words)
    with house.running() as here:
        requests = prepared(here.port, int(asked.rate * asked.seconds))
        warm, measured = requests[:100], requests[100:]
        send(here.port, warm, asked.rate, asked.senders)
        wait_until_filed()
        before, began = here.cpu(), time.monotonic()
        with watching() as filed:
            replies = send(here.port, measured, asked.rate, asked.senders)
            sent_in = time.monotonic() - began
            wait_until_filed()
        report(here, before, replies, filed, sent_in, time.monotonic() - began)


def prepared(port: int, count: int) -> list[bytes]:
    """Whole HTTP requests, so that the sender costs as little as it can."""
    from sosuckhoe.access.actions import open_account
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.access.command import as_sent
    from sosuckhoe.exchange.xml130.write import write_envelope
    from sosuckhoe.simulation.stream import packages

    secret = as_sent("bench")
    headers: dict[str, str] = {}
    requests = []
    for sent in itertools.islice(packages(4000, 1.0, 7), count + 100):
        facility = sent.facility
        if facility not in headers:
            open_account(PROGRAM, facility, name=facility, role="system", password=secret, facility=facility)
            headers[facility] = session(port, facility, secret)
        content = write_envelope([sent.package], facility, f"{sent.sent:%Y%m%d}", sent.edition)
        text = quote_plus(base64.b64encode(content).decode())
        body = f"username={facility}&loaiHoSo=130&maTinh={facility[:2]}&maCSKCB={facility}&fileHSBase64={text}"
        requests.append(f"{headers[facility]}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return requests


def session(port: int, username: str, secret: str) -> str:
    """The head of every request of a facility, with its tokens."""
    body = json.dumps({"username": username, "password": secret})
    head = "POST /api/token/take HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        key = json.loads(answer(line)[1])["APIKey"]
    return (
        "POST /api/qd130/guiHoSoXmlQD4750 HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"accessToken: {key['access_token']}\r\ntokenId: {key['id_token']}\r\npasswordHash: {secret}\r\n"
    )


def answer(line: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of one response."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += line.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:"))
    while len(body) < length:
        body += line.recv(65536)
    return head, body


class Reply(NamedTuple):
    """Seconds from the due time to the answer, when it came, and what it said."""

    seconds: float
    came: float
    result: str
    arrival: int


def send(port: int, requests: list[bytes], rate: float, senders: int) -> list[Reply]:
    """Send at the rate, late or not."""
    due = iter(enumerate(requests))
    lock, began, replies = threading.Lock(), time.monotonic() + 0.2, []

    def work() -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            while True:
                with lock:
                    place, request = next(due, (0, None))
                if request is None:
                    return
                at = began + place / rate
                time.sleep(max(0.0, at - time.monotonic()))
                line.sendall(request)
                said, now = json.loads(answer(line)[1]), time.monotonic()
                replies.append(Reply(now - at, now, said["maKetQua"], int(said["maGiaoDich"][-9:] or 0)))

    threads = [threading.Thread(target=work) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


@contextlib.contextmanager
def watching() -> Iterator[dict[int, float]]:
    """When each arrival was first seen to be filed, by another connection that looks every 50 ms."""
    import psycopg
    from django.db import connection

    seen: dict[int, float] = {}
    done = threading.Event()
    words = connection.get_connection_params()
    words = {name: value for name, value in words.items() if name not in {"cursor_factory", "context"}}

    def watch() -> None:
        with psycopg.connect(**words, autocommit=True) as eye:
            while not done.wait(0.05):
                rows = eye.execute(
                    "select arrival from exchange_filing where at > now() - interval '20 seconds'"
                ).fetchall()
                for (arrival,) in rows:
                    seen.setdefault(arrival, time.monotonic())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield seen
    time.sleep(0.2)
    done.set()
    watcher.join()


def wait_until_filed() -> None:
    from sosuckhoe.base import db

    while db.value("select true from exchange_waiting limit 1"):
        time.sleep(0.05)


def report(
    here: house.House,
    before: dict[str, float],
    replies: list[Reply],
    filed: dict[int, float],
    sent_in: float,
    filed_in: float,
) -> None:
    from sosuckhoe.base import db

    lags = [max(0.0, filed[reply.arrival] - reply.came) for reply in replies if reply.arrival]
    made = db.value("select count(*) from clinical_resource where person > 0")
    packages = db.value("select count(*) from exchange_package where outcome = 'filed'")
    results = dict(Counter(reply.result for reply in replies))
    print(f"sent {len(replies)} in {sent_in:.1f} s: {len(replies) / sent_in:.1f}/s, results {results}")
    print(
        f"all filed after {filed_in:.1f} s: {len(replies) / filed_in:.1f}/s, {made / packages:.1f} resources a package"
    )
    print(f"reply: {house.percentiles([reply.seconds for reply in replies])}")
    print(f"from the reply until every fact is searchable: {house.percentiles(lags)}")
    print(f"CPU a package: {house.spent(before, here.cpu(), len(replies))}")
    print(f"memory: web {here.memory('web')} MB, worker {here.memory('worker')} MB")
