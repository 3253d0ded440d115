"""Every field of the decisions has a decision of ours, and every decision is true."""

from collections import Counter
from pathlib import Path

import pytest

from sosuckhoe.base import facts
from sosuckhoe.exchange.xml130 import mapping
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.mapping import check_in_drafts, claim_of_check_in, patient_body
from tests.exchange.xml130.mapping import sample
from tests.exchange.xml130.mapping.structure import definitions

MAP = facts.read_csv(Path(mapping.__file__).parent / "data" / "field_map.csv")
MAPPED = [(entry["table"], entry["field"], entry["place"]) for entry in MAP if entry["decision"] == "mapped"]
KEPT = [(entry["table"], entry["field"]) for entry in MAP if entry["decision"] == "kept"]
FIELDS = {(field.table, field.name): field for table in TABLES.values() for field in table.fields}
OTHER = {("XML1", "NHOM_MAU"): "A-", ("XML3", "MA_GIUONG"): "H013", ("XML3", "MA_VAT_TU"): "N06.01.021"}


def other(table, name, value):
    """Another value that the field allows."""
    if (table, name) in OTHER:
        return OTHER[table, name]
    if FIELDS[table, name].date_format:
        return value[:7] + _next(value[7]) + value[8:]
    if value[-1].isdigit():
        return value[:-1] + _next(value[-1])
    return value + " khác"


def _next(digit):
    return "8" if digit == "9" else str(int(digit) + 1)


def bodies(tables):
    """Everything that a package, or a check-in, becomes."""
    if "XML0" in tables:
        row = tables["XML0"][0]
        drafts = check_in_drafts(row, sample.PEOPLE.patient, sample.BORN, sample.RECEIVED)
        return [draft.body for draft in drafts] + [patient_body(claim_of_check_in(row), sample.PEOPLE.patient.patient)]
    package = sample.full_package()
    package.tables = tables
    return sample.everything(package)


def at(resources, place):
    """What stands at a place ('Observation.value') in all resources, however often."""
    kind, *steps = place.split(".")
    values = [body for body in resources if body["resourceType"] == kind]
    for step in steps:
        values = [inner for value in values for inner in _step(value, step)]
    return Counter(map(repr, values))


def _step(value, step):
    found = [
        inner for name, inner in value.items() if name == step or (name.startswith(step) and name[len(step)].isupper())
    ]
    return [one for inner in found for one in (inner if isinstance(inner, list) else [inner])]


def tables_of(table):
    return {"XML0": sample.rows("XML0")} if table == "XML0" else sample.full_package().tables


def changed(table, name, nth):
    """The sample with one field of one row changed; None when that row leaves the field empty."""
    tables = tables_of(table)
    row = tables[table][nth]
    if not row[name]:
        return None
    row[name] = other(table, name, row[name])
    return bodies(tables)


def test_the_map_and_the_decisions_name_the_same_481_fields():
    assert [(entry["table"], entry["field"]) for entry in MAP] == list(FIELDS)
    assert len(MAP) == 481


def test_every_field_has_one_of_three_decisions_and_what_it_needs():
    for entry in MAP:
        assert entry["decision"] in {"mapped", "kept", "refused"}, entry
        assert bool(entry["place"]) == (entry["decision"] == "mapped"), entry
        assert bool(entry["reason"]) == (entry["decision"] != "mapped"), entry


@pytest.mark.parametrize("place", sorted({place for _, _, place in MAPPED}))
def test_every_place_is_an_element_of_fhir(place):
    elements, _ = definitions()
    kind, *steps = place.split(".")
    for step in steps:
        name = next(known for known in elements[kind] if known in {step, f"{step}[x]"})
        kind = elements[kind][name][0].removeprefix("@")


@pytest.mark.parametrize(("table", "name", "place"), MAPPED, ids=lambda value: value)
def test_a_mapped_field_changes_its_place(table, name, place):
    before = at(bodies(tables_of(table)), place)
    after = [changed(table, name, nth) for nth in range(len(sample.rows(table)))]
    assert any(resources is not None and at(resources, place) != before for resources in after)


@pytest.mark.parametrize(("table", "name"), [field for field in KEPT if field[1] != "STT"], ids=lambda value: value)
def test_a_kept_field_changes_nothing(table, name):
    before = bodies(tables_of(table))
    for nth in range(len(sample.rows(table))):
        after = changed(table, name, nth)
        assert after is None or after == before
