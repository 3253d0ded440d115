"""The owner hears of an emergency within a minute from the real worker, with messages and files waiting before it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import codes, emergency, notices, phones, sending
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.exchange.actions import registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.identity import queries as identity
from sosuckhoe.site import processes
from tests.exchange.samples import FACILITY, envelope, package
from tests.identity.merged import LAN, send
from tests.served import test_database_url as database_url

WITHIN_SECONDS = 60
CODES, NEWS, FILES = 1000, 200, 60
DOCTOR = Actor(91, "Bác sĩ", "doctor", facility="79002", purpose="treatment")


@pytest.fixture
def lan(transactional_db):
    registers.forget()
    send(package())
    person = identity.person_of(LAN)
    account = access.open_account(PROGRAM, "ba-lan", name="Lan", role="citizen", person=person)
    phones.enter(PROGRAM, account, "0912345678", clock.now())
    return person


@pytest.fixture
def work_before_it(lan):
    """Codes to a thousand numbers, news and hospital files, all of them waiting already."""
    now = clock.now()
    with db.atomic():
        for number in range(CODES):
            codes.ask(f"09{number:08}", now, place="10.0.0.1", account=1)
        for _ in range(NEWS):
            notices.tell_of(lan, "card", now)
        for number in range(FILES):
            visit = package(f"LK1{number:03}", SO_CCCD="", MA_THE_BHYT="", MA_BN=f"B{number}")
            receive(PROGRAM, Parcel(FACILITY, "records", envelope(visit)), "import", now)


@pytest.fixture
def worker(work_before_it, tmp_path):
    environment = processes.child_environment(
        DATABASE_URL=database_url(), SOSUCKHOE_SMS_SENDER="tests.access.slow_sender:send", SOSUCKHOE_DEMO="1"
    )
    command = [sys.executable, "-m", "sosuckhoe.site.command_line", "worker"]
    home = Path(__file__).parents[2]
    log = tmp_path / "log"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, cwd=home, stderr=out) as child:
        yield child
        child.terminate()
        child.wait(30)


def wait_until(is_so, seconds):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_owner_is_told_within_a_minute_whatever_waits(lan, worker, record_property):
    wait_until(lambda: sending.kept(1), 60)
    began = time.monotonic()
    emergency.break_glass(DOCTOR, lan, "unconscious", "Bất tỉnh tại nhà.", "…", clock.now())
    words = sending.words("emergency")
    wait_until(lambda: any(said == words for _, _, said in sending.kept(400)), WITHIN_SECONDS)
    record_property("seconds", time.monotonic() - began)
    assert db.value("select count(*) from access_code where sealed is not null") > 0, "it went past what waited"
