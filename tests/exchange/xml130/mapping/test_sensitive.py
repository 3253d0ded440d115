"""Labels: which records of which visit carry them."""

import pytest

from sosuckhoe.access import labels as access
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.mapping import check_in_draft
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of_code, rules
from tests.exchange.xml130.mapping import sample

PURELY_ABOUT_THE_ILLNESS = {"Condition", "Encounter", "ClinicalImpression", "CarePlan", "Composition", "Appointment"}


def labels(draft):
    return {coding["code"] for coding in draft.body.get("meta", {}).get("security", [])}


def mapped(**changes):
    package = sample.outpatient_package()
    package.tables["XML1"][0].update(changes)
    return sample.mapped(package).drafts


def test_every_label_is_one_that_access_knows():
    assert {rule.label for rule in rules()} <= set(access.bits())


def test_every_table_and_field_of_a_rule_exists():
    for rule in rules():
        assert rule.tables <= set(TABLES)
        for table, tag, _ in rule.fields:
            assert tag in TABLES[table].by_name


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("B20", {"HIV"}), ("b241", {"HIV"}), ("Z21", {"HIV"}), ("Z20.6", {"HIV"}), ("A15.0", {"TB"}),
        ("A19", {"TB"}), ("A20", set()), ("F32.1", {"PSY"}), ("F99", {"PSY"}), ("F10.2", {"ETH"}), ("F17.2", set()),
        ("A51.0", {"STD"}), ("O98.2", {"STD"}), ("O98.7", {"HIV"}), ("Z30.0", {"SEX"}), ("O04.9", {"SEX"}),
        ("T74.1", {"SDV"}), ("Y04.0", {"SDV"}), ("F02.4", {"HIV", "PSY"}),
        ("J18.9", set()), ("X70", {"PSY"}), ("X95.9", {"SDV"}),
    ],
)  # fmt: skip
def test_codes(code, expected):
    assert set(labels_of_code(code)) == expected


def test_an_ordinary_visit_has_no_label():
    assert all(labels(draft) == set() for draft in mapped())


@pytest.mark.parametrize("changes", [{"MA_BENH_CHINH": "B20"}, {"MA_BENH_KT": "E11;Z21"}, {"MA_DOITUONG_KCB": "1.9"}])
def test_hiv_labels_the_whole_visit(changes):
    assert all("HIV" in labels(draft) for draft in mapped(**changes))


def test_a_row_of_a_programme_labels_the_whole_visit():
    for table, label in (("XML6", "HIV"), ("XML15", "TB")):
        package = sample.outpatient_package()
        package.tables[table] = sample.rows(table)
        assert all(label in labels(draft) for draft in sample.mapped(package).drafts)


def test_a_mental_illness_labels_what_names_it():
    for draft in mapped(MA_BENH_KT="F32.1"):
        if draft.type == "Condition":
            named = draft.body["code"].get("coding", [{}])[0].get("code") == "F32.1" or "text" in draft.body["code"]
            is_other = draft.body["code"].get("coding", [{}])[0].get("code") == "I10"
            assert ("PSY" in labels(draft)) == (named and not is_other)
        else:
            assert ("PSY" in labels(draft)) == (draft.type in PURELY_ABOUT_THE_ILLNESS)


def test_an_ended_pregnancy_labels_the_paper():
    package = sample.outpatient_package()
    package.tables["XML7"] = [sample.row("XML7", MA_DINH_CHI_THAI="1")]
    papers = [draft for draft in sample.mapped(package).drafts if draft.type == "Composition"]
    assert papers
    assert all("SEX" in labels(draft) for draft in papers)


def test_groups_at_risk_carry_more_than_hiv():
    package = sample.full_package()
    group = [
        draft
        for draft in sample.mapped(package).drafts
        if draft.body.get("code", {}).get("coding", [{}])[0].get("code") == "XML6.NHOM_DOI_TUONG"
    ]
    assert [labels(draft) for draft in group] == [{"HIV", "TB", "SEX", "ETH"}]


def test_a_check_in_for_hiv_care_is_labelled():
    draft = check_in_draft(sample.row("XML0", MA_DOITUONG_KCB="1.9"), sample.PEOPLE.patient, sample.BORN)
    assert labels(draft) == {"HIV"}


def test_a_newborn_does_not_inherit_the_mothers_labels():
    package = sample.full_package()
    child = [draft for draft in sample.mapped(package).drafts if draft.person == sample.PEOPLE.newborns[0].person]
    assert child
    assert all(labels(draft) == set() for draft in child)
