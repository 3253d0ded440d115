"""Signing in by name and password, alike for people and systems: slowed after failures, each of them in the trace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sosuckhoe.access import actions, slowing
from sosuckhoe.access.models import Account
from sosuckhoe.base.errors import Problem


def enter(username: str, password: str, roles: Collection[str], place: str, at: datetime) -> Account:
    """The account of a right name and password, of one of these roles, asked from a network address.

    Problem SSK-1001 for every fault alike, SSK-1111 while the next try has to wait.
    """
    known = Account.objects.filter(username=username).values_list("pk", flat=True).first()
    slowing.check(place, known, at)
    account = actions.of_password(username, password)
    if account is None or account.role not in roles:
        slowing.failed(place, known, at, "password")
        raise Problem("SSK-1001")
    slowing.succeeded(place, account.pk)
    return account
