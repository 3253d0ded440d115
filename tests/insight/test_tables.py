"""Tables as pages show them: right where they may be shown, hidden together where they may not."""

from __future__ import annotations

from datetime import date, timedelta

from sosuckhoe.insight import tables
from sosuckhoe.insight.actions.count import count
from tests.insight.filed import NOW, Ledger, Sent, file

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)


def fill(*groups, facility="01001"):
    """Each group: number of people, then what their visits have in common."""
    ledger, person = Ledger(), 0
    for number, facts in groups:
        sent = []
        for _ in range(number):
            person += 1
            sent.append(Sent(facility, f"L{person}", person, **{"visit": NOW, **facts}))
        file(ledger, facility, sent)
    count(NOW)
    return ledger


def test_books_by_province_and_commune(db):
    fill(
        (20, {"province": "01", "commune": "00004"}),
        (11, {"province": "01", "commune": "00008"}),
        (30, {"province": "79", "commune": ""}),
    )
    assert tables.books("") == {"": 61, "01": 31, "79": 30}
    assert tables.books("01") == {"01": 31, "00004": 20, "00008": 11}
    assert tables.books("79") == {"79": 30, "unknown": 30}
    assert tables.visits("", 2026) == {"": 61, "01": 31, "79": 30}
    assert tables.visits("", 2025) == {}


def test_a_province_hidden_in_the_country_cannot_be_summed_up_from_its_communes(db):
    fill(
        (12, {"province": "01", "commune": "00004"}),
        (14, {"province": "01", "commune": "00008"}),
        (3, {"province": "79", "commune": ""}),
        (40, {"province": "48", "commune": ""}),
    )
    assert tables.books("") == {"": 69, "01": None, "79": None, "48": 40}
    assert tables.books("01") == {"01": None, "00004": None, "00008": 14}


def test_weeks_include_empty_ones_and_hide_what_a_year_would_give_away(db):
    fill((50, {}), (4, {"visit": NOW - timedelta(days=14)}), (60, {"visit": NOW - timedelta(days=21)}))
    shown = tables.visits_by_week(MONDAY - timedelta(days=28), 5)
    assert [shown["", MONDAY - timedelta(days=7 * back)] for back in (4, 3, 2, 1, 0)] == [0, 60, None, 0, None]
    assert shown["", MONDAY] is None, "the smaller of the others goes with the small one"


def test_kinds_of_a_year(db):
    fill((30, {"kind": "01"}), (12, {"kind": "03"}), (2, {"kind": "09"}))
    assert tables.visits_by_kind(2026) == {
        ("", "01"): 30, ("", "03"): None, ("", "09"): None,
        ("01", "01"): 30, ("01", "03"): None, ("01", "09"): None,
    }  # fmt: skip


def test_check_ins_by_place_facility_and_hour(db):
    ledger = Ledger()
    for facility, number, minutes in (("01001", 40, 1), ("01001", 12, 61), ("01002", 15, 1), ("79024", 30, 1)):
        sent = [
            Sent(facility, f"{minutes}-{i}", i + 1, arrived=NOW + timedelta(minutes=minutes)) for i in range(number)
        ]
        file(ledger, facility, sent, kind="check-in")
    count(NOW)
    assert tables.check_ins_by_place(TODAY) == {"": 97, "01": 67, "79": 30}
    assert tables.check_ins(TODAY, "01") == {
        ("", 10): 55, ("", 11): 12, ("", -1): 67,
        ("01001", 10): 40, ("01001", 11): 12, ("01001", -1): 52,
        ("01002", 10): 15, ("01002", -1): 15,
    }  # fmt: skip


def test_nothing_counted_yet_is_an_empty_table(db):
    assert tables.books("") == {}
    assert tables.check_ins(TODAY, "01") == {}
    assert set(tables.visits_by_week(MONDAY, 3).values()) == {0}
