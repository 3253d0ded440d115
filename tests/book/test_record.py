"""The grandmother's year, from real files through the real mapping: what her book says."""

from datetime import date
from uuid import UUID

import pytest

from sosuckhoe.access import labels
from sosuckhoe.book import indicators, queries, timeline
from sosuckhoe.book.papers import reading
from sosuckhoe.exchange.xml130.mapping import (
    xml7_discharge,
    xml8_summary,
    xml9_birth,
    xml10_maternity_leave,
    xml11_sick_leave,
    xml12_assessment,
    xml13_referral,
    xml14_reexamination,
)
from tests.book import library

ON = date(2026, 11, 20)
EVERY = labels.every()
pytestmark = pytest.mark.django_db


@pytest.fixture
def whose():
    return queries.owner(library.grandmother())


def test_the_summary_says_what_one_must_know_at_once(whose):
    found = queries.summary_of(whose, ON)
    assert found.blood_group[0] == "O+"
    assert [illness.name.code for illness in found.illnesses] == ["I10", "E11.9"]
    assert (found.medicines.is_covered, [line.name for line in found.medicines.medicines]) == (
        True,
        ["Metformin 850mg", "Amlodipin 5mg"],
    )
    assert [appointment.start[:10] for appointment in found.appointments] == ["2026-12-03"]
    assert (found.visits, found.last_visit.start[:10]) == (12, "2026-11-03")
    assert {tile.key: tile.text for tile in found.measurements} == {
        "systolic": "145/85", "weight": "52.5", "glucose": "6.1", "hba1c": "7.1", "creatinine": "71",
    }  # fmt: skip


def test_a_card_is_masked_and_valid_until_its_day(whose):
    (card,) = queries.summary_of(whose, ON).cards
    assert (card.masked, card.is_valid, card.until) == ("•••••••••••2345", True, date(2026, 12, 31))
    (expired,) = queries.summary_of(whose, date(2027, 1, 1)).cards
    assert not expired.is_valid


def test_every_fact_says_from_whom_and_how_fresh(whose):
    found = queries.summary_of(whose, ON)
    sources = [
        found.blood_group[1], found.last_visit.source, found.appointments[0].source,
        *(illness.source for illness in found.illnesses), *(line.source for line in found.medicines.medicines),
        *(tile.source for tile in found.measurements),
    ]  # fmt: skip
    assert all(source.name and source.told and source.updated == library.NOW for source in sources)


def test_visits_stand_under_their_years_newest_first(whose):
    years = timeline.by_year(queries.timeline_of(whose))
    assert [(year.year, len(year.visits)) for year in years] == [(2026, 11), (2025, 1)]
    days = [visit.start for year in years for visit in year.visits]
    assert days == sorted(days, reverse=True)
    assert [visit.main.code for visit in years[0].visits if visit.is_stay] == ["J18.9"]


def test_a_visit_in_full_holds_what_belongs_to_it_and_nothing_else(whose):
    newest = queries.timeline_of(whose)[0]
    full = queries.visit_of(whose, UUID(newest.key))
    assert [diagnosis.code for diagnosis in full.diagnoses] == ["I10", "E11.9"]
    assert [line.name for line in full.medicines] == ["Amlodipin 5mg", "Metformin 850mg"]
    assert {value[0].vi: value[2].text for report in full.reports for value in report.results} == {
        "Glucose": "6.1", "HbA1c": "7.1", "Creatinin (máu)": "71", "Kali (K+)": "4.1",
    }  # fmt: skip
    assert sorted(paper.kind.table for paper in full.papers) == ["XML13", "XML14"]
    assert full.appointments == ["2026-12-03T07:30:00+07:00"]
    assert [cost.amount for cost in full.costs] == [215000, 172000, 43000]
    assert (full.treatment, full.advice) == (["Nội khoa"], ["Ăn nhạt, đi bộ mỗi ngày"])
    assert [(entry.text, entry.is_conclusion) for entry in full.course] == [
        ("Tỉnh, không đau ngực.", False),
        ("Tăng huyết áp; đái tháo đường týp 2", True),
    ]


def test_a_stay_keeps_its_first_diagnosis_and_the_reading_of_its_picture(whose):
    stay = next(visit for visit in queries.timeline_of(whose) if visit.is_stay)
    full = queries.visit_of(whose, UUID(stay.key))
    assert full.admission == "Theo dõi viêm phổi"
    assert [report.conclusion for report in full.reports] == ["Viêm phổi thùy dưới phải"]
    assert [line.is_stay for line in full.medicines] == [True]


def test_a_visit_of_somebody_else_is_not_found(whose):
    assert queries.visit_of(whose, UUID(int=7)) is None


def test_sensitive_rows_are_seen_by_the_owner_only(whose):
    own, hidden = queries.timeline_of(whose), queries.timeline_of(whose, EVERY)
    assert len(own) == len(hidden) + 1
    (private,) = [visit for visit in own if visit.label]
    assert private.main.code == "F32.0"
    assert not queries.find(whose, "trầm cảm", EVERY)


