"""What an evaluation knows besides the collection it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem, SemanticProblem
from sosuckhoe.clinical.fhirpath.node import Node
from sosuckhoe.clinical.terminology import Source

Conforms: TypeAlias = Callable[[Node, str, Node], bool]
"""Whether a value conforms to the profile of an address, in this resource; ExecutionProblem when nobody can say."""

_FIXED = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
}
_VALUE_SET = "http://hl7.org/fhir/ValueSet/"
_EXTENSION = "http://hl7.org/fhir/StructureDefinition/"


class Outside(NamedTuple):
    """Who knows value sets and profiles, for expressions that a caller sends: as far as the caller may see them."""

    codes: Source = terminology
    conforms: Conforms | None = None


class Environment:
    """`root` is %resource and %context; `at` is now; `index` and `total` are of the loop that runs.

    `codes` knows value sets, `conforms` profiles.
    """

    __slots__ = ("at", "codes", "conforms", "index", "resolve", "root", "total", "variables")

    def __init__(
        self,
        root: list[Any],
        variables: Mapping[str, list[Any]],
        at: datetime | None,
        resolve: Callable[[str], dict[str, Any] | None] | None,
        codes: Source = terminology,
        conforms: Conforms | None = None,
    ) -> None:
        self.root = root
        self.variables = variables
        self.at = at
        self.resolve = resolve
        self.codes = codes
        self.conforms = conforms
        self.index = 0
        self.total: list[Any] = []

    def moment(self) -> datetime:
        """The moment that was given; ExecutionProblem when none was."""
        if self.at is None:
            raise ExecutionProblem("now")
        return self.at

    def variable(self, name: str) -> list[Any]:
        """`%name`; SemanticProblem when there is none."""
        if name in self.variables:
            return list(self.variables[name])
        if name in {"resource", "context", "rootResource"}:
            return self.root
        if name in _FIXED:
            return [_FIXED[name]]
        if name.startswith("vs-"):
            return [_VALUE_SET + name[3:]]
        if name.startswith("ext-"):
            return [_EXTENSION + name[4:]]
        raise SemanticProblem(f"%{name}")


Run: TypeAlias = Callable[[list[Any], Environment], list[Any]]
"""A compiled expression: from what $this is to what it yields."""
