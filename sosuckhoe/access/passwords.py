"""Signing in by name and password, alike for people and systems: slowed after failures, each of them in the trace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.hashers import make_password

from sosuckhoe.access import actions, audit, notices, sessions, sign_in, slowing
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem


def enter(username: str, password: str, roles: Collection[str], place: str, at: datetime) -> Account:
    """The account of a right name and password, of one of these roles, asked from a network address.

    Problem SSK-1001 for every fault alike, SSK-1111 while the next try has to wait.
    """
    known = Account.objects.filter(username=username).values_list("pk", flat=True).first()
    slowing.check(place, known, at, name=username)
    account = actions.of_password(username, password)
    if account is None or account.role not in roles:
        slowing.failed(place, known, at, "password", name=username)
        raise Problem("SSK-1001")
    slowing.succeeded(place, account.pk)
    return account


def set_own(account: Account, password: str, at: datetime) -> None:
    """Keep what somebody chose, as a slow hash."""
    with db.atomic():
        Account.objects.filter(pk=account.pk).update(password=make_password(password))
        audit.record(sign_in.actor_for(account), "set-password", kind="account", person=account.person, at=at)


def change(account: Account, password: str, kept: bytes, at: datetime) -> None:
    """Another password, told to its telephones; every session of the account ends but the one of this digest."""
    with db.atomic():
        set_own(account, password, at)
        sessions.end_all(account.pk, at, apart_from=kept)
        notices.tell_account(account.pk, "password-changed", at)
