"""`sosuckhoe identity link --database`: what it makes is for its owner's eyes, and that it was made is told."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.identity.command import identity
from tests.exchange.samples import package
from tests.identity.merged import send

pytestmark = pytest.mark.django_db


def test_the_file_of_everybody_is_its_owners_alone_and_leaves_a_line_in_the_trace(tmp_path):
    send(package())
    place = tmp_path / "work.duckdb"
    done = CliRunner().invoke(identity, ["link", "--database", "--into", str(place), "--memory", "500MB"])
    assert done.exit_code == 0, done.output
    assert "persons             1" in done.output
    assert place.stat().st_mode & 0o077 == 0
    lines = db.tuples("select account, action, detail from access_audit where kind = 'person' and action = 'export'")
    assert lines == [(PROGRAM.account, "export", "link")]
