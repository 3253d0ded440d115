"""Commands: found without starting anything, and a problem is one sentence in both languages."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sosuckhoe import __version__
from sosuckhoe.base.errors import Problem
from sosuckhoe.site import command_line, home


def run(*words, **surroundings):
    return subprocess.run(
        [sys.executable, "-m", "sosuckhoe.site.command_line", *words],
        env={**os.environ, "PYTHONPATH": str(home.SOURCES), **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_listed_command_exists():
    listed = command_line.house.list_commands(click.Context(command_line.house))
    assert set(listed) == {*command_line.SITE, *command_line.ROOMS}


@pytest.mark.parametrize("name", sorted({*command_line.SITE, *command_line.ROOMS}))
def test_help_speaks_both_languages_and_starts_nothing(name, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    shown = CliRunner().invoke(command_line.house, [name, "--help"])
    assert shown.exit_code == 0
    assert " · " in shown.output or name == "prepare"


def test_the_version_is_the_packages():
    assert run("--version").stdout.strip() == __version__


def test_an_unknown_command_is_refused():
    assert run("no-such-thing").returncode == 2


def test_a_problem_is_a_sentence_in_both_languages_and_no_traceback(monkeypatch, capsys):
    def refuse(**_words):
        raise Problem("SSK-5007", port=80)

    monkeypatch.setattr(command_line, "house", refuse)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    vi, en = capsys.readouterr().err.splitlines()
    assert vi.startswith("SSK-5007: Cổng 80")
    assert en.startswith("Port 80")


def test_a_database_that_does_not_answer_is_named_without_its_address(monkeypatch):
    from sosuckhoe.site import prepare

    monkeypatch.setattr(prepare, "_has_answered", lambda: False)
    with pytest.raises(Problem) as problem:
        prepare.wait_for_database(seconds=0)
    assert problem.value.number == "SSK-5008"


def test_tables_that_are_up_to_date_are_left_alone(transactional_db):
    from sosuckhoe.base import db
    from sosuckhoe.site import prepare

    before = db.value("select count(*) from django_migrations")
    prepare.migrate()
    assert db.value("select count(*) from django_migrations") == before
    held = """
        select count(*) from pg_locks join pg_database here on here.oid = database
        where locktype = 'advisory' and datname = current_database()
    """
    assert db.value(held) == 0
