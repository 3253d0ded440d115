"""Clients of a house that is measured: keep-alive connections, each asking as soon as it is answered.

A script is a generator: it yields (kind, request bytes) and is sent the Answer.
"""

from __future__ import annotations

import heapq
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from bench import house


class Answer(NamedTuple):
    """What came back. The names of headers are in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


Script = Generator[tuple[str, bytes], Answer, None]


@dataclass
class Told:
    """Latencies in seconds by kind of request, what went wrong, and CPU seconds of the clients."""

    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: dict[str, bytes] = field(default_factory=dict)
    cpu: float = 0.0

    @property
    def count(self) -> int:
        return sum(map(len, self.times.values()))


def request(method: str, path: str, token: str, body: bytes = b"", *more: str) -> bytes:
    """A request of the FHIR interface as bytes."""
    lines = [f"{method} /fhir/{path} HTTP/1.1", "Host: bench", f"Authorization: Bearer {token}", *more]
    if body:
        lines += ["Content-Type: application/fhir+json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "\r\n"]).encode() + body


def run(port: int, make: Callable[[int], Script], seconds: float, connections: int = 8) -> Told:
    """Let so many scripts ask for so long; `make` gets the number of each."""
    fork = multiprocessing.get_context("fork")
    out: multiprocessing.Queue = fork.Queue()
    asker = fork.Process(target=_ask_all, args=(port, make, seconds, connections, out))
    asker.start()
    told: Told = out.get(timeout=seconds + 60)
    asker.join()
    return told


def measured(here: house.House, make: Callable[[int], Script], seconds: float, connections: int = 8) -> Told:
    """The same, warmed up before; prints throughput, latencies and CPU a request."""
    run(here.port, make, min(2.0, seconds), connections)
    before = here.cpu()
    told = run(here.port, make, seconds, connections)
    after = here.cpu()
    _print(told, {role: after[role] - before[role] for role in after}, seconds)
    return told


def open_loop(
    port: int, streams: dict[str, tuple[Iterator[bytes], float]], seconds: float, connections: int = 24
) -> Told:
    """Each stream's requests at its rate a second, late or not; the times count from when each was due."""
    fork = multiprocessing.get_context("fork")
    out: multiprocessing.Queue = fork.Queue()
    due = heapq.merge(*(_due(kind, sent, rate, seconds) for kind, (sent, rate) in streams.items()), key=itemgetter(0))
    asker = fork.Process(target=_send_all, args=(port, due, connections, out))
    asker.start()
    told: Told = out.get(timeout=seconds * 4 + 60)
    asker.join()
    return told


def _due(kind: str, sent: Iterator[bytes], rate: float, seconds: float) -> Iterator[tuple[float, str, bytes]]:
    return ((turn / rate, kind, next(sent)) for turn in range(int(rate * seconds)))


def _send_all(port: int, due: Iterator[tuple[float, str, bytes]], connections: int, out) -> None:
    told, lock, began = Told(), threading.Lock(), time.perf_counter() + 0.2

    def work() -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    at, kind, request = next(due, (0.0, "", b""))
                if not request:
                    return
                time.sleep(max(0.0, began + at - time.perf_counter()))
                line.sendall(request)
                answer = _answer(line)
                told.times.setdefault(kind, []).append(time.perf_counter() - began - at)
                if answer.status >= 300:
                    told.wrong.setdefault(f"{kind}: {answer.status}", answer.body)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    _tell(threads, told, out)


def _tell(threads: list[threading.Thread], told: Told, out) -> None:
    """Let the threads of this process ask to their end, and say what they were told."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.cpu = time.process_time()
    out.put(told)


def _print(told: Told, used: dict[str, float], seconds: float) -> None:
    for kind, body in told.wrong.items():
        print(f"WRONG {kind}: {body[:600].decode('utf-8', 'replace')}")
    for kind, times in sorted(told.times.items()):
        print(f"{kind:32} {len(times):7} {house.percentiles(times)}")
    every = [one for times in told.times.values() for one in times]
    each = {role: spent / told.count * 1e6 for role, spent in used.items()}
    whole = sum(each.values())
    print(f"{told.count / seconds:.0f} requests/s; {house.percentiles(every)}")
    said = ", ".join(f"{role} {spent:.0f}" for role, spent in each.items())
    print(
        f"CPU µs a request: {said}, together {whole:.0f}: {1e6 / whole:.0f}/s per core of server and database; ", end=""
    )
    print(f"client {told.cpu / told.count * 1e6:.0f}")


def _ask_all(port: int, make: Callable[[int], Script], seconds: float, connections: int, out) -> None:
    told = Told()
    threads = [threading.Thread(target=_ask, args=(port, make(i), seconds, told)) for i in range(connections)]
    _tell(threads, told, out)


def _ask(port: int, script: Script, seconds: float, told: Told) -> None:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end = time.perf_counter() + seconds
    kind, sent = next(script)
    while (start := time.perf_counter()) < end:
        connection.sendall(sent)
        answer = _answer(connection)
        told.times.setdefault(kind, []).append(time.perf_counter() - start)
        if answer.status >= 300:
            told.wrong.setdefault(f"{kind}: {answer.status}", answer.body)
        kind, sent = script.send(answer)


def _answer(connection: socket.socket) -> Answer:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = {name.strip().lower(): text.strip() for name, _, text in (line.partition(b":") for line in lines)}
    status = int(first.split(b" ")[1])
    length = int(headers.get(b"content-length", b"0"))
    while len(body) < length:
        body += _more(connection)
    return Answer(status, headers, body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("the house has closed the connection")
    return data
