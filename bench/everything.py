"""What $everything of one person costs: CPU of the server and of PostgreSQL, and the time until the answer is whole.

    python -m bench everything [--resources 1000] [--rounds 60]

The answer is made in this process by the WSGI callable, as a web process makes it; each leaves its lines in the trace.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta

from bench import house
from bench.put_many import packages


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench everything")
    options.add_argument("--resources", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=60)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False) as here:
        ask = _prepare(asked.resources)
        size = len(ask())
        for _ in range(10):
            ask()
        before, mine, times = here.cpu()["postgres"], time.process_time(), []
        for _ in range(asked.rounds):
            start = time.perf_counter()
            ask()
            times.append(time.perf_counter() - start)
        spent, theirs = time.process_time() - mine, here.cpu()["postgres"] - before
        print(f"{asked.resources} resources, {size / 1000:.0f} kB")
        print(
            f"{spent / asked.rounds * 1000:8.2f} ms CPU of the server, {theirs / asked.rounds * 1000:.2f} of PostgreSQL"
        )
        print(f"{house.percentiles(times)}")


def _prepare(count: int):
    """One person's resources under dictionaries of their types; what asks for all of them."""
    import falcon.testing

    from sosuckhoe.access import actions as access
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import collecting
    from sosuckhoe.clinical import actions
    from sosuckhoe.clinical.draft import Draft
    from sosuckhoe.doors.fhir.app import make_app

    collecting.look_seldom()  # as site/wsgi.py does
    now = datetime.now(UTC)
    drafts = packages(0, 1, count - 1)
    person, patient = drafts[0].person, drafts[0].key
    if drafts[0].type != "Patient":
        whole = {"resourceType": "Patient", "id": str(patient), "gender": "female"}
        drafts.append(Draft("Patient", patient, person, whole))
    actions.put_many(drafts, now)
    access.tie([("79001", person)], now)
    account = access.open_account(PROGRAM, "bench", name="Bench", role="system", facility="79001")
    headers = {"Authorization": f"Bearer {access.issue_token(account, 'bearer', now, timedelta(hours=1))}"}
    client = falcon.testing.TestClient(make_app())

    def ask() -> bytes:
        answer = client.simulate_get(f"/fhir/Patient/{patient}/$everything", headers=headers)
        if answer.status_code != 200:
            raise SystemExit(answer.text)
        return answer.content

    return ask
