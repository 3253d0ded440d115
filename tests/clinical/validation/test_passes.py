"""Quick ways of asking agree with the slow and plain ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from sosuckhoe.clinical import structure
from sosuckhoe.clinical.fhirpath import FhirPathProblem
from sosuckhoe.clinical.validation import check, facts, findings, invariants, quick, walk
from sosuckhoe.clinical.validation.scope import Told, scope_of
from sosuckhoe.clinical.validation.terms import BUILT_IN
from tests.cheaply import cheaply
from tests.clinical.validation.samples import SAMPLES, broken, inputs

TOLD = Told(datetime(2026, 11, 22, 8, 30, tzinfo=UTC), BUILT_IN)
RESOURCES = [*SAMPLES.values(), *inputs().values()]
ASKED = {"ref-1", "dom-2", "dom-4", "dom-5", "dom-6", "ext-1", "per-1"}
"""What stands in Python beside its FHIRPath; dom-3 is told apart by hand, txt-1 is the test of narratives."""


@given(broken(RESOURCES))
def test_what_the_quick_pass_is_sure_of_has_no_error(resource):
    if structure.issues(resource, resource["resourceType"]):
        return
    errors = [one for one in walk.issues(resource, TOLD) if one.severity == findings.ERROR]
    assert quick.is_sure(resource, TOLD) == (not errors)


def rules_of(node):
    home = "DomainResource" if "." not in node.type and node.type[0].isupper() else node.type
    return {*facts.rules_at(node.type), *facts.rules_at(home), *facts.rules_at("Extension")} - {None}


@given(broken(RESOURCES))
def test_a_rule_without_fhirpath_says_what_its_expression_says(resource):
    if structure.issues(resource, resource["resourceType"]):
        return
    scope = scope_of(resource, TOLD)
    for node, place, inner in check.everything(scope.resource, resource["resourceType"], scope):
        if not isinstance(node.value, dict):
            continue
        for rule in facts.rules_at(node.type):
            if rule.key in invariants.NATIVE and rule.key not in ASKED:
                continue
            by_path = invariants.by_path(rule.expression, node.type)
            try:
                wanted = by_path(node.value, inner)
            except FhirPathProblem:
                continue
            assert invariants.test_of(rule, node.type, watched=False)(node.value, inner) == wanted, (rule.key, place)


def all_rules():
    keys = {rule for path in facts._base()["at"] for rule in facts.rules_at(path)}
    return sorted(keys)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.key)
def test_every_rule_compiles(rule):
    invariants.by_path(rule.expression, "Patient")


def test_many_contained_resources_that_name_each_other_are_checked_in_time():
    many = range(4_000)
    held = [
        {"resourceType": "Observation", "id": f"o{one}", "status": "final", "code": {"text": "x"}}
        | {"hasMember": [{"reference": f"#o{(one + 1) % len(many)}"}]}
        for one in many
    ]
    whole = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "contained": held}
    whole["hasMember"] = [{"reference": f"#o{one}"} for one in many]
    assert cheaply(lambda: wrong_places(whole), seconds=3) == []
    held[5] = {"resourceType": "Patient", "id": "o5"}
    assert wrong_places(whole) == ["Observation.contained[4].hasMember[0]", "Observation.hasMember[5]"]


def wrong_places(resource):
    found = walk.issues(resource, TOLD)
    return sorted(one.place for one in found if one.severity == findings.ERROR)
