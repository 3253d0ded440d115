"""Synthea's bundles go in by transaction and come back by $everything and by $export as they were sent."""

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.clinical.bulk import export, line
from sosuckhoe.clinical.bulk.wanted import Wanted
from tests.clinical import synthea

FEW = [place for place in synthea.files() if place.name.startswith(("Antonio", "Chauncey"))]


def sent(client, place):
    """The resources of a bundle as they must come back: (type, new id) → content."""
    bundle = synthea.bundle(place)
    answer = client.ask("program", "POST", "", bundle)
    assert answer.status_code == 200, answer.text
    made = [entry["response"]["location"].split("/fhir/")[1].split("/")[:2] for entry in answer.json["entry"]]
    entries = bundle["entry"]
    links = {one["fullUrl"]: "/".join(name) for one, name in zip(entries, made, strict=True)}
    return {tuple(name): synthea.compared(one["resource"], links) for one, name in zip(entries, made, strict=True)}


def everything(client, patient):
    """All pages of one person."""
    path = f"/Patient/{patient}/$everything"
    found = {}
    while path:
        page = client.ask("program", "GET", path).json
        for entry in page["entry"]:
            one = entry["resource"]
            found[one["resourceType"], one["id"]] = synthea.compared(one, {})
        after = [link["url"] for link in page.get("link", ()) if link["relation"] == "next"]
        path = after[0].partition("/fhir")[2] if after else ""
    return found


def exported(folder):
    made = export.write(PROGRAM, Wanted(), folder, clock.now(), going=lambda _count: None)
    lines = [line.read(raw) for one in made.files for raw in (folder / one.name).read_bytes().splitlines()]
    return {(one["resourceType"], one["id"]): synthea.compared(one, {}) for one in lines}


@pytest.mark.parametrize(
    "places", [pytest.param(FEW, id="two"), pytest.param(synthea.files(), id="all", marks=pytest.mark.long)]
)
def test_what_went_in_by_transaction_comes_back(client, places, tmp_path):
    wanted = {}
    for place in places:
        one = sent(client, place)
        (patient,) = [name for kind, name in one if kind == "Patient"]
        found = everything(client, patient)
        assert {name: one[name] for name in found if name in one} == {
            name: found[name] for name in found if name in one
        }
        registers = {"Organization", "Practitioner"}
        assert {name for name in one if name[0] not in registers} <= set(found)
        wanted |= one
    assert exported(tmp_path) == wanted
