"""What a read by id costs: CPU of the server and of PostgreSQL per request, over HTTP with keep-alive.

    python -m bench fhir_read [--seconds 6] [--connections 8]

Each read asks for rights, reads and leaves its line in the trace. The client is a process of its own on the same cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import socket
import threading
import time
from datetime import UTC, datetime, timedelta

from bench import house
from bench.put_many import packages


def ask(port: int, token: str, paths: list[str], seconds: float, out: multiprocessing.Queue) -> None:
    """One keep-alive connection that asks again as soon as it is answered; puts latencies in seconds."""
    connection = socket.create_connection(("127.0.0.1", port))
    requests = [
        f"GET /fhir/{path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode() for path in paths
    ]
    end, times, number = time.perf_counter() + seconds, [], 0
    while time.perf_counter() < end:
        start = time.perf_counter()
        connection.sendall(requests[number % len(requests)])
        answer = _answer(connection)
        if not answer.startswith(b"HTTP/1.1 200"):
            out.put(answer[:200])
            return
        times.append(time.perf_counter() - start)
        number += 1
    out.put(times)


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer) < _whole(answer):
        more = connection.recv(65_536)
        if not more:
            return b"closed: " + answer
        answer += more
    return answer


def _whole(answer: bytes) -> int:
    head, _, _ = answer.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return len(head) + 4 + int(length.split(b":")[1])


def _askers(
    port: int, token: str, paths: list[str], seconds: float, connections: int, out: multiprocessing.Queue
) -> None:
    threads = [
        threading.Thread(target=ask, args=(port, token, paths[i::connections], seconds, out))
        for i in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _prepare() -> tuple[str, list[str]]:
    """3,000 resources of 100 persons, and the token of a system that has treated them."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.clinical import actions

    now = datetime.now(UTC)
    drafts = packages(0, 100, 30)
    actions.put_many(drafts, now)
    account = access.open_account(PROGRAM, "bench", name="Bench", role="system", facility="79001")
    access.tie([("79001", person) for person in {draft.person for draft in drafts}], now)
    token = access.issue_token(account, "bearer", now, timedelta(hours=1))
    return token, [f"{draft.type}/{draft.key}" for draft in drafts if draft.type == "Observation"]


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench fhir_read")
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--connections", type=int, default=8)
    asked = options.parse_args(words)
    with house.running(worker=False, processes=1) as here:
        token, paths = _prepare()
        run(here.port, token, paths, 1.0, asked.connections)
        before = here.cpu()
        times = sorted(run(here.port, token, paths, asked.seconds, asked.connections))
        after = here.cpu()
    count = len(times)
    mine, theirs = ((after[role] - before[role]) / count * 1e6 for role in ("web", "postgres"))
    print(f"{count / asked.seconds:8.0f} reads/s by one process of one thread")
    print(f"{mine:8.1f} µs CPU of the server a read: {1e6 / mine:.0f}/s per core of the server alone")
    print(f"{theirs:8.1f} µs CPU of PostgreSQL a read: {1e6 / (mine + theirs):.0f}/s per core with it")
    print(f"{times[count // 2] * 1e3:8.2f} ms median, {times[count * 99 // 100] * 1e3:.2f} ms p99")


def run(port: int, token: str, paths: list[str], seconds: float, connections: int) -> list[float]:
    """The latencies of all reads, asked from a process of its own."""
    out: multiprocessing.Queue = multiprocessing.get_context("fork").Queue()
    asker = multiprocessing.get_context("fork").Process(
        target=_askers, args=(port, token, paths, seconds, connections, out)
    )
    asker.start()
    found = [out.get(timeout=seconds + 30) for _ in range(connections)]
    asker.join()
    if wrong := [one for one in found if isinstance(one, bytes)]:
        raise SystemExit(wrong[0].decode("latin-1"))
    return [one for times in found for one in times]
