"""The bounds of signing in (`data/sign_in.yaml`), as values."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts


@cache
def _file() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent / "data" / "sign_in.yaml")


def session_of(role: str, how: str = "") -> tuple[timedelta, timedelta]:
    """How long a session of a role, begun in a way, lives without a request, and at the longest."""
    kinds = _file()["sessions"]
    entry = kinds.get(how) or kinds["citizen" if role == "citizen" else "staff"]
    return timedelta(minutes=entry["idle"]), timedelta(hours=entry["longest"])


def code(kind: str) -> dict[str, int]:
    """The bounds of a kind of code: `sms`, `paper` or `proof`."""
    entry: dict[str, int] = _file()["codes"][kind]
    return entry


def lifetime(kind: str) -> timedelta:
    """How long a code of a kind is good for."""
    entry = code(kind)
    return timedelta(minutes=entry.get("minutes", 0), days=entry.get("days", 0))


def sending() -> dict[str, Any]:
    """How many messages may go out."""
    entry: dict[str, Any] = _file()["sending"]
    return entry


def fresh_proof() -> timedelta:
    """How long a sign-in counts as a fresh proof."""
    return timedelta(minutes=_file()["fresh_proof"]["minutes"])


def phone_hold() -> timedelta:
    """How long a new telephone waits before it can be used."""
    return timedelta(hours=_file()["phone_change"]["hours"])


def delay() -> dict[str, int]:
    """How failures slow the next try."""
    entry: dict[str, int] = _file()["delay"]
    return entry


def traced() -> dict[str, int]:
    """How many refused tries of a window are lines of the trace by themselves, and its minutes."""
    entry: dict[str, int] = _file()["traced"]
    return entry


def password() -> tuple[int, int]:
    """The shortest and the longest password, in characters."""
    entry = _file()["password"]
    return entry["shortest"], entry["longest"]


def known_words() -> frozenset[str]:
    """Words of which alone no password is made."""
    return frozenset(_file()["password"]["known_words"])
