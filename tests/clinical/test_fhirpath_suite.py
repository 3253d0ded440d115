"""HL7's FHIRPath suite for R4, one case one test; `exceptions.yaml` names those that fail, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from lxml import etree

from sosuckhoe.clinical.fhirpath import FhirPathProblem, Node, compile_expression, single
from sosuckhoe.clinical.fhirpath.convert import to_text
from sosuckhoe.clinical.fhirpath.node import plain, system_type

PLACE = Path(__file__).parents[1] / "cases" / "fhirpath"
CASES = list(etree.parse(PLACE / "tests-fhir-r4.xml").iter("test"))
EXCEPTIONS = yaml.safe_load((PLACE / "exceptions.yaml").read_text(encoding="utf-8")) or {}
AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
INPUTS = {
    place.stem: json.loads(place.read_text(encoding="utf-8"), parse_float=Decimal)
    for place in (PLACE / "inputs").iterdir()
}


def case_ids():
    """Group and name; a name that a group has twice gets its number."""
    seen = {}
    for case in CASES:
        name = f"{case.getparent().get('name')}/{case.get('name')}"
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}"


IDS = list(case_ids())


def fails(case):
    """What is wrong with the answer to a case, or None."""
    asked = case.find("expression")
    resource = INPUTS[(case.get("inputfile") or "patient-example.xml").rpartition(".")[0]]
    wrong = asked.get("invalid")
    try:
        expression = compile_expression(asked.text)
        if case.get("mode") == "strict" or wrong == "semantic":
            expression.check(resource["resourceType"], ordered=case.get("checkOrderedFunctions") == "true")
        answer = expression.evaluate(resource, at=AT)
    except FhirPathProblem as problem:
        return None if wrong else f"{problem.number} {problem.places}"
    if wrong:
        return f"no error but {[written(one) for one in answer]}"
    return differs(case, answer)


def differs(case, answer):
    if case.get("predicate") == "true":
        answer = [single.truth(answer, "predicate") is True]
    wanted = [(one.get("type"), one.text or "") for one in case.findall("output")]
    found = [(kind(one), written(one)) for one in answer]
    if case.get("ordered") == "false":
        wanted, found = sorted(wanted, key=lambda one: one[1]), sorted(found, key=lambda one: one[1])
    is_same = len(wanted) == len(found) and all(agree(*pair) for pair in zip(wanted, found, strict=True))
    return None if is_same else f"wanted {wanted}, found {found}"


def agree(wanted, found):
    if wanted[0] is not None and wanted[0] != found[0]:
        return False
    text = wanted[1].removeprefix("@").removeprefix("T")
    if found[0] in {"decimal", "integer"}:
        return Decimal(text) == Decimal(found[1])
    return text == found[1]


def kind(one):
    if isinstance(one, Node):
        return one.type
    name = system_type(one)
    return name if name == "Quantity" else name[0].lower() + name[1:]


def written(one):
    value = plain(one)
    return to_text(value) if not isinstance(value, Node) else value.type


@pytest.mark.parametrize(("name", "case"), list(zip(IDS, CASES, strict=True)), ids=IDS)
def test_case(name, case):
    found = fails(case)
    if name in EXCEPTIONS:
        assert found, "this case passes: take it out of exceptions.yaml"
    else:
        assert found is None


def test_the_suite_is_whole_and_every_exception_is_a_case_with_a_reason():
    assert len(CASES) == 935
    assert set(EXCEPTIONS) <= set(IDS)
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def test_a_type_that_is_wrong_is_seen():
    case = etree.fromstring('<test><output type="code">male</output></test>')
    assert differs(case, ["male"])
    assert differs(case, [Node("male", "code")]) is None
