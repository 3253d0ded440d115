"""The commands of the site itself."""

from __future__ import annotations

import click


@click.command(name="web")
@click.option("--address", envvar="SOSUCKHOE_ADDRESS", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", type=int, default=8000, show_default=True)
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True)
def web(address: str, port: int, processes: int) -> None:
    """Phục vụ trang và giao diện máy · serve pages and machine interfaces."""
    from sosuckhoe.site import web as server

    server.serve(address, port, processes)
