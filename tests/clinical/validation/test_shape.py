"""The quick pass and the pass that explains never disagree."""

from __future__ import annotations

import pytest
from hypothesis import given

from sosuckhoe.clinical import shape, structure
from tests.clinical.validation.samples import SAMPLES, broken, inputs

ALL = [*SAMPLES.values(), *inputs().values()]


@given(broken(ALL))
def test_what_the_quick_pass_is_sure_of_has_no_fault(resource):
    faults = structure.issues(resource, resource["resourceType"])
    assert not (shape.is_sure(resource, resource["resourceType"]) and faults)


@pytest.mark.parametrize("name", sorted(set(inputs()) - {"patient-name-extensions"}))
def test_the_quick_pass_is_sure_of_ordinary_resources(name):
    resource = inputs()[name]
    faults = structure.issues(resource, resource["resourceType"])
    assert shape.is_sure(resource, resource["resourceType"]) == (not faults)


@pytest.mark.parametrize(
    "coding",
    [
        {"system": "urn:s", "code": "a b ", "display": "x"},
        {"system": "urn:s", "code": "a", "display": ["x"]},
        {"system": "urn:s", "code": True, "display": "x"},
        {"system": "u r n", "code": "a", "display": "x"},
        {"code": "a", "display": "x", "version": ""},
        {"system": "urn:s", "code": "a", "userSelected": "x"},
    ],
)
def test_a_coding_that_was_seen_does_not_vouch_for_another(coding):
    for one, is_right in (({"system": "urn:s", "code": "a", "display": "x"}, True), (coding, False)) * 2:
        resource = {"resourceType": "Basic", "code": {"coding": [one]}}
        assert shape.is_sure(resource, "Basic") == is_right
        assert (structure.issues(resource, "Basic") == []) == is_right


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(shape, "_MOST_REMEMBERED", 3)
    for number in range(9):
        coding = {"system": f"urn:{number}", "code": f"{number}", "display": "x" * 60 * number + "y"}
        for code, is_right in ((coding, True), ({**coding, "code": " "}, False)):
            resource = {"resourceType": "Basic", "code": {"coding": [code]}}
            assert shape.is_sure(resource, "Basic") == is_right


def test_nulls_in_lists_are_left_to_the_slow_pass():
    assert not shape.is_sure(SAMPLES["patient"], "Patient")
    assert structure.issues(SAMPLES["patient"], "Patient") == []


@given(broken([{"resourceType": "Patient", "birthDate": "2024-02-29", "deceasedBoolean": True}]))
def test_refused_is_what_the_slow_pass_finds(resource):
    faults = structure.issues(resource, "Patient")
    if faults:
        with pytest.raises(structure.Invalid) as caught:
            structure.check(resource, "Patient")
        assert caught.value.issues == faults
    else:
        structure.check(resource, "Patient")
