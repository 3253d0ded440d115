"""Another Patient's reference in a body changes its tokens, and only its tokens, as a new write would make them."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import renaming
from sosuckhoe.clinical.search.extract import extract
from sosuckhoe.clinical.search.parameters import of, types

GONE, KEEP = "0aa1-gone", "0bb2-keep"
PATHS = sorted(
    (type_name, path.steps)
    for type_name in types()
    for parameter in of(type_name).values()
    for path in parameter.paths
    if path.leaf == "Reference" and (type_name, path.steps) in renaming.paths()
)


def bodies(type_name, steps):
    """A body with a reference at a path; elements once as a value and once as a list of one."""
    for wrap in (lambda value: value, lambda value: [value]):
        value = {"reference": f"Patient/{GONE}"}
        for step in reversed(steps.split(".")):
            value = {step: wrap(value)}
        yield {"resourceType": type_name, "id": "1", "status": "final", **value}


def numbers(found):
    return {int.from_bytes(one[4:], "big", signed=True) for one in found.tokens}


def named(value, name):
    if isinstance(value, dict):
        return {key: named(part, name) for key, part in value.items()}
    if isinstance(value, list):
        return [named(part, name) for part in value]
    return f"Patient/{name}" if value == f"Patient/{GONE}" else value


def test_every_path_that_leads_to_a_patient_is_swapped():
    seen = set()
    for type_name, steps in PATHS:
        for body in bodies(type_name, steps):
            before, after = extract(type_name, body), extract(type_name, named(body, KEEP))
            swapped = renaming.swaps(type_name, {GONE: KEEP})
            assert {swapped.get(token, token) for token in numbers(before)} == numbers(after), (type_name, steps)
            assert before._replace(tokens=set()) == after._replace(tokens=set()), (type_name, steps)
            if numbers(before) != numbers(after):
                seen.add(type_name)
    assert len(seen) > 60
    assert seen <= set(types())


PLAIN = b'{"subject":{"reference":"Patient/1"},"status":"final"}'


@pytest.mark.parametrize(
    ("type_name", "body", "is_plain"),
    [
        ("Observation", PLAIN, True),
        ("Observation", PLAIN.replace(b"Patient/1", b"https://other.example/fhir/Patient/1"), False),
        ("Observation", b'{"note":[{"text":"see Patient/1"}]}', False),
        ("Observation", PLAIN.replace(b"Patient/1", b"Patient/11"), True),
        ("Bundle", PLAIN, False),
        ("Patient", PLAIN, False),
    ],
)
@pytest.mark.django_db
def test_what_names_a_patient_otherwise_goes_the_whole_way(type_name, body, is_plain):
    assert renaming.is_plain(type_name, body, [b'Patient/1"']) is is_plain
