"""The office's pages: totals for officers of the right place, nothing for anybody else."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.doors.look import cells
from sosuckhoe.doors.look.templatetags import counts
from sosuckhoe.doors.office import urls

OFFICERS = {"ministry": "", "province": "01", "commune": "00004"}


ADDRESSES = {
    pattern.name: reverse(f"office:{pattern.name}", kwargs={"code": "01001"} if pattern.name == "facility" else None)
    for pattern in urls.urlpatterns
    if "dieu-hanh/" in str(pattern.pattern)  # the others are a steward's
}


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_strangers(counted, sign_in, name):
    nobody = Client().get(ADDRESSES[name])
    assert (nobody.status_code, nobody.url.partition("?")[0]) == (302, reverse("citizen:sign-in"))
    others = [("citizen", {"person": 1}), ("system", {"facility": "01001"}), ("officer", {"area": "77777"})]
    others += [(role, {"facility": "01001"}) for role in ("clerk", "doctor", "nurse")]
    for role, facts in others:
        assert sign_in(role, **facts).get(ADDRESSES[name]).status_code == 404, role


@pytest.mark.parametrize("name", sorted(ADDRESSES))
@pytest.mark.parametrize("area", OFFICERS.values(), ids=OFFICERS)
def test_officers_open_every_page_and_leave_no_trace_in_a_record(counted, sign_in, name, area):
    before = database.value("select count(*) from access_audit where person <> 0")
    answer = sign_in("officer", area=area).get(ADDRESSES[name])
    assert answer.status_code == 200
    assert database.value("select count(*) from access_audit where person <> 0") == before


@pytest.mark.parametrize("name", ["coverage", "coverage-csv", "weeks", "weeks-csv", "today", "today-csv", "quality"])
def test_a_provinces_officer_sees_no_other_province(counted, sign_in, name):
    officer = sign_in("officer", area="01")
    assert officer.get(ADDRESSES[name], {"tinh": "79"}).status_code == 404
    assert officer.get(ADDRESSES[name], {"tinh": "01"}).status_code == 200
    assert sign_in("officer", area="79").get(ADDRESSES["facility"]).status_code == 404


def test_the_table_as_a_file_hides_small_places_and_what_would_give_them_away(counted, sign_in):
    rows = read(sign_in("officer").get(ADDRESSES["coverage-csv"]))
    numbers = {row["ma"]: row["so_suc_khoe"] for row in rows}
    assert numbers["01"] == "55"
    assert numbers["48"] == numbers["79"] == "dưới 10 hoặc được ẩn"
    assert numbers["04"] == "0"
    assert len(rows) == 34


def test_no_cell_of_a_file_is_run_by_a_spreadsheet(counted, sign_in):
    rows = read(sign_in("officer", area="01").get(ADDRESSES["quality-csv"]))
    assert {row["ten"] for row in rows} == {"'=HYPERLINK(1)", "Trạm y tế Ba Đình"}


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\r", "a=1", "", "Hà Nội", -3, 2.5, None])
def test_safe_cells(cell):
    is_run = isinstance(cell, str) and cell.strip(" ")[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell != ""
    assert cells.safe(cell) == (f"'{cell}" if is_run else cell)


def read(answer):
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_pages_show_what_was_counted(counted, sign_in):
    ministry = sign_in("officer")
    home = text(ministry.get(ADDRESSES["home"]))
    assert ">88<" in home
    coverage = text(ministry.get(ADDRESSES["coverage"]))
    assert "look-map" in coverage
    assert "ẩn, ít người" in coverage
    assert ">3<" not in coverage
    communes = text(ministry.get(ADDRESSES["coverage"], {"tinh": "01", "xem": "luot"}))
    assert "Phường Ba Đình" in communes
    assert ">40<" in communes
    quality = text(ministry.get(ADDRESSES["quality"], {"tinh": "01"}))
    assert "Trạm y tế Ba Đình" in quality
    assert "hơn một tháng nay chưa gửi" in quality
    assert "CAN_NANG" in quality
    today = text(ministry.get(ADDRESSES["today"], {"tinh": "01"}))
    assert ">88<" in today
    assert text(ministry.get(ADDRESSES["today"], {"tinh": "01", "co-so": "01001"}))
    yesterday = clock.today() - timedelta(days=1)
    assert "Chưa có lượt đến nào" in text(ministry.get(ADDRESSES["today"], {"ngay": yesterday.isoformat()}))


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - {"home", "emergencies"}))  # these two take no place
def test_addresses_that_make_no_sense_are_answered(counted, sign_in, name):
    officer = sign_in("officer")
    odd = {"ngay": "9999-12-31", "nam": "x", "thang": "99", "xem": "'"}
    assert officer.get(ADDRESSES[name], odd).status_code == 200
    assert officer.get(ADDRESSES[name], {"tinh": "zz"}).status_code == 404
    assert officer.post(ADDRESSES[name]).status_code == 405


def test_an_empty_house_is_told_in_words(db, sign_in):
    officer = sign_in("officer")
    for name in sorted(set(ADDRESSES) - {"facility"}):
        assert officer.get(ADDRESSES[name]).status_code == 200


def test_requests_that_are_overdue_stand_by_facility_of_the_own_province_and_name_nobody(counted, sign_in):
    late, later = clock.now() - timedelta(days=2), clock.now() + timedelta(days=2)
    for number, (facility, due) in enumerate([("01001", late), ("01001", later), ("01002", later), ("79001", late)]):
        database.execute(
            "insert into access_request (bucket, id, person, kind, entry, facility, said, at, reply_due, done_due,"
            " account) values (1, gen_random_uuid(), %s, 'erase', '', %s, 'Xin giúp', now(), %s, %s, 1)",
            (9_100_000 + number, facility, later, due),
        )
    page = sign_in("officer", area="01").get(ADDRESSES["demands"])
    assert [(name, one.late, one.waiting, one.done) for name, one in page.context["lines"]] == [
        ("=HYPERLINK(1)", 1, 2, 0), ("Trạm y tế Ba Đình", 0, 1, 0),
    ]  # fmt: skip
    assert (page.context["late"], page.context["facilities"]) == (1, 1)
    text = page.content.decode()
    assert "79001" not in text
    assert "Xin giúp" not in text
    assert "91000" not in text
    assert sign_in("officer").get(ADDRESSES["demands"]).context["late"] == 2


def test_columns_that_are_hidden_are_not_told_as_nought():
    said = counts.columns("Lượt đến theo giờ", "Giờ", "lượt", [("6", None), ("7", 0), ("8", 0)])["words"]
    assert said == "Các cột còn lại đều là 0. 1 cột không có số, hoặc được ẩn."
    assert counts.columns("", "", "lượt", [("6", 0)])["words"] == "Trong cả thời gian này đều là 0."
    assert "1 cột không có số" in counts.columns("", "", "lượt", [("6", None), ("7", 12), ("8", 30)])["words"]
