"""What an operation is, and what a call of one says. https://hl7.org/fhir/R4/operations.html#executing"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.doors.fhir import asking

SYSTEM = "system"
TYPE = "type"
INSTANCE = "instance"
ANY = frozenset({"*"})
_FORM = "name, value[x] | resource | part"


class Input(NamedTuple):
    """One parameter as it came: text from an address, JSON from a Parameters resource (`part`: a list of Inputs)."""

    name: str
    value: Any


@dataclass(frozen=True)
class Call:
    """One call: who, when, at which address, with what. `type` and `id` are empty above their level."""

    request: falcon.Request
    response: falcon.Response
    actor: Actor
    at: datetime
    base: str
    type: str = ""
    id: str = ""

    @cached_property
    def inputs(self) -> list[Input]:
        """The parameters in order: those of the address, then those of a body. Raises SSK-3004, 3011 …, 3028."""
        given = [Input(name, text) for name, text in asking.pairs_of(self.request.query_string) if name != "_format"]
        if self.request.method != "POST" or not self.request.content_length:
            return given
        body = asking.resource_in(asking.content(self.request), "Parameters")
        return given + parts_in(body.get("parameter"))

    def only(self, *names: str) -> dict[str, list[Any]]:
        """The values of each parameter. A name that is not among these is refused: SSK-3001."""
        found: dict[str, list[Any]] = {}
        for name, value in self.inputs:
            if name not in names:
                raise Problem("SSK-3001", name=asking.shown(name), type="operation")
            found.setdefault(name, []).append(value)
        return found


@dataclass(frozen=True)
class Operation:
    """One operation. `types`: those that it works on below the system level, ANY for all.

    `affects_state`: it is called by POST alone. `run` answers with status, headers and body, or writes a stream to
    `call.response` itself and answers None.
    """

    name: str
    definition: str
    levels: frozenset[str]
    run: Callable[[Call], Answer | None]
    types: frozenset[str] = field(default_factory=frozenset)
    affects_state: bool = False
    has_own_form: bool = False
    """It answers in other forms than FHIR's, and chooses among them itself."""

    documentation: str = ""
    """What the CapabilityStatement says beside the definition."""

    def stands_at(self, level: str, type_name: str) -> bool:
        """Whether it may be called there."""
        return level in self.levels and (not type_name or self.types == ANY or type_name in self.types)


def parts_in(entries: Any) -> list[Input]:
    """The parameters of a Parameters resource. Raises SSK-3004 for what has no name or not one value."""
    if not isinstance(entries, list):
        return []
    return [_part(entry) for entry in entries]


def _part(entry: Any) -> Input:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise Problem("SSK-3004", name="Parameters.parameter", form=_FORM)
    if "part" in entry:
        return Input(entry["name"], parts_in(entry["part"]))
    values = [value for key, value in entry.items() if key.startswith("value") or key == "resource"]
    if len(values) != 1 or values[0] is None:
        raise Problem("SSK-3004", name="Parameters.parameter", form=_FORM)
    return Input(entry["name"], values[0])
