"""What staff read: arrivals with their findings in words, patients of today, a visit and its versions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.doors.facility import labels, wording
from sosuckhoe.doors.facility.pages.quality import periods
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.sent import CHANNELS, OUTCOMES
from sosuckhoe.exchange.xml130 import read
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.exchange.xml130.write import write_check_in
from sosuckhoe.insight.actions.count import count
from tests.doors.facility.conftest import HERE, text
from tests.exchange.samples import SUMMARY, envelope, package
from tests.signed import signed


@pytest.fixture(autouse=True)
def _nothing_remembered():
    registers.forget()


def take(content, kind="records"):
    """Receive and file a content as the facility; its number."""
    receipt = receive(PROGRAM, Parcel(HERE, kind, content), "gateway", clock.now())
    while file.drain(clock.now()):
        pass
    count(clock.now())
    return receipt.arrival


def come(*ma_lks, **facts):
    now = clock.now().astimezone(clock.VIETNAM)
    rows = []
    for i, ma_lk in enumerate(ma_lks):
        row = {tag: text for tag, text in SUMMARY.items() if tag in CHECK_IN_TAGS}
        row |= {"MA_LK": ma_lk, "STT": str(i + 1), "MA_CSKCB": HERE, "NGAY_VAO": f"{now:%Y%m%d%H%M}", **facts}
        rows.append(Package(HERE, {"XML0": [row]}))
    return take(write_check_in(rows), "check-in")


CHECK_IN_TAGS = {
    "HO_TEN", "SO_CCCD", "NGAY_SINH", "GIOI_TINH", "MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN",
    "MA_DOITUONG_KCB", "LY_DO_VV", "MA_LOAI_KCB", "MA_BN",
}  # fmt: skip


def test_an_arrival_says_what_is_wrong_where_and_how_to_mend_it(facility, sign_in):
    number = take(envelope(package("LK1", HERE), package("", HERE, CAN_NANG="nặng"), facility=HERE))
    page = text(sign_in("clerk").get(reverse("facility:arrival", args=[number])))
    assert page.index("Hồ sơ thứ 2") < page.index("Hồ sơ thứ 1"), "refused first"
    assert "no-visit-code" in page
    assert "CAN_NANG sai dạng; cần" in page
    assert "bảng XML1, dòng 1" in page
    home = text(sign_in("nurse").get(reverse("facility:home")))
    assert reverse("facility:arrival", args=[number]) in home


def test_what_arrived_comes_back_byte_for_byte_with_a_line_for_each_person(facility, sign_in):
    content = envelope(package("LK1", HERE), facility=HERE)
    number = take(content)
    answer = sign_in("clerk").get(reverse("facility:content", args=[number]))
    assert answer.content == content
    assert "attachment" in answer["Content-Disposition"]
    assert lines("export", "package") == 1


def lines(action, kind):
    return database.value(
        "select count(*) from access_audit where action = %s and kind = %s and person <> 0 and account <> 0",
        (action, kind),
    )


def test_a_corrected_visit_keeps_its_old_version_readable_and_goes_back_as_xml(facility, sign_in):
    first = take(envelope(package("LK1", HERE, CAN_NANG="58.5"), facility=HERE))
    second = take(envelope(package("LK1", HERE, CAN_NANG="61.0"), facility=HERE))
    clerk = sign_in("clerk")
    old, new = (text(clerk.get(reverse("facility:package", args=[number, 1]))) for number in (first, second))
    assert "58.5" in old
    assert "61.0" not in old
    assert "61.0" in new
    assert reverse("facility:package", args=[first, 1]) in new
    assert "bản cũ, vẫn đọc được" in new
    assert lines("read", "package") == 2
    back = read.read_envelope(clerk.get(reverse("facility:export", args=[first, 1])).content)
    assert back.packages[0].summary["CAN_NANG"] == "58.5"
    assert lines("export", "package") == 1


def test_patients_of_today_and_the_way_to_their_books(facility, sign_in):
    come("LK7")
    for who, can_open in (("doctor", True), ("nurse", True), ("clerk", False)):
        page = text(sign_in(who).get(reverse("facility:today")))
        assert "Nguyễn Thị Lan" in page
        assert f"{clock.today().year - 1960 - (clock.today() < date(clock.today().year, 5, 2))} tuổi" in page
        assert ("Mở sổ" in page) == can_open
        assert "LK7" not in page
    assert lines("read", "arrivals") == 3
    yesterday = clock.today() - timedelta(days=1)
    assert "Chưa có ai" in text(sign_in("doctor").get(reverse("facility:today"), {"ngay": yesterday.isoformat()}))
    assert lines("read", "arrivals") == 3


def test_a_long_day_is_read_page_by_page(facility, sign_in, monkeypatch):
    monkeypatch.setattr("sosuckhoe.doors.facility.pages.today.PATIENTS_A_PAGE", 2)
    come("A", "B", "C", "D", "E")
    client, address, seen = sign_in("doctor"), reverse("facility:today"), 0
    while address:
        page = text(client.get(address))
        seen += page.count("Mở sổ<")
        address = further(page, reverse("facility:today"))
    assert seen == 5


def further(page, path):
    found = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    return path + found if 'rel="next"' in page else ""


def test_the_list_of_arrivals_filters_and_pages(facility, sign_in, monkeypatch):
    monkeypatch.setattr("sosuckhoe.doors.facility.pages.arrivals.ARRIVALS_A_PAGE", 2)
    numbers = [take(envelope(package(f"LK{i}", HERE), facility=HERE)) for i in range(5)]
    bad = take(envelope(package("", HERE), facility=HERE))
    client, path = sign_in("clerk"), reverse("facility:arrivals")
    address, seen = path, []
    while address:
        page = text(client.get(address))
        seen += [number for number in [*numbers, bad] if reverse("facility:arrival", args=[number]) in page]
        address = further(page, path)
    assert sorted(seen) == [*numbers, bad]
    only = text(client.get(path, {"ket-qua": "refused", "ngay": clock.today().isoformat(), "duong": "gateway"}))
    assert reverse("facility:arrival", args=[bad]) in only
    assert reverse("facility:arrival", args=[numbers[0]]) not in only
    assert "Không có gói nào như vậy" in text(client.get(path, {"duong": "upload"}))


def test_quality_tells_the_rule_in_words(facility, sign_in):
    take(envelope(package("LK1", HERE, CAN_NANG="nặng"), package("", HERE), facility=HERE))
    for span in ("ngay", "tuan"):
        page = text(sign_in("clerk").get(reverse("facility:quality"), {"theo": span}))
        assert "CAN_NANG sai dạng; cần" in page
        assert "50 %" in page


def test_every_page_in_english_has_its_words(facility, sign_in):
    client = sign_in("clerk")
    take(envelope(package("LK1", HERE, CAN_NANG="nặng"), facility=HERE))
    client.cookies["ngon_ngu"] = "en"
    page = text(client.get(reverse("facility:quality")))
    assert "CAN_NANG" in page
    assert "sai dạng" not in page


def test_every_choice_of_a_filter_has_its_words(db):
    assert tuple(wording.outcome_choices()) == OUTCOMES
    assert tuple(wording.channel_choices()) == CHANNELS


@pytest.mark.parametrize(
    ("birth", "words"),
    [("1961", "65 tuổi"), ("1961-05", "65 tuổi"), ("2020-11-23", "5 tuổi 11 tháng"), ("2020-11-22", "6 tuổi"),
     ("2026-11-22", "0 tháng"), ("2026-03-30", "7 tháng"), ("2024-11-30", "1 tuổi 11 tháng"), ("", "")],
)  # fmt: skip
def test_ages(birth, words):
    assert wording.age(birth, date(2026, 11, 22)) == words


def test_every_field_of_the_decision_has_a_short_label():
    for name, table in TABLES.items():
        assert labels.table_heading(name) != name
        for tag in (field.name for field in table.fields):
            assert 2 < len(labels.field_label(name, tag)) <= labels.LONGEST + 2, tag


def test_periods_hold_empty_days():
    assert [one.packages for one in periods([], date(2026, 11, 1), date(2026, 11, 14), 7)] == [0, 0]


@pytest.mark.parametrize(
    ("who", "page", "told"),
    [
        ("clerk", "activate", {"number": ""}),
        ("clerk", "cards", {"number": "", "do": "issue"}),
        ("clerk", "send", {}),
    ],
)
def test_the_title_of_a_form_with_faults_says_so_first(facility, sign_in, who, page, told):
    client, address = sign_in(who), reverse(f"facility:{page}")
    assert "<title>Lỗi" not in client.get(address).content.decode()
    answer = client.post(address, told)
    assert answer.status_code >= 400
    assert "<title>Lỗi: " in answer.content.decode()


def test_the_title_of_an_invitation_with_faults_says_so_first(facility):
    account = open_account(PROGRAM, "admin", name="Người quản trị", role="admin", facility=HERE)
    answer = signed(Client(), account).post(reverse("facility:staff"), {"name": ""})
    assert answer.status_code == 422
    assert "<title>Lỗi: Nhân viên" in answer.content.decode()
