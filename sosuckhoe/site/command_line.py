"""`sosuckhoe`: every command of the house. A room's command is a click command in a module of its own."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from sosuckhoe import __version__
from sosuckhoe.base.errors import Problem

SITE = {
    name: f"sosuckhoe.site.commands:{name.replace('-', '_')}"
    for name in ("run", "migrate", "web", "worker", "witness", "prepare", "vneid-stub")
}
SITE["stub"] = "sosuckhoe.site.stubs:stub"
ROOMS = {
    "simulate": "sosuckhoe.simulation.command:simulate",
    "import": "sosuckhoe.exchange.command:import_files",
    "export": "sosuckhoe.exchange.command:export",
    "account": "sosuckhoe.access.command:account",
    "app": "sosuckhoe.access.smart.command:app",
    "audit": "sosuckhoe.access.command:trace",
    "facilities": "sosuckhoe.identity.command:facilities",
    "population": "sosuckhoe.exchange.population.command:population",
    "pull": "sosuckhoe.exchange.fhir_feed.command:pull",
    "register": "sosuckhoe.exchange.register.command:register",
    "fhir": "sosuckhoe.clinical.command:fhir",
    "insight": "sosuckhoe.insight.command:insight",
    "identity": "sosuckhoe.identity.command:identity",
    "keys": "sosuckhoe.site.keys:keys",
    "retention": "sosuckhoe.site.retention:retention",
    "rounds": "sosuckhoe.site.rounds.command:rounds",
}
"""A room's command by name, or one over all rooms, and where it stands. A room that is not there yet has none."""

NEED_DATABASE = {*ROOMS} - {"simulate"}


class House(click.Group):
    """Loads a command only when it is asked for: the others' imports cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in {**SITE, **ROOMS} if self.get_command(ctx, name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module, _, attribute = {**SITE, **ROOMS}.get(cmd_name, "").partition(":")
        if not module or not find_spec(module):
            return None
        found = getattr(_load(module, is_room=cmd_name in ROOMS), attribute)
        return _within_database(found) if cmd_name in NEED_DATABASE else found


def _load(module: str, *, is_room: bool) -> object:
    """A room's modules may name tables, so Django is set up before they are read."""
    if is_room:
        import django

        django.setup()
    return import_module(module)


def _within_database(found: click.Command) -> click.Command:
    from sosuckhoe.site import within

    return within.command(found)


@click.command(cls=House)
@click.version_option(__version__, message="%(version)s")
def house() -> None:
    """Sổ Sức Khỏe: sổ sức khỏe điện tử · the electronic health book of Việt Nam."""


def main() -> None:
    """Run a command. A problem is one sentence in both languages and exit code 1, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")
    try:
        house(prog_name="sosuckhoe")
    except Problem as problem:
        click.echo(f"{problem.number}: {problem.vi}\n{problem.en}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
