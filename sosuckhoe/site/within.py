"""Commands run within the database: DATABASE_URL's, or the embedded one, borrowed while the command runs."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

import click
import django
from django.db import connection

from sosuckhoe.site import postgres, prepare
from sosuckhoe.site.home import home


@contextlib.contextmanager
def database() -> Iterator[None]:
    """A database that answers and whose tables are up to date."""
    django.setup()
    with contextlib.ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            stack.enter_context(postgres.borrow(home()))
        stack.callback(connection.close)
        prepare.migrate()
        yield


def command(inner: click.Command) -> click.Command:
    """The same command, or group of commands, run within the database; its help needs none."""
    outer = copy.copy(inner)
    if isinstance(outer, click.Group):
        outer.commands = {name: command(one) for name, one in outer.commands.items()}
    elif inner.callback:
        outer.callback = _within(inner.callback)
    return outer


def _within(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*words: Any, **options: Any) -> Any:
        with database():
            return callback(*words, **options)

    return run
