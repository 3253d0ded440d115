"""What VNeID says of somebody: read from its claims, whose names are settings. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem

NAMES = {"number": "personal_id", "name": "name", "birth": "birthdate", "level": "acr"}
"""Our word for each claim, and the claim's name where the settings say nothing else."""

_NUMBER = re.compile(r"[0-9]{12}")
_VIETNAMESE_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Told(NamedTuple):
    """A person as VNeID told: the number of twelve digits, the name, and the birth date (ISO, '' when not told)."""

    number: str
    name: str
    birth: str


def names(setting: str) -> dict[str, str]:
    """The claims' names from a setting such as `number=cccd level=loa`; what it leaves out keeps its own."""
    given = dict(pair.split("=", 1) for pair in setting.split() if "=" in pair)
    return {word: given.get(word, name) for word, name in NAMES.items()}


def read(claims: Mapping[str, Any], named: Mapping[str, str], levels: Collection[str]) -> Told:
    """What the claims say. Problem SSK-1103 below the level demanded, SSK-1102 without a number."""
    if str(claims.get(named["level"], "")) not in levels:
        raise Problem("SSK-1103")
    number = str(claims.get(named["number"], ""))
    if not _NUMBER.fullmatch(number):
        raise Problem("SSK-1102")
    return Told(number, str(claims.get(named["name"], "")).strip(), _day(str(claims.get(named["birth"], ""))))


def _day(text: str) -> str:
    if found := _VIETNAMESE_DAY.fullmatch(text):
        return "-".join(reversed(found.groups()))
    return text if _DAY.fullmatch(text) else ""
