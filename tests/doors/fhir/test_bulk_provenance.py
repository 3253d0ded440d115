"""Bulk export with the Provenance of what is exported (`includeAssociatedData`)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sosuckhoe.clinical import actions
from tests.clinical.made import AT, draft, observation, patient
from tests.doors.fhir.test_bulk import finished, folder, lines  # noqa: F401 -- a fixture

LATEST, RELEVANT = "LatestProvenanceResources", "RelevantProvenanceResources"
OTHER = 99
HIV = {"security": [{"code": "HIV"}]}


def provenance(name, recorded, *targets, person=4711, **more):
    return draft(
        "Provenance",
        name,
        person=person,
        target=[{"reference": f"{one.type}/{one.key}"} for one in targets],
        recorded=f"2026-05-{recorded:02}T10:00:00+07:00",
        agent=[{"who": {"display": "An"}}],
        **more,
    )


@pytest.fixture
def origins(stored):
    """Where Alice's results come from, told twice, and what is not hers or not of a resource that is exported."""
    a, b, visit = observation("a"), observation("b"), draft("Encounter", "visit", status="finished")
    theirs = observation("o", person=OTHER)
    made = [
        provenance("first", 1, a),
        provenance("second", 2, a, visit),
        provenance("both", 3, b),
        provenance("visit", 4, visit),
        provenance("hidden", 5, b, meta=HIV),
        provenance("theirs", 6, theirs, person=OTHER),
        provenance("nothing", 7, observation("gone")),
    ]
    actions.put_many([b, visit, patient(OTHER), theirs, *made], AT)
    return {str(one.key): name for one, name in zip(made, NAMES, strict=True)}


NAMES = ("first", "second", "both", "visit", "hidden", "theirs", "nothing")


def told(client, who, origins, query, path="/Patient/$export"):
    found = lines(client, who, finished(client, who, f"{path}?{query}"))
    rest = {one["resourceType"] for one in found} - {"Provenance"}
    return {origins[one["id"]] for one in found if one["resourceType"] == "Provenance"}, rest


@pytest.mark.parametrize(
    ("which", "types", "along"),
    [
        (RELEVANT, "Observation", {"first", "second", "both", "hidden"}),
        (LATEST, "Observation", {"second", "hidden"}),
        (RELEVANT, "Encounter", {"second", "visit"}),
        (LATEST, "Encounter,Provenance", {"visit"}),
        (LATEST, "Patient", set()),
    ],
)
def test_it_goes_along_with_what_is_exported(client, origins, which, types, along):
    found, rest = told(client, "alice", origins, f"_type={types}&includeAssociatedData={which}")
    assert (found, rest) == (along, set(types.split(",")) - {"Provenance"})


def test_of_every_type_only_what_belongs_to_something_goes_along(client, origins):
    found, rest = told(client, "program", origins, f"includeAssociatedData={RELEVANT}", "/$export")
    assert found == set(NAMES) - {"nothing"}
    assert rest == {"Encounter", "Observation", "Patient"}
    assert told(client, "program", origins, "_type=Provenance", "/$export")[0] == set(NAMES)


def test_rights_and_filters_hold_for_it_too(client, origins):
    found, _ = told(client, "hospital", origins, f"_type=Observation&includeAssociatedData={RELEVANT}")
    assert found == {"first", "second", "both"}
    found, _ = told(client, "stranger", origins, f"includeAssociatedData={RELEVANT}")
    assert found == set()
    query = f"_typeFilter=Observation%3F_id%3D{observation('b').key}&includeAssociatedData={RELEVANT}"
    assert told(client, "hospital", origins, query)[0] == {"both"}


def test_since_is_of_the_resource_and_not_of_its_provenance(client, origins):
    later = AT + timedelta(hours=1)
    actions.put_many([observation("a", status="amended")], later)
    since = (AT + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found, rest = told(client, "alice", origins, f"_since={since}&includeAssociatedData={RELEVANT}")
    assert (found, rest) == ({"first", "second"}, {"Observation"})
