"""Whether a value conforms to a profile, as conformsTo() asks. https://hl7.org/fhir/R4/fhirpath.html#functions"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Conforms, ExecutionProblem, Node, types
from sosuckhoe.clinical.fhirpath.allowance import TIME_OVER
from sosuckhoe.clinical.validation import conform, findings, tree
from sosuckhoe.clinical.validation.scope import Scope, Told

MOST_DEEP = 8
"""Rules that ask conformsTo() of profiles whose rules ask it again: deeper than this nothing is decided."""


def knowing(told: Told) -> Told:
    """The same, and conformsTo() knows the profiles that `told` knows."""
    return replace(told, conforms=lambda scope: partial(_conforms, scope))


def outside(told: Told) -> Conforms:
    """Answers conformsTo() in expressions that are no rules: of patches, of questions."""
    knows = knowing(told)
    return lambda node, url, around: _conforms(Scope(knows, around, around), node, url, around)


def _conforms(scope: Scope, node: Node, url: str, _around: Node) -> bool:
    """Raises ExecutionProblem for a profile that nobody has, or one too deep; SSK-3481 when the time is over."""
    if scope.deep >= MOST_DEEP or tree.profile_of(url, scope.told) is None:
        raise ExecutionProblem("conformsTo")
    inner = replace(scope, deep=scope.deep + 1)
    if types.is_resource(node.type) and node.value is not scope.resource.value:
        inner = inner.below(node, is_contained=False)
    for found in conform.issues(node, url, "", inner):
        if found.number == findings.TOO_COSTLY:
            raise Problem(TIME_OVER)
        if found.severity == findings.ERROR:
            return False
    return True
