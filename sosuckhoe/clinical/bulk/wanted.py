"""What an export is asked for. https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import grounding
from sosuckhoe.clinical.search import parameters
from sosuckhoe.clinical.search.query import parse

SYSTEM, PATIENT, GROUP = "system", "patient", "group"
LATEST, RELEVANT = "LatestProvenanceResources", "RelevantProvenanceResources"
ASSOCIATED = (LATEST, RELEVANT)
PROVENANCE = "Provenance"


class Wanted(msgspec.Struct, frozen=True):
    """`types` empty: all. `filters`: searches by type, any of which may hold. `elements` by type, "" for all types.

    `persons`: of them only, whoever may be exported; None: not limited.
    """

    level: str = SYSTEM
    types: tuple[str, ...] = ()
    since: datetime | None = None
    filters: dict[str, tuple[str, ...]] = {}
    elements: dict[str, tuple[str, ...]] = {}
    persons: tuple[int, ...] | None = None
    associated: str = ""
    """Which Provenance goes along, one of ASSOCIATED; '' as any other type."""

    @property
    def personal(self) -> list[str]:
        """The types of persons' records that are wanted."""
        return [name for name in self._types if parameters.is_personal(name)]

    @property
    def registers(self) -> list[str]:
        """The types of registers that are wanted: they are no patient's."""
        if self.level != SYSTEM:
            return []
        return [name for name in self._types if not parameters.is_personal(name)]

    @property
    def _types(self) -> list[str]:
        """Provenance that is asked for as what goes along is no type of its own."""
        return [name for name in self.types or parameters.types() if not (self.associated and name == PROVENANCE)]


def types_in(texts: list[str]) -> tuple[str, ...]:
    """`_type`: comma or repetition; SSK-3004 for what is no type of R4."""
    names = [name for text in texts for name in text.split(",") if name]
    if unknown := [name for name in names if name not in parameters.number_of()]:
        raise Problem("SSK-3004", name="_type", form="Patient,Observation,…" if unknown else "")
    return tuple(dict.fromkeys(names))


def filters_in(actor: Actor, texts: list[str], types: tuple[str, ...], now: datetime) -> dict[str, tuple[str, ...]]:
    """`_typeFilter`: searches such as `Observation?status=final`, each understood here so that a fault is told at once.

    Raises what the search raises (SSK-3001 …), SSK-3004 for a type that `_type` does not name.
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for one in text.split(",") if text.count("?") > 1 else [text]:
            type_name, mark, query = one.partition("?")
            if not mark or type_name not in parameters.number_of() or (types and type_name not in types):
                raise Problem("SSK-3004", name="_typeFilter", form="Type?name=value")
            asked = parse(type_name, parse_qsl(query, keep_blank_values=True), base="", now=now)
            grounding.check_codes(actor, asked.conditions)
            found[type_name] = (*found.get(type_name, ()), query)
    return found


def associated_in(texts: list[str], filters: Iterable[str]) -> str:
    """`includeAssociatedData`: one of ASSOCIATED; SSK-3004 for any other, and beside a filter of Provenance."""
    asked = {one for text in texts for one in text.split(",")}
    if not asked:
        return ""
    if not asked <= set(ASSOCIATED) or len(asked) > 1 or PROVENANCE in filters:
        raise Problem("SSK-3004", name="includeAssociatedData", form=" | ".join(ASSOCIATED))
    return asked.pop()


def elements_in(texts: list[str]) -> dict[str, tuple[str, ...]]:
    """`_elements`: `id,status` of every type, `Patient.name` of one."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (name for text in texts for name in text.split(",") if name):
        owner, dot, element = name.rpartition(".")
        if not element.isidentifier() or (dot and owner not in parameters.number_of()):
            raise Problem("SSK-3004", name="_elements", form="Patient.name,status")
        found[owner] = (*found.get(owner, ()), element)
    return found
