"""The field list and our reading of it are closed sets: what is listed is read, nothing is read that is not listed."""

import json
import re
from collections import Counter
from datetime import date

import pytest

from sosuckhoe.exchange.xml130 import format as qd130
from sosuckhoe.exchange.xml130.format import ALWAYS, DATA, EDITIONS, READINGS, TABLES, Condition, value

LIST = json.loads((DATA / "fields.json").read_text(encoding="utf-8"))
ENTRIES = {f"{name}.{f['name']}": f for name, t in LIST.items() if name != "_meta" for f in t["fields"]}
FIELDS = {field.place: field for table in TABLES.values() for field in table.fields}
LATER = {field.place for table in TABLES.values() for field in table.later}
COUNTS = {
    "XML0": 26, "XML1": 66, "XML2": 39, "XML3": 47, "XML4": 12, "XML5": 9, "XML6": 47, "XML7": 26, "XML8": 22,
    "XML9": 35, "XML10": 13, "XML11": 23, "XML12": 35, "XML13": 39, "XML14": 22, "XML15": 20,
}  # fmt: skip


def test_all_481_fields_are_compiled_and_no_other():
    assert {name: len(table.fields) for name, table in TABLES.items()} == COUNTS
    assert sum(COUNTS.values()) == 481
    assert FIELDS.keys() == ENTRIES.keys()
    for place, field in FIELDS.items():
        assert (field.name, field.position) == (ENTRIES[place]["name"], ENTRIES[place]["pos"])


def test_every_condition_of_the_list_is_read_and_every_reading_is_of_the_list():
    written = {e["required"] for e in ENTRIES.values() if isinstance(e["required"], str)}
    assert written == READINGS["needed_when"].keys()
    by_place = {place for place, e in ENTRIES.items() if READINGS["needed_when"].get(e["required"]) == "by_place"}
    assert by_place <= READINGS["obligation"].keys()


def test_conditions_name_tags_of_their_own_table():
    for field in FIELDS.values():
        for condition in [field.needed] if field.needed else []:
            named = {*condition.filled, *condition.empty, *(tag for tag, _ in condition.among + condition.not_among)}
            assert named <= TABLES[field.table].by_name.keys(), field.place


def test_every_rule_of_the_portal_is_read_and_every_reading_is_of_the_portal():
    written = {e["portal_validation"]["rule"] for e in ENTRIES.values()} - {None}
    assert written == READINGS["portal_rules"].keys()
    sections = {words for words in READINGS["portal_rules"].values() if re.fullmatch("[a-z_]+", words)}
    assert sections <= READINGS.keys()


@pytest.mark.parametrize(
    ("section", "places"),
    [
        ("obligation", list),
        ("codes", list),
        ("codes_as", lambda s: [*s, *s.values()]),
        ("shared_codes", lambda s: [place for places in s.values() for place in places]),
        ("separated_by_semicolon", lambda s: s),
        ("not_separated", lambda s: s),
        ("birth_dates", lambda s: s),
        ("date_or_time", lambda s: s),
        ("not_in_future", lambda s: s),
        ("patterns", lambda s: [place for entry in s.values() for place in entry["places"]]),
        ("ranges", list),
        ("most_values", list),
        ("not_needed_from", lambda s: [place for places in s.values() for place in places]),
        ("length_from", lambda s: [place for places in s.values() for place in places]),
        ("same_as_summary_under", list),
    ],
)
def test_readings_name_fields_that_exist_and_each_once(section, places):
    named = places(READINGS[section])
    assert named
    assert set(named) <= FIELDS.keys()
    assert section == "codes_as" or max(Counter(named).values()) == 1


def test_readings_between_fields_name_tags_that_exist():
    def tags(part):
        return {tag for item in part for tag in (tags(item) if isinstance(item, list) else [item])}

    for section in ("date_order", "all_or_none", "products", "differences", "sums"):
        for name, entry in READINGS[section].items():
            named = tags([*entry, *entry.values()]) if isinstance(entry, dict) else tags(entry)
            assert named <= TABLES[name].by_name.keys(), (section, name)
    for name, counts in READINGS["day_counts"].items():
        assert {tag for count in counts for tag in count[:3]} <= TABLES[name].by_name.keys()
    for total, entry in READINGS["totals"].items():
        assert total in TABLES["XML1"].by_name
        for name in entry["tables"]:
            named = {entry["of"], *entry.get("where", {})} if len(entry["tables"]) == 1 else {entry["of"]}
            assert named <= TABLES[name].by_name.keys()


