"""What a night of coverage costs: every book renewed the first time, again with little changed, a print; its pages.

python -m bench reach [--books 1000000] [--keep FOLDER]

A folder that is kept holds its books already the next time; what nights made of them is thrown away.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import psycopg

from bench import house
from bench.population import records

TEMPLATES = 2000
CHANGED = 50
"""One claim in so many is another one by the second night."""

BASE = "/dieu-hanh/do-bao-phu"
PAGES = ("/", "/?theo=huyen", "/?tinh=25", "/?tinh=25&theo=huyen", ".csv", ".csv?theo=huyen", ".csv?tinh=25")

KNOWN = (
    """
    insert into insight_person (bucket, person, shares, visited, heard)
    select bucket, person, '[]', current_date - n % 900, current_date - n % 900 from who where n % 10 < 7
    """,
    """
    insert into identity_standing (bucket, person, state, checked)
    select bucket, person, 'verified', now() from who where n % 10 < 8
    """,
    """
    insert into exchange_word (source, id, bucket, person, born, as_of, digest, delivery, claim, visited, heard)
    select 'song-hong', n, bucket, person, now(), now(), '', 1, '', current_date - n % 700, current_date
    from who where n % 10 < 4
    """,
    """
    insert into access_account (username, password, display_name, role, person, facility, area, source, licence, note,
      is_active)
    select 'c' || n, '', '', 'citizen', person, '', '', '', '', '', true from who where n % 10 < 3
    """,
    """
    insert into access_audit (bucket, person, at, account, role, facility, purpose, action, kind, outcome, detail)
    select bucket, person, now() - look * interval '10 days', 1, 'citizen', '', 'own', 'read', 'book', 'done', ''
    from who, generate_series(1, 4) look where n % 10 < 3
    """,
    """
    insert into identity_doubt (bucket, person, other, system, since)
    select bucket, person, n + 1, 'cccd', now() from who where n % 200 = 0
    """,
)
"""Of seven in ten a visit, of four another system's word; three have an account and looked in four times."""

WRITTEN = """
insert into clinical_resource (bucket, rid, person, type, version, label, codec, source, moment, moment_to, updated,
  tokens, body)
select bucket, (lpad(to_hex(bucket), 4, '0') || substr(gen_random_uuid()::text, 5))::uuid, person,
  case when visit = 0 then %(encounter)s else %(result)s end, 1, 0, 0, 0, moment, moment + interval '1 hour', moment,
  array[%(encounter)s]::int8[], convert_to(repeat('x', 300), 'UTF8')
from (
  select bucket, person, visit, now() - (n %% 700 + visit) * interval '1 day' as moment
  from who, generate_series(0, 3) visit where n %% 10 < 3
) told
"""
"""Of three in ten a system wrote a visit and three results on /fhir."""


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench reach")
    parser.add_argument("--books", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args(words)
    with house.running(web=False, worker=False, keep=asked.keep) as here:
        from sosuckhoe.base import clock, db
        from sosuckhoe.insight.actions import reach

        if not db.value("select exists (select from identity_person)"):
            fill(asked.books)
        db.execute("truncate insight_reached, insight_reach, insight_reach_night")
        db.execute("analyze insight_reached")
        now, books = clock.now(), asked.books
        measured(here, "first night and print", books, lambda: reach.run(now))
        measured(here, "the next, nothing new", books, lambda: reach.run(now + timedelta(days=1)))
        say_anew(books)
        measured(here, f"one in {CHANGED} is new", books, lambda: reach.run(now + timedelta(days=2)))
        measured(here, "a print", books, lambda: reach.print_all(clock.day_of(now)))
        size = db.value("select pg_total_relation_size('insight_reached')")
        print(f"{'insight_reached':24} {size / books:.0f} bytes a book with its index")
        pages()


def measured(here: house.House, what: str, books: int, run: Callable[[], Any]) -> None:
    """Run once; print the CPU of Python and PostgreSQL for each book."""
    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    run()
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    costs = f"Python {mine / books * 1e6:.1f} µs, PostgreSQL {theirs / books * 1e6:.1f} µs of CPU a book"
    together = f"{(mine + theirs) / books * 1e6:.0f} s a million; wall {wall:.1f} s; memory at most {top()} MB"
    print(f"{what:24} {costs}; {together}", flush=True)


def top() -> int:
    """The most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def pages() -> None:
    """What a page of the newest print costs an officer of the ministry: statements, CPU of Python, size."""
    from django.test import Client

    client = signed_in(Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_PROTO="https"))
    for address in PAGES:
        client.get(BASE + address)
        with statements() as sent:
            began = time.process_time()
            answer = client.get(BASE + address)
            cost = time.process_time() - began
        size = len(answer.content) // 1024
        print(f"{answer.status_code} {address:20} {len(sent)} statements, {cost * 1e3:.0f} ms of Python, {size} kB")


def signed_in(client: Any) -> Any:
    """The client in a session of an officer of the ministry."""
    from django.conf import settings

    from sosuckhoe.access import sessions
    from sosuckhoe.access.actions import open_account
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import clock

    session = client.session
    account = open_account(PROGRAM, f"bench {time.time_ns()}", name="Bench", role="officer")
    sessions.begin(session, account, "passkey", clock.now())
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile, whichever way of the house's."""
    sent: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **named: Any) -> Any:
            sent.append(str(query))
            return super().execute(query, *args, **named)

    with mock.patch("psycopg.Cursor", Noting), mock.patch("psycopg.ClientCursor", Noting):
        yield sent


def fill(books: int) -> None:
    """Persons as identity keeps them, and what the rooms know of some: accounts, looks, visits, the register's word."""
    from sosuckhoe.base import db
    from sosuckhoe.base.keys import bucket_in_sql
    from sosuckhoe.clinical.search.parameters import number_of

    with db.atomic():
        columns = ("bucket", "person", "patient", "claim", "as_of", "created")
        kinds = ("int4", "int8", "uuid", "bytea", "timestamptz", "timestamptz")
        db.copy("identity_person", columns, kinds, people(books))
        bucket = bucket_in_sql("n")
        db.execute(
            f"create temporary table who as select {bucket} bucket, n person, n from generate_series(1, {books}) n"
        )
        for statement in KNOWN:
            db.execute(statement)
        db.execute(WRITTEN, {"encounter": number_of()["Encounter"], "result": number_of()["Observation"]})
    db.execute("analyze")


def people(books: int) -> Iterator[tuple[Any, ...]]:
    """Rows of identity_person; as many claims as there are templates, each sealed for its person."""
    from sosuckhoe.base import clock
    from sosuckhoe.base.keys import bucket_of
    from sosuckhoe.identity import at_rest

    claims = [one.claim for one in records(TEMPLATES, 11, visits=1)]
    now = clock.now()
    for person in range(1, books + 1):
        sealed = at_rest.sealed(person, claims[person % len(claims)])
        yield bucket_of(person), person, UUID(int=person), sealed, now, now


def say_anew(books: int) -> None:
    """Something else is said of one person in so many."""
    from sosuckhoe.base import db
    from sosuckhoe.base.keys import bucket_of
    from sosuckhoe.identity import at_rest, queries

    for person in range(CHANGED, books + 1, CHANGED):
        claim = queries.known_all([person])[person].claim
        sealed = at_rest.sealed(person, replace(claim, phone=f"09{time.time_ns() % 10**8:08}"))
        db.execute(
            "update identity_person set claim = %s where bucket = %s and person = %s",
            (sealed, bucket_of(person), person),
        )
