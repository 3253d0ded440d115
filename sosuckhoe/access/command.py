"""`sosuckhoe account`: accounts that a person at the keyboard of the house opens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import click

from sosuckhoe.access import actions
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem


@click.group()
def account() -> None:
    """Tài khoản · accounts."""


@account.command("system")
@click.argument("facility")
@click.option("--username", default=None, help="Mặc định · default: MACSKCB_BV.")
def system(facility: str, username: str | None) -> None:
    """Mở tài khoản cho phần mềm của một cơ sở · open the account of a facility's system; its password is shown once."""
    name = username or f"{facility}_BV"
    password = secrets.token_urlsafe(12)
    actions.open_account(
        PROGRAM, name, name=f"Phần mềm của {facility}", role="system", password=as_sent(password), facility=facility
    )
    click.echo(f"username: {name}\npassword: {password}")


@account.command("token")
@click.argument("username")
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True)
def token(username: str, days: int) -> None:
    """Cấp mã truy cập FHIR cho một tài khoản hệ thống · issue a bearer token for /fhir; it is shown once."""
    found = Account.objects.filter(username=username, role="system", is_active=True).first()
    if found is None:
        raise Problem("SSK-1002")
    click.echo(actions.issue_token(found, "bearer", clock.now(), timedelta(days=days)))


def as_sent(password: str) -> str:
    """The MD5 in capitals that systems send instead of a password: so the portal's interface defines it."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest().upper()
