"""How far the books reach: whose numbers an officer sees, the same in page and file, sorted without JavaScript."""

from __future__ import annotations

import csv
import random
import re
from io import StringIO

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import BUCKETS
from sosuckhoe.insight.actions import reach
from sosuckhoe.insight.reach import facts
from tests.insight.reach.crowd import people, write
from tests.walked import WIDTHS, sound

PAGE, FILE = "/dieu-hanh/do-bao-phu/", "/dieu-hanh/do-bao-phu.csv"


@pytest.fixture
def printed(db):
    """A print of today of some hundred people in two provinces."""
    day = clock.today()
    write(people(random.Random(8), 420))
    reach.renew(0, BUCKETS, day)
    reach.print_all(day)
    return day


def read(answer):
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_an_officer_sees_the_own_place_and_nothing_beside_or_above(printed, sign_in, address):
    ministry, province = sign_in("officer"), sign_in("officer", area="25")
    commune = sign_in("officer", area="04792")
    for place in ({}, {"tinh": "25"}, {"tinh": "01"}, {"xa": "04792"}, {"theo": "huyen"}):
        assert ministry.get(address, place).status_code == 200, place
    for place in ({"tinh": "01"}, {"xa": "00004"}, {"tinh": "01", "xa": "04792"}, {"xa": "99999"}):
        assert province.get(address, place).status_code == 404, place
    for place in ({"tinh": "01"}, {"xa": "04795"}, {"tinh": "01", "xa": "04792"}):
        assert commune.get(address, place).status_code == 404, place
    assert province.get(address, {"xa": "04792"}).status_code == 200
    assert commune.get(address, {"tinh": "25"}).status_code == 200
    assert {row["ma"] for row in read(commune.get(FILE, {"tinh": "25"}))} == {"04792"}
    assert {row["ma"] for row in read(province.get(FILE))} & {"", "01"} == set()


def test_page_and_file_hide_the_same_and_say_of_which_day(printed, sign_in):
    officer = sign_in("officer")
    rows = read(officer.get(FILE, {"tinh": "25"}))
    shown = db.tuples("select place, measure, number from insight_reach where province = '25' and day = %s", (printed,))
    numbers = {(place.rpartition("/")[2], measure): number for place, measure, number in shown}
    for row in rows[1:]:
        for measure in ("created", "linked", "opened", "filled", "clean"):
            number = numbers.get((row["ma"], measure), 0)
            assert row[measure] == ("dưới 10 hoặc được ẩn" if number is None else str(number))
    assert {row["ngay"] for row in rows} == {printed.isoformat()}
    assert rows[0]["dan_so"] == "4022638"
    text = officer.get(PAGE, {"tinh": "25"}).content.decode()
    assert "Số liệu tính đến ngày" in text
    assert "được ẩn" in text
    assert "ít người" not in text.partition("<h1>")[2].partition('class="look-chart"')[0], "hidden may be nearly all"
    assert "Nghị quyết" not in text, "sources stand in the data, not between the numbers"


def test_every_target_says_what_of_it_is_assumed(printed, sign_in):
    text = sign_in("officer").get(PAGE, {"tinh": "25"}).content.decode()
    lines = re.findall(r'<li class="look-target">(.*?)</li>', text, re.DOTALL)
    assert len(lines) == len(facts.targets()) > 2
    for line, target in zip(lines, facts.targets(), strict=True):
        assert ("Mục tiêu tạm đặt, chưa có văn bản." in line) == (not target.source), target.measure
        assert ("Ngày đạt mục tiêu là tạm đặt" in line) == (target.measure == "filled")
    assert "đi theo đường thẳng" in text
    unknown = sign_in("officer").get(PAGE, {"xa": "00004"}).content.decode()
    assert "Chưa so được: chưa biết dân số nơi này." in unknown