def test_results_stand_in_series_judged_against_their_range(whose):
    found = {each.key: each for each in queries.results_of(whose)}
    glucose = found["glucose"]
    assert (glucose.unit, glucose.limits, len(glucose.results)) == ("mmol/L", (3.9, 6.4), 10)
    assert [result.judged for result in glucose.results[:3]] == ["", "", "high"]
    assert found["hba1c"].newest.judged == "high"
    assert found["systolic"].limits == (90, 139)
    assert "Đám mờ thùy dưới phổi phải" not in {each.newest.text for each in found.values()}


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("tang huyet ap", {"visit", "paper"}),
        ("TĂNG HUYẾT ÁP", {"visit", "paper"}),
        ("glucose mau", {"test", "service"}),
        ("metformin 850", {"medicine"}),
        ("benh vien phu tho", {"visit", "paper"}),
        ("giay chuyen", {"paper"}),
        ("hypertension", {"visit"}),
        ("không có chữ này", set()),
        ("   ", set()),
    ],
)
def test_search_needs_every_word_and_no_diacritics(whose, question, kinds):
    assert {hit.kind for hit in queries.find(whose, question)} == kinds


def test_papers_say_where_they_lead(whose):
    found = {paper.kind.table: paper for paper in queries.papers_of(whose)}
    assert set(found) == {"XML7", "XML8", "XML13", "XML14"}
    referral = found["XML13"]
    assert (referral.to_name, referral.numbers) == ("Bệnh viện Đa khoa tỉnh Phú Thọ", "26.00123/GCT")
    assert referral.line("DAU_HIEU_LS") == "Đau ngực khi gắng sức"


def test_every_kind_of_paper_that_the_mapping_makes_is_known_and_no_other():
    modules = (
        xml7_discharge, xml8_summary, xml9_birth, xml10_maternity_leave, xml11_sick_leave, xml12_assessment,
        xml13_referral, xml14_reexamination,
    )  # fmt: skip
    made = {module.KIND.table: module.KIND.title for module in modules}
    assert {table: kind.name.vi for table, kind in reading.kinds().items()} == made
    templates = reading.Path(reading.__file__).parent / "templates"
    used = {f"{kind.template}.typ" for kind in reading.kinds().values()} | {"form.typ"}
    of_the_book_itself, beneath_all = {"card.typ", "copy.typ"}, {"unprinted.typ"}
    assert {path.name for path in templates.glob("*.typ")} == used | of_the_book_itself | beneath_all


def test_a_corrected_package_changes_the_book_and_doubles_nothing(whose):
    corrected = library.grandmothers_year()[0]
    corrected.tables["XML1"][0]["MA_BENH_CHINH"] = "I11"
    before = len(queries.timeline_of(whose))
    library.file([corrected])
    visits = queries.timeline_of(whose)
    assert len(visits) == before
    assert "I11" in {visit.main.code for visit in visits}


def test_an_empty_book_is_empty():
    person = library.file([library.package("LK1", "2026-11-01", {"HO_TEN": "Bé Na", "NGAY_SINH": "202611010000"})])
    whose = queries.owner(person)
    found = queries.summary_of(whose, ON)
    assert (found.blood_group, found.allergies, found.illnesses, found.medicines.medicines) == (None, [], [], [])
    assert whose.age(ON) == (0, 0)


def test_the_names_of_facilities_come_from_the_register(whose):
    assert {visit.source.name for visit in queries.timeline_of(whose)} == {
        "Trung tâm Y tế huyện Thanh Sơn",
        "Bệnh viện Đa khoa tỉnh Phú Thọ",
    }


def test_indicators_are_named_once_and_in_known_groups():
    names = [
        name for entry in indicators.facts.read_yaml(indicators._PATH)["indicators"].values() for name in entry["names"]
    ]
    assert len(names) == len(set(names))
    assert {known.group for known in indicators.known().values()} <= set(indicators.groups())


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("Khu 3, Xã Thanh Sơn, Tỉnh Phú Thọ", "Khu 3, Xã Thanh Sơn, Tỉnh Phú Thọ"),
        ("Khu 3, xa Thanh Son, tinh Phu Tho", "Khu 3, xa Thanh Son, tinh Phu Tho"),
        ("Khu 3", "Khu 3, Xã Thanh Sơn, Tỉnh Phú Thọ"),
        ("", "Xã Thanh Sơn, Tỉnh Phú Thọ"),
    ],
)
def test_an_address_names_its_places_once(address, shown):
    claim = library.mapping.claims_of(library.package("LK1", "2026-01-01", library.GRANDMOTHER | {"DIA_CHI": address}))
    assert queries.Owner(1, UUID(int=1), claim.patient).address == shown
