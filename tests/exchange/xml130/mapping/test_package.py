"""A package as a whole: enough resources, every one of them well formed, every reference answered."""

from uuid import UUID

import orjson
import pytest

from sosuckhoe.base.keys import NOBODY, bucket_in, bucket_of
from sosuckhoe.exchange.xml130.mapping import check_in_draft, check_in_drafts, map_package
from sosuckhoe.exchange.xml130.package import Package
from tests.exchange.xml130.mapping import sample
from tests.exchange.xml130.mapping.structure import problems


def kinds(package):
    return [draft.type for draft in sample.mapped(package).drafts]


def references(value):
    """Every literal reference inside a body."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


PACKAGES = {
    "full": sample.full_package,
    "outpatient": sample.outpatient_package,
    "empty": lambda: Package(sample.FACILITY, {"XML1": [{"MA_LK": "LK9"}]}),
    "nothing": lambda: Package("", {}),
    "blank rows": lambda: Package("79001", {f"XML{n}": [{}] for n in range(1, 16)}),
}


@pytest.fixture(params=PACKAGES, name="package")
def _package(request):
    return PACKAGES[request.param]()


def test_every_resource_has_the_structure_of_r4(package):
    found = [problem for body in sample.everything(package) for problem in problems(body)]
    assert found == []


def test_every_reference_is_answered_in_the_package(package):
    bodies = sample.everything(package)
    known = {f"{body['resourceType']}/{body['id']}" for body in bodies}
    known |= {f"Patient/{ref.patient}" for ref in (sample.PEOPLE.patient, *sample.PEOPLE.newborns)}
    asked = {one for body in bodies for one in references(body) if not one.startswith("#")}
    assert asked <= known


def test_a_typical_visit_is_at_least_25_resources():
    made = kinds(sample.outpatient_package(drugs=5, tests=6))
    assert len(made) >= 25
    assert made.count("Condition") == 4
    assert made.count("MedicationRequest") == 5
    assert made.count("Observation") == 7
    assert made.count("DiagnosticReport") == 6
    assert made.count("Encounter") == made.count("ExplanationOfBenefit") == made.count("Provenance") == 1


def test_keys_are_of_the_person_and_different():
    made = sample.mapped(sample.full_package())
    assert len({draft.key for draft in made.drafts}) == len(made.drafts)
    for draft in made.drafts:
        assert bucket_in(draft.key) == bucket_of(draft.person)
        assert draft.body["id"] == str(draft.key)
        assert draft.body["resourceType"] == draft.type
    assert {draft.person for draft in made.registers} == {NOBODY}


def test_a_corrected_package_has_the_same_keys():
    before, after = sample.full_package(), sample.full_package()
    after.tables["XML2"][0]["LIEU_DUNG"] = "1 viên/lần"
    after.tables["XML4"][0]["GIA_TRI"] = "8.1"
    later = sample.RECEIVED.replace(hour=20)
    assert [draft.key for draft in sample.mapped(before).drafts] == [
        draft.key for draft in sample.mapped(after, received=later).drafts
    ]


def test_the_order_of_rows_changes_no_key():
    package, turned = sample.outpatient_package(), sample.outpatient_package()
    for rows in turned.tables.values():
        rows.reverse()
    assert {draft.key for draft in sample.mapped(package).drafts} == {
        draft.key for draft in sample.mapped(turned).drafts
    }


def test_rows_without_numbers_are_told_apart():
    package = sample.outpatient_package(drugs=3)
    for row in package.tables["XML2"]:
        row["STT"], row["MA_THUOC"] = "", "40.1"
    made = [draft.key for draft in sample.mapped(package).drafts if draft.type == "MedicationRequest"]
    assert len(set(made)) == 3


def test_registers_are_the_same_for_every_package():
    one, other = sample.outpatient_package(), sample.outpatient_package()
    other.tables["XML1"][0]["MA_LK"] = "LK0002"
    later = sample.BORN.replace(year=2027)
    first = {draft.key: draft.body for draft in sample.mapped(one).registers}
    second = {draft.key: draft.body for draft in sample.mapped(other, born=later, received=later).registers}
    assert first == second


def test_mapping_changes_neither_the_package_nor_what_was_mapped_before():
    package = sample.full_package()
    before = orjson.dumps(package.tables)
    first = orjson.dumps([draft.body for draft in sample.mapped(package).drafts])
    second = orjson.dumps([draft.body for draft in sample.mapped(package).drafts])
    assert first == second
    assert orjson.dumps(package.tables) == before


def test_the_provenance_names_the_package():
    made = map_package(sample.outpatient_package(), sample.PEOPLE, sample.BORN, sample.RECEIVED, digest="abc")
    provenance = next(draft.body for draft in made.drafts if draft.type == "Provenance")
    assert provenance["entity"][0]["what"]["identifier"]["value"] == "abc"
    assert provenance["recorded"] == "2026-03-02T10:00:00+07:00"


def test_a_check_in_and_its_visit_are_one_encounter():
    row, package = sample.row("XML0"), sample.outpatient_package()
    draft = check_in_draft(row, sample.PEOPLE.patient, sample.BORN)
    visit = next(draft for draft in sample.mapped(package).drafts if draft.type == "Encounter")
    assert draft.key == visit.key
    assert (draft.body["status"], visit.body["status"]) == ("in-progress", "finished")
    assert problems(draft.body) == []
    arrived = check_in_draft(sample.row("XML0", NGAY_VAO_NOI_TRU=""), sample.PEOPLE.patient, sample.BORN)
    assert arrived.body["status"] == "arrived"


def test_a_check_in_brings_the_facility_it_refers_to():
    encounter, facility = check_in_drafts(sample.row("XML0"), sample.PEOPLE.patient, sample.BORN, sample.RECEIVED)
    assert encounter.body["serviceProvider"] == {"reference": f"Organization/{facility.key}"}
    assert isinstance(facility.key, UUID)
