"""`sosuckhoe`: every command of the house. A room's command is a click command in a module of its own."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import click

from sosuckhoe.base.errors import Problem

COMMANDS = {
    "run": "sosuckhoe.site.commands:run",
    "migrate": "sosuckhoe.site.commands:migrate",
    "web": "sosuckhoe.site.commands:web",
    "worker": "sosuckhoe.site.commands:worker",
    "simulate": "sosuckhoe.simulation.command:simulate",
    "import": "sosuckhoe.exchange.command:import_",
    "export": "sosuckhoe.exchange.command:export",
}
"""The command's name, and where it stands. A room that is not there yet has no command."""


class House(click.Group):
    """Loads a command only when it is called: the others' imports cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if self.get_command(ctx, name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module or not find_spec(module):
            return None
        command = getattr(import_module(module), attribute, None)
        return command if isinstance(command, click.Command) else None


@click.command(cls=House)
@click.version_option(package_name="sosuckhoe", message="%(version)s")
def house() -> None:
    """Sổ Sức Khỏe: sổ sức khỏe điện tử · the electronic health book of Việt Nam."""


def main() -> None:
    """Run a command. A problem is one sentence in both languages and exit code 1, never a traceback."""
    try:
        house(prog_name="sosuckhoe")
    except Problem as problem:
        click.echo(f"{problem.number}: {problem.vi}\n{problem.en}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
