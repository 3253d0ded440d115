"""Facts that others decide: YAML, CSV and JSON files with a source, read once, checked at start.

A YAML fact file is a mapping with `source`, `valid_from` and its content. A CSV or JSON list, which cannot
say where it is from, has a line in the `SOURCES.yaml` of its folder.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class BadFact(Exception):  # noqa: N818 -- it names the fact, not the failure
    """A fact file that cannot be trusted; the message names the file and the place."""


@cache
def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML fact file. Refused without `source` and `valid_from`."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key in ("source", "valid_from"):
        if not isinstance(content, dict) or key not in content:
            raise BadFact(f"{path}: '{key}' is missing")
    return dict(content)


@cache
def read_csv(path: Path) -> list[dict[str, str]]:
    """A CSV list, a dict a row. Refused when its folder's SOURCES.yaml does not name it."""
    demand_source(path)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def read_json(path: Path) -> Any:
    """A JSON list or mapping. Refused when its folder's SOURCES.yaml does not name it."""
    demand_source(path)
    return json.loads(path.read_text(encoding="utf-8"))


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV list without its header, one at a time and not kept, for long lists."""
    demand_source(path)
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        next(reader)
        yield from reader


def demand_source(path: Path) -> None:
    """Refuse a list that the SOURCES.yaml of its folder does not name."""
    sources = path.parent / "SOURCES.yaml"
    named = yaml.safe_load(sources.read_text(encoding="utf-8")) if sources.exists() else {}
    if path.name not in (named or {}):
        raise BadFact(f"{path}: not named in {sources}")