def test_every_other_reading_is_of_something_that_exists():
    assert set(READINGS["renamed"]) | set(READINGS["added_by_3176"]) <= TABLES.keys()
    assert READINGS["one_file_a_row"] == [name for name in READINGS["one_file_a_row"] if not TABLES[name].repeats]
    assert set(READINGS["own_names"]) == {name for name, t in LIST.items() if t.get("root_element", 1) is None}
    assert set(READINGS["only_with"]) <= TABLES.keys()
    assert set(READINGS["who"]) <= TABLES["XML1"].by_name.keys()
    assert set(READINGS["percentages"]) <= {tag for t in ("XML2", "XML3") for tag in TABLES[t].by_name}
    kinds = READINGS["days_of_treatment"]
    assert {*kinds["none"], *kinds["by_dates"]} <= FIELDS["XML1.MA_LOAI_KCB"].codes.keys()


def test_every_section_of_the_readings_is_used():
    """A section that no code reads is a rule that nobody keeps."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in DATA.parent.glob("*.py"))
    told = {"source", "valid_from", "portal_rules"}  # the last is held by the test above
    unused = {s for s in READINGS.keys() - told if f'READINGS["{s}"]' not in code and f'_placed("{s}")' not in code}
    assert unused == set()


def test_the_three_editions():
    sizes = {key: (len(e.order), sum(map(len, e.order.values()))) for key, e in EDITIONS.items()}
    assert sizes == {"130": (13, 371), "4750": (16, 481), "3176": (16, 479)}
    assert {place for place, e in ENTRIES.items() if e.get("added_by")} <= {
        place for place, field in FIELDS.items() if field.since == "4750"
    }
    for key, edition in EDITIONS.items():
        known = {tag for name, tags in edition.order.items() for tag in tags if tag in TABLES[name].by_name}
        assert known == {tag for tags in edition.order.values() for tag in tags}, key
    assert {"XML13.TINH_TRANG_CT"} == LATER


@pytest.mark.parametrize(
    ("on", "key"),
    [
        (date(2020, 1, 1), "130"),
        (date(2024, 6, 30), "130"),
        (date(2024, 7, 1), "4750"),
        (date(2024, 12, 31), "4750"),
        (date(2025, 1, 1), "3176"),
        (date(2026, 11, 22), "3176"),
    ],
)
def test_the_edition_of_a_day(on, key):
    assert qd130.edition_on(on).key == key


@pytest.mark.parametrize(
    ("row", "tag", "text"),
    [
        ({"MA_NOI_DI": "79001"}, "MA_NOI_DI", "79001"),
        ({"MA_NOI_DI": "79001"}, "MA_CSKCB_DI", "79001"),
        ({"MA_CSKCB_DI": "79001"}, "MA_NOI_DI", "79001"),
        ({"MA_CSKCB_DEN": " 79002 "}, "MA_NOI_DEN", " 79002 "),
        ({"MA_NOI_DI": "", "MA_CSKCB_DI": "79001"}, "MA_NOI_DI", "79001"),
        ({"MA_NOI_DI": "79001", "MA_CSKCB_DI": "79002"}, "MA_NOI_DI", "79001"),
        ({"MA_NOI_DI": ""}, "MA_NOI_DI", ""),
        ({}, "MA_NOI_DI", ""),
        ({}, "HO_TEN", ""),
        ({"HO_TEN": "A"}, "HO_TEN", "A"),
    ],
)
def test_a_value_in_either_spelling(row, tag, text):
    assert value(row, "XML13", tag) == text


def test_a_value_of_a_table_that_nobody_knows():
    assert value({"A": "1"}, "XML99", "A") == "1"
    assert value({}, "XML99", "A") == ""


@pytest.mark.parametrize(
    ("place", "what", "expected"),
    [
        ("XML1.MA_DOITUONG_KCB", "length", 5),  # 4 in the decision, 5 on the portal
        ("XML13.MA_LK", "length", 250),
        ("XML1.LY_DO_VV", "length", None),
        ("XML0.LY_DO_VNT", "length", None),  # no limit in the decision, 4000 on the portal
        ("XML2.T_BHTT", "number", True),
        ("XML1.MA_TAI_NAN", "number", False),  # a number in the decision, text on the portal
        ("XML15.SO_CCCD", "number", False),
        ("XML1.NGAY_SINH", "number", False),
        ("XML1.SO_NGAY_DTRI", "codes", None),
        ("XML2.TT_THAU", "separator", ""),
        ("XML1.MA_BENH_KT", "separator", ";"),
        ("XML13.MA_BENH_KT", "separator", ";"),
        ("XML13.PP_DIEUTRI", "summary_tag", "PP_DIEU_TRI"),
        ("XML13.HO_TEN", "summary_tag", "HO_TEN"),
        ("XML14.HO_TEN", "summary_tag", "HO_TEN"),
        ("XML14.MA_BAC_SI", "summary_tag", ""),
        ("XML1.MA_LK", "needed", ALWAYS),
        ("XML1.SO_CCCD", "needed", None),
        ("XML13.TOMTAT_KQ", "needed", None),
        ("XML2.MA_BAC_SI", "needed", ALWAYS),
        ("XML3.MA_DICH_VU", "needed", Condition(empty=("MA_VAT_TU",))),
    ],
)
def test_where_sources_differ_the_reading_decides(place, what, expected):
    assert getattr(FIELDS[place], what) == expected


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("XML6.KQ_XNTL_VR", {"1", "2", "3", "4", "5"}),
        ("XML9.SINHCON_DUOI32TUAN", {"0", "1"}),
        ("XML12.MUC_DO_KHUYETTAT", {"1", "2", "3", "4"}),
        ("XML8.MA_LOAI_KCB", {"02", "03", "04", "06"}),
        ("XML13.MA_LOAI_RV", {"1", "2", "3", "4", "5"}),
        ("XML1.MA_LOAI_KCB", {f"{n:02}" for n in range(1, 17)}),
        ("XML1.MA_KHUVUC", {"K1", "K2", "K3"}),
        ("XML11.MAU_SO", {"CT07"}),
    ],
)
def test_lists_that_were_cut_short_are_whole(place, codes):
    assert FIELDS[place].codes.keys() == codes


def test_no_name_of_a_code_is_a_fragment():
    assert FIELDS["XML15.PHACDO_DTRI_LAO"].codes["8"] == "Phác đồ cá thể"
    assert FIELDS["XML15.PHACDO_DTRI_LAO"].codes["19"] == "Phác đồ cá thể khác"


def test_lengths_and_obligations_by_day():
    share, district = FIELDS["XML2.MUC_HUONG"], FIELDS["XML1.MAHUYEN_CU_TRU"]
    assert (share.length_on(date(2026, 6, 30)), share.length_on(date(2026, 7, 1))) == (3, 4)
    assert (district.needed_on(date(2025, 6, 30)), district.needed_on(date(2025, 7, 1))) == (ALWAYS, None)
    paper = FIELDS["XML13.SO_HOSO"]
    assert (paper.needed_on(date(2024, 6, 30)), paper.needed_on(date(2024, 7, 1))) == (None, ALWAYS)


@pytest.mark.parametrize(
    ("condition", "row", "holds"),
    [
        (ALWAYS, {}, True),
        (Condition(filled=("A",)), {"A": "1"}, True),
        (Condition(filled=("A",)), {"A": " "}, False),
        (Condition(empty=("A", "B")), {"A": ""}, True),
        (Condition(empty=("A", "B")), {"B": "1"}, False),
        (Condition(among=(("A", frozenset("1")),)), {"A": "2; 1"}, True),
        (Condition(among=(("A", frozenset("1")),)), {"A": "11"}, False),
        (Condition(among=(("A", frozenset("1")),)), {}, False),
        (Condition(not_among=(("A", frozenset("0")),)), {}, True),
        (Condition(not_among=(("A", frozenset("0")),)), {"A": "0"}, False),
        (Condition(filled=("A",), empty=("B",)), {"A": "1", "B": "1"}, False),
    ],
)
def test_conditions(condition, row, holds):
    assert condition.holds(row) is holds
