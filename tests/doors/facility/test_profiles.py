"""A health profile on a facility's pages: sent by the upload page, read with its words, written back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.qd831.read import read_profiles
from tests.doors.facility.conftest import HERE
from tests.exchange.qd831.samples import content, profile
from tests.walked import fits, turn_to

pytestmark = pytest.mark.browser


def test_a_clerk_sends_a_profile_and_reads_what_it_says(server, page, sign_in, tmp_path):
    registers.forget()
    database.execute(
        "insert into identity_facility (facility, name, province, vendor) values (%s, %s, '01', 'minh_an')",
        (HERE, "Trạm Y tế phường Ba Đình"),
    )
    cookie = sign_in("clerk").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(f"{server.url}/co-so/tai-len/")
    sent = content(profile(facility=HERE, NGAYSINH="1/1/1"), facility=HERE)
    page.get_by_label("Chọn tệp").set_input_files({"name": "hssk.xml", "mimeType": "text/xml", "buffer": sent})
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.get_by_role("heading", name="Đang xử lý").wait_for()
    while file.drain(clock.now()):
        pass
    page.get_by_role("heading", name="Báo cáo của lần gửi").wait_for()
    turn_to(page, "Gói đã gửi")
    page.get_by_role("link", name=":").first.click()
    page.get_by_role("link", name="Hồ sơ thứ 1").click()
    assert fits(page)
    expect(page.get_by_role("heading", name="Hồ sơ HSSK/NK0001")).to_be_visible()
    expect(page.get_by_text("không phải ngày dd/MM/yyyy").first).to_be_visible()
    expect(page.get_by_text("Thông tin hành chính").first).to_be_visible()
    expect(page.get_by_text("Họ và tên").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Xuất tệp XML").click()
    download.value.save_as(tmp_path / "back.xml")
    (back,) = read_profiles((tmp_path / "back.xml").read_bytes()).packages
    assert back.tables["THONGTINCHUNG"][0]["HOTEN"] == "Nguyễn Thị Lan"
