"""What the validator is told besides the resource: the resource around an element, the moment, and what others know."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.fhirpath import Allowance, Node
from sosuckhoe.clinical.fhirpath.environment import Conforms, Environment
from sosuckhoe.clinical.terminology import Source


class Terms(Protocol):
    """Who knows value sets; the pure part knows none."""

    def has(self, url: str, system: str | None, code: str) -> bool | None:
        """Whether a value set has a code; without a system, in any of its systems. None when nobody can say."""


class Unknown:
    """Terms of who knows no value set."""

    def has(self, url: str, system: str | None, code: str) -> bool | None:  # noqa: ARG002 -- it answers for none
        return None


@dataclass(frozen=True)
class Told:
    """Who knows what: the same for a whole check. `profile` finds the StructureDefinition of a canonical address.

    `codes` is asked by FHIRPath; `allowance` is what rules of profiles may cost in all. `conforms`
    answers conformsTo() within a scope.
    """

    at: datetime
    terms: Terms = field(default_factory=Unknown)
    codes: Source = terminology
    allowance: Allowance = field(default_factory=lambda: Allowance(math.inf))
    profile: Callable[[str], dict[str, Any] | None] = lambda _url: None
    resolve: Callable[[str], dict[str, Any] | None] = lambda _text: None
    conforms: Callable[[Scope], Conforms] | None = None


@dataclass(frozen=True)
class Scope:
    """The resource that an element stands in (%resource), and the one that contains this (%rootResource).

    `deep`: through how many conformsTo() one came here.
    """

    told: Told
    resource: Node
    root: Node
    deep: int = 0

    @cached_property
    def environment(self) -> Environment:
        return self._environment({"rootResource": [self.root]})

    def environment_at(self, node: Node, **more: Node) -> Environment:
        """For expressions that name %context, and `more` by its name."""
        told = {name: [one] for name, one in more.items()}
        return self._environment({"rootResource": [self.root], "context": [node], **told})

    def _environment(self, variables: Mapping[str, list[Any]]) -> Environment:
        told = self.told
        conforms = told.conforms(self) if told.conforms else None
        return Environment([self.resource], variables, told.at, told.resolve, told.codes, conforms)

    @cached_property
    def contained(self) -> Mapping[str, str]:
        """The types of what the root contains, by id; of equal ids the first counts."""
        held = reversed(self.root.value.get("contained") or ())
        return {one["id"]: one["resourceType"] for one in held if isinstance(one.get("id"), str)}

    def below(self, node: Node, *, is_contained: bool) -> Scope:
        """The scope of a resource inside this one. What has the same root knows what that contains."""
        inner = replace(self, resource=node, root=self.root if is_contained else node)
        if is_contained:
            vars(inner)["contained"] = self.contained
        return inner


def scope_of(resource: dict[str, Any], told: Told) -> Scope:
    """The scope of a resource that stands for itself."""
    node = Node(resource, resource["resourceType"])
    return Scope(told, node, node)
