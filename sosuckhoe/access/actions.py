"""What access changes: accounts, tokens, relations, ties."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from psycopg import sql

from sosuckhoe.access import audit, cards, codes, handover, sessions
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY, bucket_of


@cache
def _nobodys_password() -> str:
    """Checked when the name is unknown, so that unknown and known names take the same time."""
    return make_password(secrets.token_hex())


def open_account(
    actor: Actor,
    username: str,
    *,
    name: str,
    role: str,
    password: str | None = None,
    person: int | None = None,
    facility: str = "",
    area: str = "",
    source: str = "",
    note: str = "",
) -> Account:
    """Make an account, or bring an existing one of this name up to date; without a password it cannot use one."""
    facts = {
        "display_name": name,
        "role": role,
        "person": person,
        "facility": facility,
        "area": area,
        "source": source,
        "note": note,
    }
    with db.atomic():
        account, _ = Account.objects.update_or_create(
            username=username, defaults={**facts, "password": make_password(password)}
        )
        audit.record(actor, "open", kind="account", person=person or NOBODY)
    return account


def of_password(username: str, password: str) -> Account | None:
    """The account of a right name and password; None for every fault alike, after the same work."""
    account = Account.objects.filter(username=username, is_active=True).first()
    is_right = check_password(password, account.password if account else _nobodys_password())
    return account if is_right else None


def issue_token(account: Account, kind: str, at: datetime, lifetime: timedelta) -> str:
    """A new token of a system. Only its digest is stored: this is the one time it can be read."""
    token = secrets.token_urlsafe(32)
    db.execute(
        "insert into access_token (digest, account, kind, created, expires) values (%s, %s, %s, %s, %s)",
        (hashlib.sha256(token.encode()).digest(), account.pk, kind, at, at + lifetime),
    )
    return token


def give_book_to(holder: int, dependant: int, kind: str, level: str, since: date, born: str = "") -> None:
    """Let one person hold another's book (a mother her child's). Giving it again changes nothing.

    `born`: the birth date of a child, by whose birthdays it ends (`handover.py`). What a decision has ended
    (`custody.py`) is not given again by a birth record that comes once more.
    """
    last = handover.until(born)
    db.execute(
        """
        insert into access_relation (bucket, holder, dependant, kind, level, since, until, full_until)
        select %(bucket)s, %(holder)s, %(dependant)s, %(kind)s, %(level)s, %(since)s, %(until)s, %(full)s
        where coalesce((
          select deed from access_custody where bucket = %(home)s and person = %(dependant)s and holder = %(holder)s
          order by at desc limit 1), '') <> 'end'
        on conflict do nothing
        """,
        {
            "bucket": bucket_of(holder),
            "holder": holder,
            "dependant": dependant,
            "kind": kind,
            "level": level,
            "since": since,
            "until": last.end,
            "full": last.full,
            "home": bucket_of(dependant),
        },
    )


def tie(pairs: Iterable[tuple[str, int]], at: datetime) -> None:
    """Note that facilities have treated persons: (facility, person) pairs; known ones change nothing."""
    ordered = sorted({(bucket_of(person), person, facility) for facility, person in pairs})
    if not ordered:
        return
    buckets, persons, facilities = (list(column) for column in zip(*ordered, strict=True))
    db.execute(
        """
        insert into access_tie (bucket, person, facility, since)
        select bucket, person, facility, %s
        from unnest(%s::int4[], %s::int8[], %s::text[]) as new (bucket, person, facility)
        on conflict do nothing
        """,
        (at, buckets, persons, facilities),
    )


_KNOWS_MAINTAIN = 170_000
_MAINTAIN = """
grant maintain on all tables in schema public to {role};
alter default privileges in schema public grant maintain on tables to {role}
"""
"""Vacuum and analyze, after much was loaded; older servers leave it to autovacuum."""


def let_only_add(actor: Actor, role: str) -> None:
    """Give a role of the database what web and worker need; of the trace and its seals it may only add lines.

    It sees persons' rows only as far as they are in sight (base/wall.py); `<role>_open`, which is made here and which
    it may become, sees all.

    For the owner of the tables. A role that owns them, or is a superuser, is not bound by this.
    """
    with db.atomic():
        if not db.value("select count(*) from pg_roles where rolname = %s", (f"{role}_open",)):
            _as_owner("create role {open} nologin bypassrls", role)
        _as_owner("grant {open} to {role} with inherit false, set true", role)
        _as_owner("grant pg_read_all_stats to {open}", role)  # when others began what may still write
        for one in (role, f"{role}_open"):
            _as_owner(db.statement(__file__, "append_only"), one)
            if db.connection().info.server_version >= _KNOWS_MAINTAIN:
                _as_owner(_MAINTAIN, one)
        audit.record(actor, "let-only-add", kind="trace", person=None)


def _as_owner(words: str, role: str) -> None:
    """A statement with the names of a role and of its open side."""
    made = sql.SQL(words).format(role=sql.Identifier(role), open=sql.Identifier(f"{role}_open"))
    db.execute(made.as_string(db.connection()))


STAFF_ROLES = ("doctor", "nurse", "clerk", "admin")
"""Roles that a facility gives to its people."""


def invite(actor: Actor, username: str, *, name: str, role: str, facility: str, at: datetime, licence: str = "") -> str:
    """Make or renew the account of somebody who works at a facility: the code on paper with which they begin.

    What they signed in with before is gone. `licence` is the number by which they practise; without one the account
    keeps what it has. Problem SSK-1113 for a role that no facility gives, or a user name of
    somebody who is not theirs.
    """
    with db.atomic():
        db.value("select pg_advisory_xact_lock(hashtextextended(%s, 12))", (username,))  # two facilities, one new name
        known = Account.objects.filter(username=username).first()
        if role not in STAFF_ROLES or (known and (known.facility != facility or known.role not in STAFF_ROLES)):
            raise Problem("SSK-1113")
        account = open_account(actor, username, name=name, role=role, facility=facility)
        Account.objects.filter(pk=account.pk).update(is_active=True, **_licensed(licence))
        account.is_active = True
        _forget_proofs(account, at)
        audit.record(actor, "invite", kind="staff", person=None, at=at)
        return codes.print_for(actor, account, at)


def _licensed(licence: str) -> dict[str, str]:
    return {"licence": licence} if licence else {}


def rename(actor: Actor, account: Account, *, name: str, role: str, at: datetime, licence: str = "") -> None:
    """Give somebody of a facility another name, role or licence (none: as it is).

    With another role they sign in anew; their proofs stay.
    """
    if role not in STAFF_ROLES or account.role not in STAFF_ROLES:
        raise Problem("SSK-1113")
    with db.atomic():
        Account.objects.filter(pk=account.pk).update(display_name=name, role=role, **_licensed(licence))
        if role != account.role:
            sessions.end_all(account.pk, at)
        audit.record(actor, "rename", kind="staff", person=None, at=at)


def disable(actor: Actor, account: Account, at: datetime) -> None:
    """Let nobody sign in to an account any more; what is signed in ends at once, tokens too."""
    with db.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False)
        _forget_proofs(account, at)
        db.execute("delete from access_token where account = %s", (account.pk,))
        audit.record(actor, "disable", kind="account", person=account.person, at=at)


def end_sessions(actor: Actor, account: int | None, at: datetime) -> int:
    """End what is signed in to an account, or (None) to every account; how many sessions that were."""
    with db.atomic():
        ended = db.execute(
            "update access_session set ended = %s where ended is null and (%s::bigint is null or account = %s)",
            (at, account, account),
        )
        audit.record(actor, "end-sessions", kind="account", person=None, detail=f"sessions {ended}", at=at)
    return ended


def _forget_proofs(account: Account, at: datetime) -> None:
    sessions.end_all(account.pk, at)
    db.execute("delete from access_totp where account = %s", (account.pk,))
    db.execute("delete from access_passkey where account = %s", (account.pk,))
    cards.end_silently(account.pk, at)
