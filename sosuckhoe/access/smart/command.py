"""`sosuckhoe app`: apps written down and decided by whoever keeps the house."""

from __future__ import annotations

from pathlib import Path

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.smart import apps
from sosuckhoe.base import clock


@click.group()
def app() -> None:
    """Ứng dụng · apps (SMART on FHIR)."""


@app.command("register")
@click.argument("name")
@click.argument("maker")
@click.argument("scope")
@click.option("--kind", type=click.Choice([apps.PUBLIC, apps.PRIVATE, apps.SERVICE]), default=apps.PUBLIC)
@click.option("--redirect", "redirects", multiple=True, help="Địa chỉ nhận trả lời · where answers go.")
@click.option("--launch", default="", help="Địa chỉ khởi động từ trang của cơ sở · where a facility's page starts it.")
@click.option("--jwks", type=click.Path(exists=True, path_type=Path), help="Tệp khóa công khai · public keys.")
@click.option("--jwks-url", default="", help="Hoặc địa chỉ của chúng · or where they are.")
@click.option("--account", default="", help="Tài khoản mà dịch vụ dùng quyền · whose rights a service has (user name).")
@click.option("--approve", is_flag=True, help="Duyệt luôn · approve it at once.")
def register(
    *,
    name: str,
    maker: str,
    scope: str,
    kind: str,
    redirects: tuple[str, ...],
    launch: str,
    jwks: Path | None,
    jwks_url: str,
    account: str,
    approve: bool,
) -> None:
    """Đăng ký một ứng dụng, in mã của nó · register an app; its client_id is printed."""
    keys = jwks.read_text(encoding="utf-8") if jwks else ""
    whose = apps.account_named(account) if account else None
    wish = apps.Wish(name, maker, kind, scope, redirects, launch, keys, jwks_url, whose)
    made = apps.register(PROGRAM, wish, clock.now())
    if approve:
        apps.decide(PROGRAM, made.id, apps.APPROVED, clock.now())
    click.echo(f"client_id: {made.id}")


@app.command("decide")
@click.argument("name")
@click.argument("state", type=click.Choice([apps.APPROVED, apps.SUSPENDED]))
def decide(name: str, state: str) -> None:
    """Duyệt hoặc tạm dừng · approve or suspend."""
    apps.decide(PROGRAM, name, state, clock.now())


@app.command("list")
def listed() -> None:
    """Mọi ứng dụng · every app."""
    for one in apps.listed(PROGRAM):
        click.echo(f"{one.id}  {one.state:9}  {one.kind:7}  {one.name} ({one.maker})  {one.scope}")
