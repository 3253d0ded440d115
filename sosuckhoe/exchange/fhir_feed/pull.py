"""Pull a Bulk Data export: kick off, wait, fetch every file whole, then file them. https://hl7.org/fhir/uv/bulkdata/

Each step is written down before the next, so that whoever is killed goes on where it was: with the same export, without
the files that lie here already. The next pull asks only for what changed since (`_since`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.feeds import deliver, shelf
from sosuckhoe.exchange.feeds.deliver import Parcel
from sosuckhoe.exchange.feeds.readers import NDJSON, readers
from sosuckhoe.exchange.fhir_feed.server import Server, after
from sosuckhoe.exchange.outside.line import Declined, Garbled
from sosuckhoe.exchange.sources import Source

MOST_POLLS = 2_000
_FIRST_PAUSE = 2.0
_JSON = {"Accept": "application/json"}
_KICK_OFF = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class Pull(NamedTuple):
    """An export under way. `status` '': still to be kicked off; `as_of` None: its files are not known yet."""

    id: int
    since: datetime | None
    status: str
    as_of: datetime | None


def pull(actor: Actor, source: Source, server: Server, at: datetime) -> int:
    """Pull what changed since the last time, and file it; how many files came. Raises Away, Declined, SSK-3320."""
    policy.check(actor, "import", "record")
    with _alone(source.id):
        one = _open(source.id, at)
        if one.as_of is None:
            one = _known(server, one)
        count = _fetch(actor, source, server, one)
        _end(server, one)
    deliver.drain(readers())
    return count


@contextmanager
def _alone(source: str) -> Iterator[None]:
    """Nobody else pulls from this source for as long as this lasts. SSK-3320 where somebody does."""
    if not db.value("select pg_try_advisory_lock(hashtextextended(%s, 20))", (source,)):
        raise Problem("SSK-3320")
    try:
        yield
    finally:
        db.execute("select pg_advisory_unlock(hashtextextended(%s, 20))", (source,))


def _open(source: str, at: datetime) -> Pull:
    """The pull under way, or a new one that begins where the last one ended."""
    db.execute(
        """
        insert into exchange_pull (source, began, since)
        select %s, %s, (select max(as_of) from exchange_pull where source = %s and ended is not null)
        on conflict do nothing
        """,
        (source, at, source),
    )
    row = db.one("select id, since, status, as_of from exchange_pull where source = %s and ended is null", (source,))
    return Pull(*row)


def _known(server: Server, one: Pull) -> Pull:
    """Wait until the export is ready, and write down its files. One that the server has forgotten is begun anew."""
    for _ in range(2):
        status = one.status or _kick_off(server, one)
        try:
            manifest = _wait(server, status)
        except Declined as declined:
            if declined.places["status"] not in _GONE:
                raise
            db.execute("update exchange_pull set status = '' where id = %s", (one.id,))
            one = one._replace(status="")
            continue
        return _note(server, one._replace(status=status), manifest)
    raise Garbled(server.system)


def _kick_off(server: Server, one: Pull) -> str:
    asked = {"_outputFormat": "application/fhir+ndjson", "_type": ",".join(server.place.types)}
    if one.since:
        asked["_since"] = one.since.isoformat(timespec="milliseconds")
    query = urlencode({name: text for name, text in asked.items() if text})
    answer = server.ask(f"{server.place.base}/{server.place.export}?{query}", _KICK_OFF)
    status = answer.headers.get("Content-Location", "")
    if answer.status_code != HTTPStatus.ACCEPTED or not status:
        raise Garbled(server.system)
    db.execute("update exchange_pull set status = %s where id = %s", (status, one.id))
    return status


def _wait(server: Server, status: str) -> Mapping[str, Any]:
    pause = _FIRST_PAUSE
    for _ in range(MOST_POLLS):
        answer = server.ask(status, _JSON)
        if answer.status_code == HTTPStatus.OK:
            return _manifest(server, answer.content)
        server.wait(after(answer) or pause)
        pause = min(pause * 2, 60.0)
    raise Garbled(server.system)


def _manifest(server: Server, content: bytes) -> Mapping[str, Any]:
    try:
        told = orjson.loads(content)
        datetime.fromisoformat(told["transactionTime"])
        files = [*told["output"], *told.get("deleted", ())]
        if all(isinstance(one["url"], str) and isinstance(one["type"], str) for one in files):
            return dict(told)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise Garbled(server.system) from error
    raise Garbled(server.system)


def _note(server: Server, one: Pull, manifest: Mapping[str, Any]) -> Pull:
    files = [(each["type"], each["url"]) for each in manifest["output"]]
    files += [("deleted", each["url"]) for each in manifest.get("deleted", ())]
    as_of = datetime.fromisoformat(manifest["transactionTime"])
    if as_of.tzinfo is None:
        raise Garbled(server.system)
    with db.atomic():
        for position, (kind, url) in enumerate(files):
            db.execute(
                "insert into exchange_pull_file (pull, position, kind, url) values (%s, %s, %s, %s)",
                (one.id, position, kind, url),
            )
        db.execute("update exchange_pull set as_of = %s where id = %s", (as_of, one.id))
    return one._replace(as_of=as_of)


def _fetch(actor: Actor, source: Source, server: Server, one: Pull) -> int:
    """Fetch the files that are not here yet; each is on the shelf and in the queue before the next."""
    files = db.tuples(
        "select position, kind, url, delivery from exchange_pull_file where pull = %s order by position", (one.id,)
    )
    for position, kind, url, delivery in files:
        if delivery is None:
            kept = server.take(url, shelf.keep)
            with db.atomic():
                parcel = Parcel(source.id, NDJSON, f"{one.id}-{position}-{kind}.ndjson")
                receipt = deliver.note(actor, parcel, kept, "pull", clock.now())
                db.execute(
                    "update exchange_pull_file set delivery = %s where pull = %s and position = %s",
                    (receipt.delivery, one.id, position),
                )
    return len(files)


def _end(server: Server, one: Pull) -> None:
    """The export is here: the server need not keep it, and whether it lets go of it does not matter."""
    db.execute("update exchange_pull set ended = %s where id = %s", (clock.now(), one.id))
    if one.status:
        try:
            server.ask(one.status, _JSON, "DELETE")
        except Problem:
            return
