"""Synthea's bundles go in by transaction and in bulk, and come back by $everything and by $export as they were sent."""

from click.testing import CliRunner

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.clinical import jsontext
from sosuckhoe.clinical.bulk import export, loader
from sosuckhoe.clinical.bulk.wanted import Wanted
from sosuckhoe.clinical.command import fhir
from tests.clinical import synthea

REGISTERS = {"Organization", "Practitioner"}


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
    return in_files(folder / one.name for one in made.files)


def in_files(places):
    lines = [jsontext.read(raw) for place in places for raw in place.read_bytes().splitlines()]
    return {(one["resourceType"], one["id"]): synthea.compared(one, {}) for one in lines}


def test_what_went_in_by_transaction_comes_back(client, tmp_path):
    wanted = {}
    for place in synthea.files():
        one = sent(client, place)
        (patient,) = [name for kind, name in one if kind == "Patient"]
        found = everything(client, patient)
        assert {name: one[name] for name in found if name in one} == {
            name: found[name] for name in found if name in one
        }
        assert {name for name in one if name[0] not in REGISTERS} <= set(found)
        wanted |= one
    assert exported(tmp_path) == wanted


def test_what_went_in_by_bulk_comes_back_by_the_command_and_by_everything(client, tmp_path):
    assert loader.load_files(PROGRAM, [synthea.FOLDER]).done.refused == []
    told = CliRunner().invoke(fhir, ["export", str(tmp_path / "all")])
    assert told.exit_code == 0, told.output
    wanted = synthea.all_sent()
    assert in_files((tmp_path / "all").iterdir()) == wanted
    assert CliRunner().invoke(fhir, ["export", str(tmp_path / "all")]).exception.number == "SSK-5011"
    patients = [name for kind, name in wanted if kind == "Patient"]
    together = {}
    for patient in patients:
        together |= everything(client, patient)
    assert len(patients) == len(synthea.files())
    assert together == {name: body for name, body in wanted.items() if name in together}
    assert {name for name in wanted if name not in together} <= {name for name in wanted if name[0] in REGISTERS}
