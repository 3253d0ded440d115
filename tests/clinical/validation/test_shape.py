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
