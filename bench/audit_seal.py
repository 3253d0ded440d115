"""What a sealed line of the trace costs: CPU of Python and of PostgreSQL a line, and whether 1,500 a second keep up.

python -m bench audit_seal [--lines 60000] [--a-seal 3000] [--seconds 20] [--rate 1500]
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import house


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench audit_seal")
    options.add_argument("--lines", type=int, default=60_000)
    options.add_argument("--a-seal", type=int, default=3_000)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--rate", type=int, default=1_500)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False) as here, tempfile.TemporaryDirectory() as folder:
        from sosuckhoe.access import witness

        with contextlib.closing(witness.Keeper(Path(folder))) as keeper:
            bulk(here, keeper, asked.lines, asked.a_seal)
            steady(keeper, asked.seconds, asked.rate)
            check(here, Path(folder))
            sizes()


def write(count: int, first: int = 1) -> None:
    """Lines as reads leave them, in one transaction."""
    from sosuckhoe.access import audit
    from sosuckhoe.access.actor import Actor
    from sosuckhoe.base import db
    from sosuckhoe.base.keys import bucket_of, new_key

    doctor, now = Actor(account=7, name="", role="doctor", facility="79001"), datetime.now(UTC)
    lines = [
        audit.Line(doctor, "read", "Observation", person, new_key(bucket_of(person), now))
        for person in range(first, first + count)
    ]
    with db.atomic():
        audit.record_all(lines, now)


def key():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes(32))


class Cost:
    """CPU of this process and of PostgreSQL within the block."""

    def __init__(self, here: house.House) -> None:
        self._here = here

    def __enter__(self):
        self._wall, self._mine, self._theirs = time.perf_counter(), time.thread_time(), self._here.cpu()["postgres"]
        return self

    def __exit__(self, *_error):
        self.wall, self.mine = time.perf_counter() - self._wall, time.thread_time() - self._mine
        self.theirs = self._here.cpu()["postgres"] - self._theirs

    def said(self, count: int) -> str:
        a_line = (
            f"{seconds / count * 1e6:.1f} µs {what}"
            for what, seconds in (("Python", self.mine), ("PostgreSQL", self.theirs))
        )
        return f"{', '.join(a_line)} a line; {count / self.wall:,.0f}/s"


def bulk(here: house.House, keeper, lines: int, a_seal: int) -> None:
    from sosuckhoe.access import sealing

    with Cost(here) as writing:
        for first in range(1, lines, 1_000):
            write(1_000, first)
    print(f"write            {writing.said(lines)}")
    with Cost(here) as sealed:
        while sealing.seal(key(), datetime.now(UTC), a_seal):
            pass
    print(f"seal             {sealed.said(lines)}, {a_seal} a seal")
    with Cost(here) as told:
        while sealing.tell(keeper.keep, key().public_key().public_bytes_raw()):
            pass
    print(f"tell the witness {told.said(lines)}")


def steady(keeper, seconds: int, rate: int) -> None:
    """Lines come at a rate, twenty transactions a second; the sealer looks every two seconds, as the worker does."""
    from sosuckhoe.access import sealing

    stop = threading.Event()

    def write_on() -> None:
        from django.db import connection

        began = time.perf_counter()
        for turn in range(seconds * 20):
            write(rate // 20)
            stop.wait(max(0.0, began + (turn + 1) / 20 - time.perf_counter()))
        connection.close()

    writer = threading.Thread(target=write_on)
    writer.start()
    mine, most, sealed, waits = time.thread_time(), 0.0, 0, []
    while writer.is_alive():
        time.sleep(2)
        began = time.perf_counter()
        sealed += (found := sealing.seal(key(), datetime.now(UTC)))
        sealing.tell(keeper.keep, key().public_key().public_bytes_raw())
        waits.append(time.perf_counter() - began)
        most = max(most, found)
    mine = time.thread_time() - mine
    print(
        f"steady           {sealed} lines at {rate}/s: sealing {mine / seconds * 100:.1f} % of a core of Python; "
        f"largest seal {most} lines; a turn {house.percentiles(waits)}"
    )


def check(here: house.House, folder: Path) -> None:
    from sosuckhoe.access import sealing, verifying

    while sealing.seal(key(), datetime.now(UTC)):
        pass
    with Cost(here) as verified:
        found = list(verifying.verify(key().public_key().public_bytes_raw(), folder / "heads"))
    print(f"verify           {verified.said(verifying.extent().sealed)}; findings: {found}")


def sizes() -> None:
    from sosuckhoe.access import verifying
    from sosuckhoe.base import db

    lines = verifying.extent().sealed
    for name in ("access_audit", "access_seal"):
        size = db.value("select pg_total_relation_size(%s::regclass)", [name])
        print(f"{name:16} {size / lines:.0f} bytes a line with indexes")
