from __future__ import annotations

import re
import threading

import psycopg
import pytest

from sosuckhoe.base.prepared import Prepared


@pytest.fixture
def client(db):
    from tests.doors.fhir import cast  # models need the settings, which are made after this file is read

    return cast.signed_in()


@pytest.fixture
def receiver(settings):
    """Somebody to be told by subscriptions."""
    from tests.doors.fhir.subscribed import Receiver

    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.SUBSCRIBER_HOSTS = frozenset({server.origin, "example.org"})
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def office(receiver):
    """The worker that tells the receiver."""
    from tests.doors.fhir.subscribed import Office

    return Office(receiver)


@pytest.fixture
def stored(client):
    """Alice's Patient and one result, as a hospital's package brought them."""
    from sosuckhoe.clinical import actions
    from tests.clinical.made import AT, observation, patient

    drafts = {"patient": patient(gender="female", birthDate="1961-05-02"), "observation": observation("a")}
    actions.put_many(list(drafts.values()), AT)
    return drafts


BY_THE_CLOCK = re.compile(
    "from (access_(app_)?token|clinical_parameter|clinical_subscription where status|pg_stats)"
    "|count\\(\\*\\), bit_xor|SAVEPOINT|set_config\\('role'"
)
"""Asked again after some seconds, whatever is asked; savepoints only tell of the test's own transaction."""


@pytest.fixture
def statements(monkeypatch):
    """What the database was asked, statement by statement."""
    seen: list[str] = []
    execute, call = psycopg.Cursor.execute, Prepared.__call__

    def noted(cursor, statement, *args, **named):
        if not BY_THE_CLOCK.search(str(statement)):
            seen.append(" ".join(str(statement).split()))
        return execute(cursor, statement, *args, **named)

    def noted_too(prepared, given):
        seen.append(prepared._text.decode())
        return call(prepared, given)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    monkeypatch.setattr(Prepared, "__call__", noted_too)
    return seen
