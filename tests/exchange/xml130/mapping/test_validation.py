"""What the mapping makes passes the whole validator: no error, and no warning but those that are meant."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from sosuckhoe.clinical.validation import check
from sosuckhoe.clinical.validation.scope import Told
from sosuckhoe.clinical.validation.terms import BUILT_IN
from tests.exchange.xml130.mapping import sample

TOLD = Told(datetime(2026, 11, 22, tzinfo=UTC), BUILT_IN)
MEANT = {
    ("SSK-3240", "dom-6"),  # a resource made from a row of codes has no narrative
    ("SSK-3240", "con-3"),  # a diagnosis of a closed visit has no clinical status that the file tells
    ("SSK-3242", "http://hl7.org/fhir/ValueSet/security-labels"),  # the four groups of QĐ 31/2026 are labels of our own
    ("SSK-3242", "http://hl7.org/fhir/ValueSet/coverage-class"),
    ("SSK-3242", "http://hl7.org/fhir/ValueSet/identifier-type"),
}
"""Extensible sets are left where Vietnam has something that they lack."""


def found_in(bodies):
    found = Counter()
    for body in bodies:
        for issue in check.issues(body, TOLD):
            if issue.severity != "information":
                told = dict(issue.told)
                found[issue.severity, issue.number, told.get("rule") or told.get("set", ""), issue.place] += 1
    return found


@pytest.mark.parametrize("package", [sample.full_package, sample.outpatient_package])
def test_a_package_has_no_errors_and_only_meant_warnings(package):
    found = found_in(sample.everything(package()))
    assert {key for key in found if key[0] == "error" or key[1:3] not in MEANT} == set()
