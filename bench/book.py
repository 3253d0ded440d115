"""A book's summary page with fifty readers, each in a book of their own.

python -m bench book [--readers 50] [--seconds 20] [--packages 3000]

First each reader opens a page a second (people read what they open): the latency that they feel. Then all of them open
page after page without a pause: what the machine can do.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import threading
import time
from importlib import import_module

from bench import house


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench book")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--packages", type=int, default=3000)
    asked = parser.parse_args(words)
    with house.running(worker=False) as here:
        fill(asked.packages)
        readers = signed_in(asked.readers)
        read(here.port, readers, 3.0, 0.0)
        for label, pause in (("a page a second", 1.0), ("without a pause", 0.0)):
            before = here.cpu()
            seconds = read(here.port, readers, asked.seconds, pause)
            print(f"{asked.readers} readers, {label}: {len(seconds) / asked.seconds:.0f} pages/s")
            print(f"  {house.percentiles(seconds)}; CPU a page: {house.spent(before, here.cpu(), len(seconds))}")
        print(f"memory: web {here.memory('web')} MB")


def fill(count: int) -> None:
    """Books as two years of visits make them: few people, so that they are long."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import clock
    from sosuckhoe.exchange.actions import file
    from sosuckhoe.exchange.actions.receive import Parcel, receive_all
    from sosuckhoe.exchange.xml130.write import write_envelope
    from sosuckhoe.simulation.stream import packages

    sent = itertools.islice(packages(400, 2.0, 7), count)
    parcels = [Parcel(one.facility, "records", write_envelope([one.package], one.facility, "20260302")) for one in sent]
    for place in range(0, len(parcels), 200):
        receive_all(PROGRAM, parcels[place : place + 200], "import", clock.now())
        while file.drain(clock.now()):
            pass


def signed_in(count: int) -> list[tuple[str, str]]:
    """Session cookie and book of the people with the most in their books."""
    from django.conf import settings

    from sosuckhoe.access import sessions
    from sosuckhoe.access.actions import open_account
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import clock, db

    rows = db.rows(
        """
        select person, patient, resources from identity_person
        join (
          select bucket, person, count(*) as resources from clinical_resource where person > 0 group by bucket, person
        ) held using (bucket, person)
        order by resources desc limit %s
        """,
        (count,),
    )
    print(f"books of {rows[-1].resources} to {rows[0].resources} resources")
    readers = []
    for row in rows:
        account = open_account(PROGRAM, f"reader-{row.person}", name="Bench", role="citizen", person=row.person)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session.create()
        sessions.begin(session, account, "sms", clock.now())
        session.save()
        readers.append((f"{settings.SESSION_COOKIE_NAME}={session.session_key}", f"/so/{row.patient}/"))
    return readers


def read(port: int, readers: list[tuple[str, str]], seconds: float, pause: float) -> list[float]:
    """The seconds that each page took."""
    taken: list[float] = []
    until = time.monotonic() + seconds

    def one(number: int, cookie: str, place: str) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port)
        time.sleep(pause * number / len(readers))
        while (began := time.monotonic()) < until:
            line.request("GET", place, headers={"Cookie": cookie, "Host": "localhost"})
            answer = line.getresponse()
            answer.read()
            assert answer.status == http.HTTPStatus.OK, answer.status
            taken.append(time.monotonic() - began)
            time.sleep(max(0.0, pause - taken[-1]))
        line.close()

    threads = [threading.Thread(target=one, args=(number, *reader)) for number, reader in enumerate(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken
