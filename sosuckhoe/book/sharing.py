"""Links by which an owner lets anybody see a summary: made, opened, ended.

What a link shows is made when it is opened, without what the owner hides by then. Every opening is in the trace.
A link opens as long as who made it may share the book: those of a holder end with the holding.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from sosuckhoe.access import audit, grants, labels, policy, sign_in
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import queries
from sosuckhoe.book.links import payload, sealing
from sosuckhoe.clinical import queries as clinical

MOST_WRONG = 5
"""So many wrong passcodes end a link, in its whole life."""

CODE_BYTES = 34
_KEY_BYTES = 32
_LONGEST_NAME = 100
READER = Actor(account=0, name="", role="link", purpose="shared")
"""Whoever has a link: nobody that the house knows."""


class Wish(NamedTuple):
    """What an owner wants: papers by key, whether sensitive entries go along, a passcode ('' for none), one opening.

    `form`: what is said once, of this wish alone ('': always a new link).
    """

    papers: tuple[UUID, ...]
    sensitive: bool
    passcode: str
    once: bool
    until: datetime
    text: str
    form: str = ""


class Shared(NamedTuple):
    """A link as its owner sees it."""

    code: str
    person: int
    grant: grants.Grant
    has_passcode: bool
    once: bool
    opened: int
    wrong: int

    def is_live(self, at: datetime) -> bool:
        """Whether it still opens."""
        return self.is_given(at) and not (self.once and self.opened)

    def is_given(self, at: datetime) -> bool:
        """Whether it has not ended, and who made it may share the book today."""
        giver = sign_in.actor_of_account(self.grant.account)
        may = giver is not None and policy.can(giver, grants.ACTION["link"], "book", person=self.person)
        return self.grant.is_live(at) and self.wrong < MOST_WRONG and may


class WrongPasscode(Problem):
    """SSK-1144; `left`: how many tries the link has left."""

    def __init__(self, left: int) -> None:
        super().__init__("SSK-1144", left=left)
        self.left = left


def make(actor: Actor, person: int, wish: Wish, at: datetime) -> Shared:
    """Make a link; the one that the same form made already, while it lives.

    Raises SSK-1002 where policy forbids it, SSK-1140 for an end that has passed.
    """
    bucket = bucket_of(person)
    code = bucket.to_bytes(2, "big") + secrets.token_bytes(CODE_BYTES - 2)
    scope = {"papers": [str(key) for key in wish.papers], "sensitive": wish.sensitive}
    if wish.form:
        scope["form"] = wish.form
    with db.atomic():
        policy.check(actor, grants.ACTION["link"], "book", person=person)
        asked = grants.Wish("link", "", scope, wish.text, wish.until)
        if wish.form and (known := grants.standing(person, asked, at)):
            return _of_grant(person, known)
        grant = grants.give(actor, person, asked, at)
        key = sealing.sealed(secrets.token_bytes(_KEY_BYTES), settings.SECRET_KEY, code)
        passcode = make_password(wish.passcode) if wish.passcode else ""
        db.execute(
            """
            insert into book_link (bucket, code, person, "grant", secret, passcode, once)
            values (%s, %s, %s, %s, %s, %s, %s)
            """,
            (bucket, code, person, grant, key, passcode, wish.once),
        )
    return _of_grant(person, grant)


def _of_grant(person: int, grant: UUID) -> Shared:
    return next(one for one in of_person(person) if one.grant.id == grant)


def of_person(person: int) -> list[Shared]:
    """The links of a book, newest first."""
    known = {one.id: one for one in grants.of_person(person) if one.kind == "link"}
    found = db.tuples(_COLUMNS + " where bucket = %s and person = %s", (bucket_of(person), person))
    links = [_shared(row, known[row[2]]) for row in found if row[2] in known]
    return sorted(links, key=lambda one: one.grant.at, reverse=True)


def openings(shared: Shared) -> list[tuple[datetime, str]]:
    """When a link was opened, and by whom as they said."""
    code = payload.decoded(shared.code)
    asked = "select at, recipient from book_link_opening where bucket = %s and code = %s order by at desc"
    return db.tuples(asked, (_bucket_in(code), code))


def key_of(shared: Shared) -> str:
    """The key of the link's files."""
    code = payload.decoded(shared.code)
    asked = "select secret from book_link where bucket = %s and code = %s"
    return payload.encoded(
        sealing.unsealed(bytes(db.value(asked, (_bucket_in(code), code))), settings.SECRET_KEY, code)
    )


