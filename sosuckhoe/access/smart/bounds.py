"""How long what apps get is good, and what people are told of scopes (`data/apps.yaml`), as values."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sosuckhoe.access.smart.scopes import Allowed, read
from sosuckhoe.base import facts


@cache
def _file() -> dict[str, Any]:
    return facts.read_yaml(Path(__file__).parent.parent / "data" / "apps.yaml")


def lifetime(kind: str) -> timedelta:
    """How long a thing of a kind is good: `code`, `access`, `service`, `refresh`, `online`, `launch` …"""
    return timedelta(**_file()["lifetimes"][kind])


def key_lifetimes() -> tuple[timedelta, timedelta]:
    """How long a key signs, and how long it is shown."""
    entry = _file()["key"]
    return timedelta(days=entry["days"]), timedelta(days=entry["shown_days"])


def sentences(scope: tuple[str, ...], language: str) -> list[str]:
    """What an app may do by its scopes, one plain sentence each."""
    return [said for one in scope if (said := _sentence(one, language))]


def _sentence(one: str, language: str) -> str:
    allowed = read(one)
    if allowed is not None:
        return f"{_deeds(allowed, language)}: {_what(allowed, language)}"
    plain: dict[str, str] = _file()["plain"].get(one, {})
    return plain.get(language, "")


def _deeds(allowed: Allowed, language: str) -> str:
    words = _file()["deeds"]
    found = [words["see"][language]] if set(allowed.deeds) & set("rs") else []
    found += [words["change"][language]] if set(allowed.deeds) & set("cu") else []
    found += [words["remove"][language]] if "d" in allowed.deeds else []
    return ", ".join([found[0], *(one.lower() for one in found[1:])])


def _what(allowed: Allowed, language: str) -> str:
    known = _file()["types"].get(allowed.type)
    what: str = known[language] if known else allowed.type
    told = [_criterion(name, value, language) for name, value in allowed.criteria]
    return f"{what} ({'; '.join(told)})" if told else what


def _criterion(name: str, value: str, language: str) -> str:
    known = _file()["criteria"].get(value.rpartition("|")[2]) if name == "category" else None
    return str(known[language]) if known else f"{name} {value.rpartition('|')[2]}"
