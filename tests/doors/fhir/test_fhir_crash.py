"""The web and PostgreSQL are killed between writes: what was acknowledged is there, what is sent again is done once."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from tests import served, traces

ROUNDS, SENDERS, MOST = 2, 3, 400
JSON = "application/fhir+json"
NOTE = [{"op": "add", "path": "/note", "value": [{"text": "x"}]}]


@contextmanager
def house(folder):
    """A served house of this data folder: its port and a token. Killed as a machine that stops would."""
    port = served.free_port()
    log = folder.parent / "log"
    told = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.doors.fhir.crashing", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, env={**told, "SOSUCKHOE_HOME": str(folder)}, stdout=subprocess.PIPE, stderr=out, text=True
        ) as process,
    ):
        try:
            token = process.stdout.readline().strip()
            served.wait_until_it_answers(port, process, log)
            yield port, token
        finally:
            traces.kill_all(folder)


def observation(value, **content):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Huyết sắc tố"},
        "identifier": [{"system": "urn:test:lis", "value": value}],
        **content,
    }


def request(name, step):
    """The method, address, content and type of a sender's step; `name` is of the sender and its round."""
    value = f"{name}-{step}"
    match step % 5:
        case 0:
            return "POST", "/Observation", observation(value), JSON
        case 1:
            return "PUT", f"/Observation/c-{value}", observation(value, id=f"c-{value}"), JSON
        case 2:
            return "PATCH", f"/Observation/c-{name}-{step - 1}", NOTE, "application/json-patch+json"
        case 3:
            return "PUT", f"/Observation?identifier=urn:test:lis%7C{value}", observation(value), JSON
    entries = [
        {"resource": observation(value), "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "GET", "url": f"Observation?identifier=urn:test:lis|{value}"}},
    ]
    return "POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": entries}, JSON


def send(port, token, name, step):
    """The status and content of an answer; None when there was none."""
    method, path, content, form = request(name, step)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": form, "Idempotency-Key": f"{name}-{step}"}
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request(method, f"/fhir{path}", json.dumps(content), headers)
        answer = asked.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asked.close()


def send_until_it_dies(port, token, name, answers, enough):
    for step in range(MOST):
        answer = send(port, token, name, step)
        answers[name, step] = answer
        if answer is None:
            return
        enough.release()


def found(port, token, path):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", f"/fhir{path}", headers={"Authorization": f"Bearer {token}"})
        return json.loads(asked.getresponse().read())
    finally:
        asked.close()


@pytest.mark.crash
def test_nothing_acknowledged_is_lost_and_nothing_sent_again_is_done_twice(data_folder):
    chance, answers = random.Random(1), {}
    for turn in range(ROUNDS):
        enough = threading.Semaphore(0)
        with house(data_folder) as (port, token):
            senders = [
                threading.Thread(target=send_until_it_dies, args=(port, token, f"{turn}{n}", answers, enough))
                for n in range(SENDERS)
            ]
            for sender in senders:
                sender.start()
            for _ in range(chance.randint(20, 60)):
                assert enough.acquire(timeout=60)
        for sender in senders:
            sender.join()
    with house(data_folder) as (port, token):
        lost = [one for one, answer in answers.items() if answer is None]
        for one, answer in answers.items():
            again = send(port, token, *one)
            assert again is not None
            assert again[0] in {200, 201}, one
            assert answer in {None, again}, f"{one} is answered as the first time"
        assert 1 <= len(lost) <= ROUNDS * SENDERS
        demand_each_once(port, token, answers)


def demand_each_once(port, token, answers):
    wanted = {f"{name}-{step}" for name, step in answers if step % 5 != 2}
    patched = {f"{name}-{step - 1}" for name, step in answers if step % 5 == 2}
    stored, url = [], "/Observation?_count=500"
    while url:
        page = found(port, token, url)
        stored += [entry["resource"] for entry in page["entry"]]
        links = {link["relation"]: link["url"].split("/fhir", 1)[1] for link in page["link"]}
        url = links.get("next")
    assert sorted(one["identifier"][0]["value"] for one in stored) == sorted(wanted)
    for one in stored:
        is_patched = one["identifier"][0]["value"] in patched
        assert (one["meta"]["versionId"], "note" in one) == (("2", True) if is_patched else ("1", False))