def open_link(code: str, recipient: str, passcode: str, at: datetime) -> Shared:
    """Open a link for whoever has it. SSK-1143 (404) when it does not open, WrongPasscode, SSK-1145 without a name.

    A wrong passcode is counted and stays counted, whatever becomes of the answer.
    """
    name = _printable(recipient)
    if not name:
        raise Problem("SSK-1145")
    with db.atomic():
        shared, row = _locked(code)
        if shared is None or row is None or not shared.is_live(at):
            if shared is not None:
                _trace(shared, "refused", at)
            problem: Problem | None = Problem("SSK-1143")
        elif row[3] and not check_password(passcode, row[3]):
            _note(shared, "wrong")
            _trace(shared, "refused", at)
            problem = WrongPasscode(MOST_WRONG - shared.wrong - 1)
        else:
            _note(shared, "opened")
            _keep_opening(shared, name, at)
            _trace(shared, "done", at)
            problem = None
    if problem is not None or shared is None:
        raise problem or Problem("SSK-1143")
    return shared


def live(code: str, at: datetime) -> Shared:
    """A link that was opened and has not ended since: for files fetched after its manifest. Raises SSK-1143."""
    with db.atomic():
        shared, _ = _locked(code)
    if shared is None or not shared.opened or not shared.is_given(at):
        raise Problem("SSK-1143")
    return shared


def summary(shared: Shared, at: datetime, base: str) -> bytes:
    """The International Patient Summary that a link shows now."""
    whose = queries.owner(shared.person)
    patient = clinical.read("Patient", whose.patient) if whose else None
    if patient is None:
        raise Problem("SSK-1143")
    return queries.ips_of(PROGRAM, patient, day_of(at), base, hidden_in(shared))


def hidden_in(shared: Shared) -> int:
    """The labels that a link never shows."""
    return labels.HIDDEN | (0 if shared.grant.scope["sensitive"] else labels.sensitive())


_COLUMNS = 'select code, person, "grant", passcode, once, opened, wrong from book_link'


def _locked(code: str) -> tuple[Shared | None, tuple[Any, ...] | None]:
    """The link of a code, held until the transaction ends, so that no two tries are counted as one."""
    try:
        key = payload.decoded(code)
    except Problem:
        return None, None
    rows = db.tuples(_COLUMNS + " where bucket = %s and code = %s for update", (_bucket_in(key), key))
    grant = grants.find(rows[0][1], rows[0][2]) if rows else None
    return (_shared(rows[0], grant), rows[0]) if grant else (None, None)


def _shared(row: tuple[Any, ...], grant: grants.Grant) -> Shared:
    code, person, _, passcode, once, opened, wrong = row
    return Shared(payload.encoded(bytes(code)), person, grant, bool(passcode), once, opened, wrong)


def _note(shared: Shared, column: str) -> None:
    code = payload.decoded(shared.code)
    counting = f"update book_link set {column} = {column} + 1 where bucket = %s and code = %s"  # noqa: S608 -- a name from above
    db.execute(counting, (_bucket_in(code), code))


def _printable(recipient: str) -> str:
    """A name as anybody on the network gives it, fit to be kept and shown."""
    plain = "".join(letter if letter.isprintable() else " " for letter in recipient)
    return " ".join(plain.split())[:_LONGEST_NAME]


def _keep_opening(shared: Shared, recipient: str, at: datetime) -> None:
    code = payload.decoded(shared.code)
    db.execute(
        "insert into book_link_opening (bucket, code, at, recipient) values (%s, %s, %s, %s)",
        (_bucket_in(code), code, at, recipient),
    )


def _trace(shared: Shared, outcome: str, at: datetime) -> None:
    audit.record(READER, "read", kind="link", person=shared.person, key=shared.grant.id, outcome=outcome, at=at)


def _bucket_in(code: bytes) -> int:
    return int.from_bytes(code[:2], "big")
