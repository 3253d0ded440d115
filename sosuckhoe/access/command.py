"""`sosuckhoe account` and `sosuckhoe audit`: what a person at the keyboard of the house opens and checks."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings

from sosuckhoe.access import actions, audit, verifying
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.access.seal_key import public_bytes, signing_key
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


@account.command("vendor")
@click.argument("source")
@click.option("--username", default=None, help="Mặc định: mã hệ thống · default: the source's id.")
def vendor(source: str, username: str | None) -> None:
    """Mở tài khoản cho hệ thống của nhà cung cấp khác · open the account of another vendor's system."""
    name, password = username or source, secrets.token_urlsafe(24)
    actions.open_account(
        PROGRAM, name, name=f"Hệ thống {source}", role="vendor", password=as_sent(password), source=source
    )
    click.echo(f"username: {name}\npassword: {password}")


@account.command("invite")
@click.argument("facility")
@click.argument("username")
@click.argument("name")
@click.option("--role", type=click.Choice(actions.STAFF_ROLES), default="admin", show_default=True)
def invite(facility: str, username: str, name: str, role: str) -> None:
    """Cấp tài khoản nhân viên, in mã kích hoạt · give somebody of a facility an account; its code is shown once."""
    click.echo(actions.invite(PROGRAM, username, name=name, role=role, facility=facility, at=clock.now()))


@account.command("end-sessions")
@click.argument("username", required=False)
@click.option("--everybody", is_flag=True, help="Mọi tài khoản · every account.")
def end_sessions(username: str | None, *, everybody: bool) -> None:
    """Đăng xuất một tài khoản, hoặc mọi người, ở mọi nơi · sign an account, or everybody, out everywhere."""
    if bool(username) is everybody:
        raise click.UsageError("username | --everybody")
    found = Account.objects.filter(username=username).values_list("pk", flat=True).first() if username else None
    if username and found is None:
        raise Problem("SSK-1002")
    click.echo(actions.end_sessions(PROGRAM, found, clock.now()))


@account.command("token")
@click.argument("username")
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True)
def token(username: str, days: int) -> None:
    """Cấp mã truy cập FHIR cho một tài khoản hệ thống · issue a bearer token for /fhir; it is shown once."""
    found = Account.objects.filter(username=username, role="system", is_active=True).first()
    if found is None:
        raise Problem("SSK-1002")
    click.echo(actions.issue_token(found, "bearer", clock.now(), timedelta(days=days)))


@click.group()
def trace() -> None:
    """Nhật ký truy cập · the trace of every access."""


@trace.command("verify")
@click.option(
    "--witness", "heads", type=click.Path(path_type=Path), help="Tệp của người làm chứng · the witness's file."
)
def verify(heads: Path | None) -> None:
    """Kiểm tra nhật ký có bị sửa, xóa, cắt, viết lại · find what was done to the trace; exit code 1 if anything was."""
    key = public_bytes(signing_key(settings.HOME))
    findings = 0
    for findings, finding in enumerate(verifying.verify(key, heads or settings.WITNESS_HEADS), 1):  # noqa: B007 -- counted
        sentence = verifying.said(finding)
        click.echo(f"{sentence.vi}\n{sentence.en}")
    extent = verifying.extent()
    audit.record(PROGRAM, "verify", kind="trace", person=None, detail=f"findings {findings}")
    click.echo(
        f"{extent.sealed} dòng, {extent.seals} dấu, {extent.debt} chưa làm chứng, {findings} phát hiện · "
        f"{extent.sealed} lines, {extent.seals} seals, {extent.debt} not witnessed yet, {findings} findings"
    )
    raise SystemExit(1 if findings else 0)


@trace.command("protect")
@click.argument("role")
def protect(role: str) -> None:
    """Để một vai trò của cơ sở dữ liệu chỉ được ghi thêm · let a role of the database only add to the trace."""
    actions.let_only_add(PROGRAM, role)
    click.echo(f"{role}: chỉ được ghi thêm vào nhật ký · may only add to the trace")


def as_sent(password: str) -> str:
    """The MD5 in capitals that systems send instead of a password: so the portal's interface defines it."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest().upper()
