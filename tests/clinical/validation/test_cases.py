"""One broken resource for each kind of rule (`tests/cases/validation/cases.yaml`): what is found, and where."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from sosuckhoe.clinical.validation import check
from sosuckhoe.clinical.validation.scope import Told

TOLD = yaml.safe_load((Path(__file__).parents[2] / "cases" / "validation" / "cases.yaml").read_text(encoding="utf-8"))
AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
SETS = {
    "http://hl7.org/fhir/ValueSet/condition-clinical": {"active", "resolved"},
    "http://hl7.org/fhir/ValueSet/marital-status": {"M", "S"},
    "http://hl7.org/fhir/ValueSet/observation-vitalsignresult": {"85354-9", "8480-6", "8462-4"},
    "http://hl7.org/fhir/ValueSet/ucum-vitals-common": {"mm[Hg]"},
}


class Terms:
    """A few value sets, without regard to systems."""

    def has(self, url, system, code):
        return code in SETS[url] if url in SETS else None


def resource(case):
    made = {**(case.get("whole") or TOLD["of"][case["of"]]), **case.get("change", {})}
    return {key: value for key, value in made.items() if value is not None}


def shown(issue):
    rule = dict(issue.told).get("rule")
    return [issue.number, issue.place, *([rule] if rule else [])]


@pytest.mark.parametrize("name", TOLD["cases"])
def test_case(name):
    case = TOLD["cases"][name]
    found = check.issues(resource(case), Told(AT, Terms()))
    assert [shown(one) for one in found] == case["found"]
