"""What R4's own types demand beyond their elements. `data/base.json`, from tools/derive_validation.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts

DATA = Path(__file__).parent / "data"


class Rule(NamedTuple):
    """An invariant. https://hl7.org/fhir/R4/conformance-rules.html#constraints"""

    key: str
    severity: str
    expression: str
    human: str


def _base() -> dict[str, Any]:
    found: dict[str, Any] = facts.read_json(DATA / "base.json")
    return found


@cache
def rules_at(path: str) -> tuple[Rule, ...]:
    """The rules of a type or of an element (`Organization.address`)."""
    known = _base()["rules"]
    return tuple(Rule(key.partition("@")[0], *known[key]) for key in _base()["at"].get(path, ()))


@cache
def binding_at(path: str) -> tuple[str, str] | None:
    """The strength (required, extensible) and the value set of an element."""
    strength, _, url = _base()["bindings"].get(path, "").partition(" ")
    return (strength, url) if url else None


@cache
def targets_at(path: str) -> frozenset[str]:
    """The types that a reference may name; empty when it may name any."""
    return frozenset(_base()["targets"].get(path, "").split())


def is_base_rule(rule: Rule) -> bool:
    """Whether this is R4's own rule of that key, and not one that a profile calls the same."""
    known = _base()["rules"].get(rule.key)
    return known is not None and known[1] == rule.expression
