"""Letting an app in: by whom, to whose book, for what; started from a facility's page or by itself; ended."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from sosuckhoe.access import grants, labels, policy, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import bounds, tokens
from sosuckhoe.access.smart.apps import App
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem


class Answer(NamedTuple):
    """What somebody let an app do. `person`: whose book is open; `text`: what was shown, of a citizen."""

    scope: tuple[str, ...]
    person: int | None
    sensitive: bool
    text: str
    context: dict[str, Any]
    session: bytes | None


class Launch(NamedTuple):
    """What was open on the page that started an app."""

    person: int
    context: dict[str, Any]


class Held(NamedTuple):
    """An authorization as its giver sees it."""

    id: UUID
    app: str
    name: str
    scope: str
    began: datetime
    until: datetime
    ended: datetime | None
    last: datetime | None


def begin(actor: Actor, app: App, answer: Answer, at: datetime) -> UUID:
    """Let an app in. A citizen's is a record of consent; SSK-1002 where policy forbids it."""
    until = at + bounds.lifetime("authorization" if "offline_access" in answer.scope else "online")
    with db.atomic():
        basis = None
        if actor.role == "citizen" and answer.person is not None:
            scope = {"scopes": list(answer.scope), "sensitive": answer.sensitive}
            wish = grants.Wish("app", app.id, scope, answer.text, until)
            basis = grants.give(actor, answer.person, wish, at)
        elif answer.person is not None:
            policy.check(actor, "read", "record", person=answer.person)
        family = _write(actor, app, answer, basis, at, until)
        tokens.trace(actor, "authorize", app.id, at, answer.person)
    return family


def begin_service(app: App, actor: Actor, scope: str, at: datetime) -> UUID:
    """The authorization behind one token of a service: as long as the token."""
    answer = Answer(tuple(scope.split()), None, sensitive=True, text="", context={}, session=None)
    with db.atomic():
        family = _write(actor, app, answer, None, at, at + bounds.lifetime("service"))
        tokens.trace(actor, "authorize", app.id, at)
    return family


def _write(actor: Actor, app: App, answer: Answer, basis: UUID | None, at: datetime, until: datetime) -> UUID:
    hidden = 0
    if actor.role == "citizen":
        hidden = labels.HIDDEN if answer.sensitive else labels.every()
    family = uuid4()
    is_bound = answer.session is not None and "offline_access" not in answer.scope
    db.execute(
        """
        insert into access_app_family (id, app, account, person, basis, scope, labels, context, session, began, until)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            family, app.id, actor.account, answer.person, basis, " ".join(answer.scope), hidden,
            msgspec.json.encode(answer.context).decode(), answer.session if is_bound else None, at, until,
        ),
    )  # fmt: skip
    return family


def of_person(person: int) -> list[Held]:
    """Every authorization that opens a book, newest first, with when it was last used."""
    rows = db.tuples(
        """
        select family.id, family.app, app.name, family.scope, family.began, family.until, family.ended,
          (select max(issued) from access_app_token token where token.family = family.id and token.kind = 'access')
        from access_app_family family join access_app app on app.id = family.app
        where family.person = %s and family.basis is not null order by family.began desc limit 100
        """,
        (person,),
    )
    return [Held._make(row) for row in rows]


def end(actor: Actor, person: int, family: UUID, at: datetime) -> None:
    """The owner ends what an app was let do; SSK-1002 when there is none."""
    basis = db.value("select basis from access_app_family where id = %s and person = %s", (family, person))
    if basis is None:
        raise Problem("SSK-1002")
    grants.end(actor, person, basis, at)


def start(actor: Actor, person: int, context: dict[str, Any], at: datetime) -> str:
    """A launch from a page on which this book is open: what stands in `launch`. SSK-1002 where policy forbids it."""
    policy.check(actor, "read", "record", person=person)
    text = secrets.token_urlsafe(24)
    db.execute(
        "insert into access_app_launch (digest, account, person, context, expires) values (%s, %s, %s, %s, %s)",
        (
            tokens.digest_of(text), actor.account, person, msgspec.json.encode(context).decode(),
            at + bounds.lifetime("launch"),
        ),
    )  # fmt: skip
    return text


def started(actor: Actor, text: str, at: datetime) -> Launch | None:
    """What a launch of this account is about; None for any other."""
    row = db.one(
        "select person, context from access_app_launch where digest = %s and account = %s and expires > %s",
        (tokens.digest_of(text), actor.account, at),
    )
    return Launch(row.person, msgspec.json.decode(row.context)) if row else None


def actor_of(account: int) -> Actor | None:
    """The account that let an app in, while it may sign in."""
    return sign_in.actor_of_account(account)
