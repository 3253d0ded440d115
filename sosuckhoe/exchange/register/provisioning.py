"""Accounts for the staff of facilities, from one list: first what would change, then the change.

A list with a fault changes nothing: somebody whose row cannot be read would otherwise look as if they had left. An
account is given only to whom the list names; it begins with a code on paper, and demands two proofs (access).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from sosuckhoe.access import actions, audit, policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, facts, sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.sheet import Fault, Line
from sosuckhoe.identity import area as areas
from sosuckhoe.identity import queries as identity

NEW, CHANGED, AGAIN, SAME, UNLISTED, DISABLED = "new", "changed", "again", "same", "unlisted", "disabled"
"""No account yet; another name or role; disabled and listed again; nothing to do; not listed and left; ended."""

MOST_ROWS = 5_000
_LOCK = 0x5353_4B53


class Step(NamedTuple):
    """One person of the list, or one account that the list lacks, and what becomes of it."""

    facility: str
    username: str
    name: str
    role: str
    what: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would change. `seal` tells whether it is still the same plan when it is carried out."""

    steps: Sequence[Step]
    faults: Sequence[Fault]

    @property
    def seal(self) -> str:
        return blake2b(orjson.dumps([list(step) for step in self.steps]), digest_size=16).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many steps of each kind."""
        kinds = (NEW, CHANGED, AGAIN, SAME, UNLISTED, DISABLED)
        return {kind: sum(step.what == kind for step in self.steps) for kind in kinds}

    @property
    def changes(self) -> int:
        """How many accounts it would touch."""
        return sum(step.what not in {SAME, UNLISTED} for step in self.steps)


class Paper(NamedTuple):
    """What one person is handed: the code that begins their account. This is the one time it can be read."""

    step: Step
    code: str


@cache
def columns() -> tuple[sheet.Column, ...]:
    """The columns of the list."""
    return sheet.columns_of(_file()["columns"])


@cache
def rules() -> dict[str, dict[str, str]]:
    """The sentences of the rules that this list has for itself."""
    return dict(_file()["rules"])


def plan(actor: Actor, stream: BinaryIO, *, ends_unlisted: bool = False) -> Plan:
    """What the list would change, without changing anything.

    `ends_unlisted`: accounts of the listed facilities that the list lacks are to be disabled; otherwise they are
    only shown. Problem SSK-2221, SSK-2222 for what is no such list, SSK-2226 for more than MOST_ROWS, SSK-1003.
    """
    policy.check(actor, "provision", "staff")
    lines = []
    for line in sheet.lines(stream, columns()):
        lines.append(line)
        if len(lines) > MOST_ROWS:
            raise Problem("SSK-2226", limit=MOST_ROWS)
    usable = [line for line in lines if not line.faults]
    accounts = _accounts({line.values["facility"] for line in usable}, {line.values["username"] for line in usable})
    faults = [fault for line in lines for fault in line.faults]
    faults += _faults(usable, areas.province_of(actor), accounts)
    steps = [_step(line.values, accounts) for line in usable]
    return Plan([*steps, *_unlisted(steps, accounts.values(), ends=ends_unlisted)], sorted(faults))


def carry_out(actor: Actor, stream: BinaryIO, seal: str, at: datetime, *, ends_unlisted: bool = False) -> list[Paper]:
    """Do what the plan with this seal says: the papers of those who begin, each shown this once.

    Problem SSK-2227 when the accounts have changed since, so that the plan is another one, or when it has faults.
    """
    with db.atomic():
        db.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        wanted = plan(actor, stream, ends_unlisted=ends_unlisted)
        if wanted.faults or wanted.seal != seal:
            raise Problem("SSK-2227")
        papers = [paper for step in wanted.steps if (paper := _do(actor, step, at)) is not None]
        told = orjson.dumps(wanted.counts).decode()
        audit.record(actor, "provision", kind="staff", person=None, detail=told, at=at)
    return papers


def _do(actor: Actor, step: Step, at: datetime) -> Paper | None:
    told = {"name": step.name, "role": step.role, "licence": step.licence}
    if step.what in {NEW, AGAIN}:
        return Paper(step, actions.invite(actor, step.username, facility=step.facility, at=at, **told))
    if step.what == CHANGED:
        actions.rename(actor, Account.objects.get(username=step.username), at=at, **told)
    elif step.what == DISABLED:
        actions.disable(actor, Account.objects.get(username=step.username), at)
    return None


def _accounts(facilities: Iterable[str], usernames: Iterable[str]) -> dict[str, Account]:
    """Every account that has one of the names, or is one of the staff of these facilities."""
    named = Account.objects.filter(username__in=set(usernames))
    staff = Account.objects.filter(facility__in=set(facilities), role__in=actions.STAFF_ROLES)
    return {account.username: account for account in [*named, *staff]}


def _faults(usable: Sequence[Line], area: str, accounts: dict[str, Account]) -> list[Fault]:
    known = identity.facilities({line.values["facility"] for line in usable})
    seen: set[str] = set()
    found = []
    for line in usable:
        facility, username = line.values["facility"], line.values["username"]
        if facility not in known:
            found.append(Fault(line.number, "facility", "unknown-facility"))
        elif area and areas.province_of_facility(facility, known) != area:
            found.append(Fault(line.number, "facility", "other-province"))
        if username in seen:
            found.append(Fault(line.number, "username", "twice"))
        elif not _is_theirs(accounts.get(username), facility):
            found.append(Fault(line.number, "username", "taken"))
        seen.add(username)
    return found


def _is_theirs(account: Account | None, facility: str) -> bool:
    return account is None or (account.facility == facility and account.role in actions.STAFF_ROLES)


def _step(values: dict[str, str], accounts: dict[str, Account]) -> Step:
    account, licence = accounts.get(values["username"]), values["licence"]
    if account is None:
        what = NEW
    elif not account.is_active:
        what = AGAIN
    else:
        told = (values["name"], values["role"], licence or account.licence)
        is_same = (account.display_name, account.role, account.licence) == told
        what = SAME if is_same else CHANGED
    return Step(values["facility"], values["username"], values["name"], values["role"], what, licence)


def _unlisted(steps: Sequence[Step], accounts: Iterable[Account], *, ends: bool) -> list[Step]:
    """The living accounts of the listed facilities that the list lacks."""
    facilities, listed = {step.facility for step in steps}, {step.username for step in steps}
    left = [
        account
        for account in accounts
        if account.is_active and account.facility in facilities and account.username not in listed
        and account.role in actions.STAFF_ROLES
    ]  # fmt: skip
    what = DISABLED if ends else UNLISTED
    ordered = sorted(left, key=lambda account: (account.facility, account.username))
    return [Step(one.facility, one.username, one.display_name, one.role, what) for one in ordered]


def _file() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "staff.yaml")