def test_columns_sort_by_a_link_and_hidden_numbers_come_last(printed, sign_in):
    officer = sign_in("officer")
    falling = [row["created"] for row in read(officer.get(FILE, {"tinh": "25", "xep": "created", "chieu": "giam"}))][1:]
    known = [int(one) for one in falling if one.isdigit()]
    assert known == sorted(known, reverse=True)
    assert all(one.isdigit() for one in falling[: len(known)])
    text = officer.get(PAGE, {"tinh": "25", "xep": "created", "chieu": "giam"}).content.decode()
    assert 'aria-sort="descending"' in text
    by_form = [row["created"] for row in read(officer.get(FILE, {"tinh": "25", "xep": "created"}))][1:]
    assert by_form == falling, "chosen in the form, the largest come first"
    rising = [row["created"] for row in read(officer.get(FILE, {"tinh": "25", "xep": "created", "chieu": "tang"}))][1:]
    assert [one for one in rising if one.isdigit()] == [str(one) for one in sorted(known)]


def test_districts_of_before_july_2025(printed, sign_in):
    rows = read(sign_in("officer").get(FILE, {"tinh": "25", "theo": "huyen"}))
    names = {row["ma"]: row["ten"] for row in rows}
    assert names["148"] == "Thành phố Hòa Bình, Tỉnh Hoà Bình"
    assert names["17"] == "Tỉnh Hoà Bình (trước 7/2025)"
    assert names["several"] == "Xã mới gồm đất của nhiều huyện cũ"
    country = read(sign_in("officer").get(FILE, {"theo": "huyen"}))
    assert {"17", "26"} <= {row["ma"] for row in country}


def test_before_the_first_print_the_page_says_so(sign_in):
    answer = sign_in("officer").get(PAGE)
    assert answer.status_code == 200
    assert "Chưa có bảng số liệu nào" in answer.content.decode()
    assert read(sign_in("officer").get(FILE))[0]["created"] == "0"


def walk_the_map(page):
    """By the keyboard alone: from the link before the map over every area, which says its name and figure, into one."""
    page.get_by_role("link", name="Bỏ qua bản đồ, đến bảng").focus()
    page.keyboard.press("Tab")
    first = page.locator(".look-map__place").first
    expect(first).to_be_focused()
    expect(first.locator("text")).to_be_visible()
    assert page.locator(".look-map__place:not([aria-label*=': '])").count() == 0
    commune = page.locator(".look-map__place:has([data-code='04792'])")
    said = commune.get_attribute("aria-label")
    commune.focus()
    expect(commune.get_by_text(said)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(said.partition(":")[0])
    page.go_back()


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_a_ministrys_officer_walks_from_the_country_to_a_commune(server, page, sign_in, printed, width, tmp_path):
    page.set_viewport_size({"width": width, "height": 800})
    cookie = sign_in("officer").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(server.url + PAGE)
    expect(page.locator("svg.look-map g[data-code='48'] .look-map__islands")).to_have_count(1)
    sound(page, "reach-country")
    page.locator("#bang-1 ~ table").first.get_by_role("link", name="Tỉnh Phú Thọ").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Phú Thọ")
    walk_the_map(page)
    sound(page, "reach-province")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng này (CSV)").click()
    download.value.save_as(tmp_path / "phu.csv")
    assert "Phú Thọ" in (tmp_path / "phu.csv").read_text(encoding="utf-8-sig")
    page.get_by_label("Chia theo").select_option("huyen")
    page.get_by_role("button", name="Xem").click()
    expect(page.get_by_text("Tỉnh Hoà Bình (trước 7/2025)").first).to_be_visible()
    sound(page, "reach-districts")
    page.goto(f"{server.url}{PAGE}?xa=04792")
    sound(page, "reach-commune")
    page.get_by_role("navigation", name="Đường về").get_by_role("link", name="Cả nước").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cả nước")


def test_addresses_of_the_pages():
    assert (reverse("office:reach"), reverse("office:reach-csv")) == (PAGE, FILE)
