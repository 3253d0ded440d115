"""The commands of the site itself. Each imports what it needs when it is called, so that the others start fast."""

from __future__ import annotations

import os

import click

PROCESSES = os.cpu_count() or 1
"""Of the web, each of one thread: as many as the machine has cores (web.py)."""

ADDRESS = click.option("--address", envvar="SOSUCKHOE_ADDRESS", default="127.0.0.1", show_default=True)
PORT = click.option("--port", envvar="PORT", type=click.IntRange(1, 65_535), default=8000, show_default=True)


@click.command()
@ADDRESS
@PORT
def run(address: str, port: int) -> None:
    """Chạy cả nhà: cơ sở dữ liệu, trang, việc nền · run the whole house."""
    from sosuckhoe.site import production, serve, settings

    production.check(settings)
    serve.run(address, port, demo=settings.DEMO)


@click.command()
@ADDRESS
@PORT
@click.option("--processes", type=click.IntRange(min=1), default=PROCESSES, show_default=True)
def web(address: str, port: int, processes: int) -> None:
    """Phục vụ trang và giao diện máy · serve pages and machine interfaces."""
    import django

    from sosuckhoe.base import db
    from sosuckhoe.site import prepare, production, settings
    from sosuckhoe.site import web as server

    production.check(settings)
    django.setup()
    prepare.wait_for_database()
    prepare.check_keys()
    db.close()
    server.serve(address, port, processes)


@click.command()
def worker() -> None:
    """Làm việc nền: đưa hồ sơ đã nhận vào sổ · file what has arrived."""
    import django

    from sosuckhoe.site import worker as loop

    django.setup()
    loop.work()


@click.command()
def witness() -> None:
    """Giữ dấu niêm phong của nhật ký truy cập · keep the signed heads of the trace in a file of its own."""
    from sosuckhoe.access import witness as keeper
    from sosuckhoe.site import processes, settings

    processes.die_with_parent()
    keeper.serve(settings.WITNESS_FOLDER, settings.WITNESS_SOCKET)


@click.command(hidden=True)
@PORT
def vneid_stub(port: int) -> None:
    """Giả làm VNeID cho bản dùng thử · stand in for VNeID, with the people of the demo."""
    from sosuckhoe.exchange.vneid import stub
    from sosuckhoe.simulation import demo
    from sosuckhoe.site import processes, settings

    processes.die_with_parent()
    people = [stub.Resident(*resident) for resident in demo.residents()]
    known = settings.VNEID
    stub.serve(stub.Issuer(known["issuer"], known["client"], known["secret"], people), port)


@click.command()
def migrate() -> None:
    """Cập nhật các bảng · bring the tables up to date."""
    from sosuckhoe.site import within

    with within.database():
        click.echo("Các bảng đã mới nhất · the tables are up to date.")


@click.command(hidden=True)
@click.option("--demo/--no-demo", default=False)
def prepare(*, demo: bool) -> None:
    """What `run` does before it opens: tables, then the demo province."""
    from sosuckhoe.site import processes, within

    processes.die_with_parent()
    with within.database():
        if not demo:
            return
        from sosuckhoe.site import demo as province

        province.load_demo()
        for line in province.who_can_sign_in():
            click.echo(line)
