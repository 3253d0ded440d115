"""People as plain dicts, written into the tables as the rooms leave them, and counted in Python."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from sosuckhoe.access import audit
from sosuckhoe.access.actions import give_book_to, open_account
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity import tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.insight.actions.count import count
from tests.insight.filed import Ledger, Sent, file

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOMES = [
    ("25", "04792"),
    ("25", "04795"),
    ("25", "04831"),
    ("25", "04828"),
    ("01", "00004"),
    ("01", "00008"),
    ("01", ""),
    ("", ""),
]
"""Communes of today; without a commune; of no known province."""

OLD_HOME = ("26", "08710")
"""An old commune of Vĩnh Phúc that went whole into one of Phú Thọ."""


def people(chance: random.Random, number: int) -> list[dict]:
    return [_person(chance, serial) for serial in range(number)]


def _person(chance, serial):
    home = chance.choice([*HOMES, OLD_HOME])
    year, sex = chance.randint(1940, 2020), chance.choice(["male", "female"])
    return {
        "serial": serial, "home": home, "sex": sex, "year": year,
        "number": chance.random() < 0.8, "other_sex": chance.random() < 0.1, "whole": chance.random() < 0.8,
        "phone": chance.random() < 0.7, "dead": chance.random() < 0.05,
        "account": chance.choice(["", "", "own", "holder", "shut"]), "opened": chance.choice([None, 5, 89, 90, 200]),
        "looker": chance.choice(["citizen", "citizen", "doctor"]), "visit": chance.choice([None, 0, 10, 364, 365, 800]),
        "standing": chance.choice(["", "verified", "verified", "differs"]),
        "ticket": chance.choice(["", "", "", "open", "open-dead", "refused"]), "doubt": chance.random() < 0.1,
        "fed": _other(serial, "fed", [None, None, (0, 0), (364, 10), (731, 365), (None, 731)]),
        "insured": _other(serial, "insured", [None, None, None, 3, 365, 729, 731, -2]),
    }  # fmt: skip


def _other(serial, what, choices):
    """What other systems tell, in a stream of its own: days since a visit, and since anything."""
    return random.Random(f"{serial} {what}").choice(choices)


def claim_of(one):
    century = (one["year"] - 1900) // 100 * 2
    sex = one["sex"] if not one["other_sex"] else ("male" if one["sex"] == "female" else "female")
    number = f"0{25}{century + (sex == 'female')}{one['year'] % 100:02}{one['serial']:06}"
    numbers = (Identifier("cccd", number),) if one["number"] else ()
    birth = f"{one['year']}-03-{one['serial'] % 28 + 1:02}" if one["whole"] else f"{one['year']}"
    name = " ".join(_word(one["serial"] * 7 + place) for place in range(3))
    extra = {"deceased": "2026-01-01"} if one["dead"] else {}
    return Claim(name, birth, one["sex"], "25001", numbers, phone="0912345678" if one["phone"] else "",
                 province=one["home"][0], commune=one["home"][1], extra=extra)  # fmt: skip


def _word(number):
    """Names that are not alike."""
    letters = random.Random(f"name {number}")
    return "".join(letters.choice("BCDGHKLMNPQRSTVX") + letters.choice("aeiouy") for _ in range(4)).title()


def write(crowd):
    """Everybody into the tables; each gets the key of the person that identity made."""
    for one, found in zip(crowd, find_or_create([claim_of(one) for one in crowd], NOW), strict=True):
        one["person"] = found.ref.person
    ledger = Ledger()
    for one in crowd:
        _give_account(one)
        _write_states(one)
        _write_told(one)
    sent = [
        Sent("25001", f"L{one['serial']}", one["person"], visit=NOW - timedelta(days=one["visit"]))
        for one in crowd
        if one["visit"] is not None
    ]
    file(ledger, "25001", sent, NOW)
    count(NOW)


def _give_account(one):
    person, key = one["person"], f"crowd {one['serial']}"
    if one["account"] in {"own", "shut"}:
        account = open_account(PROGRAM, key, name="x", role="citizen", person=person)
        type(account).objects.filter(pk=account.pk).update(is_active=one["account"] == "own")
    if one["account"] == "holder":
        holder = 10_000_000 + one["serial"]
        open_account(PROGRAM, key, name="x", role="citizen", person=holder)
        give_book_to(holder, person, "guardian", "full", date(2026, 1, 1))
    if one["opened"] is not None:
        looker = Actor(1, "x", one["looker"])
        audit.record(looker, "read", kind="book", person=person, at=NOW - timedelta(days=one["opened"]))


def _write_states(one):
    person = one["person"]
    if one["standing"]:
        tickets.stand({person: one["standing"]}, NOW)
    if one["ticket"]:
        theirs = {"deceased": "2026-10-01"} if one["ticket"] == "open-dead" else {"name": "x"}
        key = tickets.note(person, "25001", {"name": "y"}, theirs, NOW)
        if one["ticket"] == "refused":
            tickets.close(tickets.ticket(key), "refused", 1, "", NOW)
    if one["doubt"]:
        db.execute(
            "insert into identity_doubt (bucket, person, other, system, since) values (%s, %s, %s, 'cccd', %s)",
            (bucket_of(person), person, 99_999_999, NOW),
        )


def _write_told(one):
    person = one["person"]
    if one["fed"]:
        days = [None if since is None else TODAY - timedelta(days=since) for since in one["fed"]]
        db.execute(
            """
            insert into exchange_word (source, id, bucket, person, born, as_of, digest, delivery, claim, visited, heard)
            values ('song-hong', %s, %s, %s, %s, %s, '', 1, '', %s, %s)
            """,
            (f"p{one['serial']}", bucket_of(person), person, NOW, NOW, *days),
        )
    if one["insured"] is not None:
        began = NOW - timedelta(days=one["insured"])
        db.execute(
            """
            insert into exchange_insured_visit (bucket, person, facility, began, told) values (%s, %s, '25999', %s, %s)
            """,
            (bucket_of(person), person, began, NOW),
        )


def counted(crowd) -> dict[str, Counter]:
    """Place of today → what is counted there, from the dicts alone."""
    out: dict[str, Counter] = {}
    for one in crowd:
        if not one["dead"]:
            for place in _places(one["home"]):
                out.setdefault(place, Counter()).update(key for key, holds in _facts(one).items() if holds)
    return out


def _places(home):
    province, commune = {OLD_HOME: ("25", "08716")}.get(home, home)
    if not province:
        return ["", "unknown"]
    return ["", province, f"{province}/commune/{commune}" if commune else f"{province}/unknown"]


def _facts(one):
    linked = one["account"] in {"own", "holder"}
    visits = [
        since
        for since in (one["visit"], (one["fed"] or (None,))[0], one["insured"])
        if since is not None and since >= 0
    ]
    newest = [*visits, *(since for since in (one["fed"] or ())[1:])]
    has_waiting = one["ticket"].startswith("open")
    return {
        "created": True,
        "linked": linked,
        "opened": linked and one["opened"] in {5, 89} and one["looker"] == "citizen",
        "filled": min(visits, default=999) < 365,
        "reconciled": one["standing"] == "verified",
        "right": one["number"] and not one["other_sex"] and one["standing"] == "verified",
        "complete": one["number"] and one["whole"] and one["phone"] and all(one["home"]),
        "clean": not one["doubt"] and not has_waiting,
        "alive": min(newest, default=999) <= 730 and one["ticket"] != "open-dead",
    }
