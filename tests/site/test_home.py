"""The data folder, its secret, and what the environment decides."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from sosuckhoe.site import home

SHOW = "from sosuckhoe.site import settings; print({expression})"


def told(expression, folder, **surroundings):
    """What the settings of a new process say under these environment variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {**kept, "SOSUCKHOE_HOME": str(folder), "PYTHONPATH": str(home.SOURCES), **surroundings}
    words = [sys.executable, "-c", SHOW.format(expression=expression)]
    return subprocess.run(words, env=given, capture_output=True, text=True, check=True).stdout.strip()


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = told("settings.SECRET_KEY", tmp_path / "house")
    assert told("settings.SECRET_KEY", tmp_path / "house") == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "house" / "secret-key").stat().st_mode) == 0o600
    assert told("settings.SECRET_KEY", tmp_path / "other") != first


def test_a_given_secret_is_not_written_down(tmp_path):
    keys = {"SOSUCKHOE_DATA_KEYS": f"1:{'0f' * 32}", "SOSUCKHOE_INDEX_KEY": "f0" * 32}
    assert told("settings.SECRET_KEY", tmp_path, SECRET_KEY="given", **keys) == "given"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("surroundings", "expected"),
    [
        ({}, True),
        ({"SOSUCKHOE_ADDRESS": "::1"}, True),
        ({"SOSUCKHOE_ADDRESS": "0.0.0.0"}, False),
        ({"SOSUCKHOE_ADDRESS": "0.0.0.0", "SOSUCKHOE_DEMO": "1"}, True),
        ({"SOSUCKHOE_DEMO": "0"}, False),
    ],
)
def test_signing_in_by_name_is_off_where_others_can_reach_the_house(tmp_path, surroundings, expected):
    assert told("settings.DEMO", tmp_path, SECRET_KEY="x", **surroundings) == str(expected)


def test_a_database_address_is_taken_as_libpq_writes_it(tmp_path):
    url = "postgresql://someone:se%20cret@one,two:5433/book?target_session_attrs=read-write"
    shown = "[settings.DATABASES['default'][key] for key in ('USER', 'PASSWORD', 'HOST', 'NAME')]"
    assert told(shown, tmp_path, SECRET_KEY="x", DATABASE_URL=url) == "['someone', 'se cret', 'one,two', 'book']"
    options = told("settings.DATABASES['default']['OPTIONS']", tmp_path, SECRET_KEY="x", DATABASE_URL=url)
    assert "'target_session_attrs': 'read-write'" in options
    assert "'prepare_threshold': 5" in options


def test_cookies_are_secure_behind_tls(tmp_path):
    shown = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert told(shown, tmp_path, SECRET_KEY="x", SOSUCKHOE_HTTPS="1") == "True True True"
    assert told(shown, tmp_path, SECRET_KEY="x") == "False False False"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start from a folder that only root may enter")
def test_root_in_a_private_folder_keeps_its_data_where_the_service_user_can_go(tmp_path, monkeypatch):
    monkeypatch.delenv("SOSUCKHOE_HOME")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setattr(home, "SOURCES", private)
    assert home.home().parent == home.Path("/var/lib/sosuckhoe")
    monkeypatch.setattr(home, "SOURCES", home.Path("/usr"))
    assert home.home() == home.Path("/usr/var")
