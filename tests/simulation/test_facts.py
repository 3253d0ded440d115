"""The facts close on each other: nothing is named that is not described, nothing described that is not used."""

import csv
import re
from pathlib import Path

import pytest

import sosuckhoe.clinical
from sosuckhoe.base.facts import demand_source
from sosuckhoe.exchange.xml130.format import EDITIONS
from sosuckhoe.simulation import facilities, facts, motherhood
from sosuckhoe.simulation.dosing import prescribe

CLINICAL = Path(sosuckhoe.clinical.__file__).parent / "data"
MOTHERHOOD = facts.table("illnesses/motherhood")
SHORT = [
    *facts.illnesses().values(),
    *(motherhood._illness(name) for name in ("antenatal", "threatened", "newborn")),
    motherhood.birth_illness("delivery"),
    motherhood.birth_illness("cesarean"),
]
LONG = list(facts.longterm().values())


def codes():
    found = set(MOTHERHOOD["birth"]["codes_of_twins"].values())
    for illness in [*SHORT, *LONG]:
        found |= set(illness.codes.things) | {code for code, _ in illness.companions}
    return found


def clinical_codes(file):
    with (CLINICAL / file).open(encoding="utf-8") as lines:
        return {row["code"].rstrip("†*") for row in csv.DictReader(lines)}


def test_every_diagnosis_has_its_name_and_every_name_is_used():
    assert set(facts.diagnosis_names()) == codes()


def test_diagnoses_and_procedures_are_in_the_ministrys_lists():
    assert codes() <= clinical_codes("icd10_vn.csv")
    procedures = {service.procedure for service in facts.services().values() if service.procedure}
    assert procedures <= clinical_codes("icd9cm_vn.csv")


def drugs_in_use():
    found = {"vitamin_k_child"} & set(MOTHERHOOD["newborn"]["always"])
    for illness in SHORT:
        found |= {key for key, _ in (*illness.drugs, *illness.ward_drugs, *illness.first_drugs)}
    for illness in LONG:
        found |= {key for key, _ in illness.extras} | set(illness.child_regimen) | set(illness.later_regimen)
        found |= set(illness.session_drugs) | {key for regimen in illness.regimens for key in regimen}
    return found | {facts.drugs()[key].child for key in found if facts.drugs()[key].child}


def test_every_drug_is_described_and_given():
    assert drugs_in_use() == set(facts.drugs())


def services_in_use():
    found = {"bed_medicine", "bed_children", "bed_women", "bed_surgery", "bed_day", "bed_station", "delivery"}
    found |= {"exam_children", *MOTHERHOOD["newborn"]["services"]}
    for illness in SHORT:
        found |= {key for key, _ in (*illness.tests, *illness.pictures, *illness.services)}
        found |= {illness.exam, illness.surgery, *illness.ward_services, *illness.ward_once, *illness.sessions}
    for illness in LONG:
        found |= {entry[0] for entry in (*illness.tests, *illness.pictures)} | {illness.exam, *illness.sessions}
    return found - {""}


def test_every_service_is_described_and_used():
    assert services_in_use() == set(facts.services())


def test_every_laboratory_service_has_lines_and_every_picture_a_normal_report():
    by_kind = {}
    for key, service in facts.services().items():
        by_kind.setdefault(service.kind, set()).add(key)
    assert set(facts.indicators()) == by_kind["lab"]
    assert set(facts.table("findings")["normal"]) == by_kind["imaging"] | by_kind["function"]


def test_what_an_illness_moves_is_measured():
    lines = {line.key for lines in facts.indicators().values() for line in lines}
    for illness in SHORT:
        assert illness.shift.keys() | illness.positive.keys() <= lines, illness.key
    for illness in LONG:
        assert illness.level.keys() | illness.positive.keys() <= lines, illness.key


@pytest.mark.parametrize("illness", SHORT[:34], ids=lambda illness: illness.key)
def test_rates_and_seasons_have_their_length(illness):
    assert len(illness.rate) == len(facts.BANDS) + 1
    assert len(illness.season) == 12
    assert illness.stay[0] <= illness.stay[1]


def test_chances_are_chances():
    for illness in SHORT:
        for chances in (illness.drugs, illness.ward_drugs, illness.tests, illness.pictures, illness.companions):
            assert all(0 < chance <= 1 for _, chance in chances), illness.key
    for illness in LONG:
        assert all(0 < chance <= 1 and each >= 1 for _, chance, each in illness.tests), illness.key
        assert all(0 <= share < 0.5 for share in illness.share), illness.key


def test_facilities_name_services_and_vendors_that_exist():
    for kind in facilities.kinds().values():
        named = set(kind.get("missing", ())) | set(kind.get("lab", ())) | set(kind.get("pictures", ()))
        assert named <= set(facts.services())
    vendors = facts.table("vendors")["vendors"]
    used = {vendor for choices in facts.table("facilities")["vendors"].values() for vendor in choices}
    assert used == set(vendors)
    for habits in vendors.values():
        assert set(habits["edition"].values()) <= set(EDITIONS)
        assert list(habits["edition"]) == sorted(habits["edition"])


def test_every_list_has_its_source():
    for path in facts.DATA.glob("*.csv"):
        demand_source(path)


@pytest.mark.parametrize("drug", [drug for drug in facts.drugs().values() if drug.mg_unit], ids=lambda drug: drug.key)
@pytest.mark.parametrize(("age", "weight"), [(0.3, 6.2), (1.0, 9.4), (4.0, 15.5), (9.0, 26.5), (11.5, 35.0)])
def test_children_get_what_their_weight_asks_for(drug, age, weight):
    adult = (
        next(one for one in facts.drugs().values() if one.child == drug.key) if drug.key != "ambroxol_child" else None
    )
    line = prescribe(adult.key if adult else "ambroxol", age, weight, 5)
    given = line.take * drug.mg_unit / weight
    assert line.drug is drug
    assert 0.55 * drug.mg_kg_take <= given <= 1.7 * drug.mg_kg_take


def test_an_adult_gets_no_form_for_children_and_a_child_none_for_adults():
    assert prescribe("paracetamol_child", 30, 55, 5) is None
    assert prescribe("meloxicam", 6, 20, 5) is None
    assert prescribe("amlodipine", 66, 52, 28).quantity == 28


@pytest.mark.parametrize(
    ("key", "days", "quantity", "text"),
    [
        ("metformin", 28, 56, "1 viên/lần * 2 lần/ngày * 28 ngày [2 viên/ngày]"),
        ("hydrochlorothiazide", 28, 14, "0.5 viên/lần * 1 lần/ngày * 28 ngày [0.5 viên/ngày]"),
        ("insulin_mix", 28, 784, "14 UI/lần * 2 lần/ngày * 28 ngày [28 UI/ngày]"),
        ("salbutamol_inh", 28, 1, "Xịt 2 nhát khi khó thở * 1 lần/ngày * 28 ngày"),
    ],
)
def test_the_words_of_a_prescription(key, days, quantity, text):
    line = prescribe(key, 66, 52, days)
    assert (line.quantity, line.text) == (quantity, text)
    assert re.match(r"[0-9.]+ .+ \* \d+ lần/ngày|.+ \* \d+ lần/ngày \* \d+ ngày$", line.text)
