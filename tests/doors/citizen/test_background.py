"""What a health profile tells of past illnesses, habits, disabilities and the family stands on a page of the book."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in
from tests.exchange.qd831.samples import content, profile
from tests.walked import enter, sound

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
OWN = library.GRANDMOTHER


def profiled():
    """The cast, with a health profile of the grandmother by a commune's station."""
    made = cast()
    registers.forget()
    register_facilities([Facility("25901", "Trạm Y tế xã Hùng Lô", vendor="minh_an")])
    birth = f"{OWN['NGAY_SINH'][6:8]}/{OWN['NGAY_SINH'][4:6]}/{OWN['NGAY_SINH'][:4]}"
    told = profile("25901", MADINHDANH=OWN["SO_CCCD"], HOTEN=OWN["HO_TEN"], NGAYSINH=birth, MABHXH="", MATHE="")
    told.tables[form.HABITS].append({"LOAI": "2", "TENLOAI": "Uống rượu bia", "TRANGTHAI": "2", "DABO": "0"})
    receive(PROGRAM, Parcel("25901", "profile", content(told, facility="25901")), "import", AT)
    while file.drain(AT):
        pass
    return made


def read(client, made, account):
    answer = sign_in(client, account).get(reverse("citizen:background", args=[made.patient]))
    return " ".join(answer.content.decode().split())


@pytest.mark.django_db
def test_the_four_are_told_with_who_wrote_them_and_what_is_private_is_its_owners(client):
    made = profiled()
    own = read(client, made, made.grandmother)
    for words in ("Đái tháo đường", "Mẹ", "Hút thuốc lá", "10 điếu/ngày", "Đã bỏ: có", "Nhìn kém mắt trái", "Từ 2015"):
        assert words in own, words
    assert own.count("Từ Sổ sức khỏe Minh An") >= 8
    assert "Số lần sinh đẻ" in own
    assert "<strong>2</strong>" in own
    assert "Trầm cảm" in own
    assert "Sử dụng ma túy" in own
    doctors = read(client, made, made.doctor)
    assert "Hút thuốc lá" in doctors
    assert "Trầm cảm" not in doctors
    assert "Sử dụng ma túy" not in doctors


@pytest.mark.django_db
def test_where_nobody_told_any_the_page_says_so(client):
    made = cast()
    assert read(client, made, made.grandmother).count("Chưa có cơ sở nào ghi.") == 4


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_is_reached_from_the_summary(wide, server):
    made = profiled()
    page = enter(wide, server, made.grandmother)
    page.goto(server.url + reverse("citizen:summary", args=[made.patient]))
    page.get_by_role("link", name="Tiền sử, thói quen, gia đình").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tiền sử, thói quen, gia đình")
    expect(page.get_by_text("Uống rượu bia")).to_be_visible()
    sound(page, "background")
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", name="Illnesses in the family")).to_be_visible()
