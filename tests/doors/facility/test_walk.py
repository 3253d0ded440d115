"""A clerk and a doctor walk their pages in a browser, on a small phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.exchange.actions import file, registers
from tests.doors.facility.conftest import ELSEWHERE, HERE
from tests.doors.facility.test_pages import come
from tests.doors.facility.test_upload import DOCTYPE, GOOD, REFUSED, zipped
from tests.walked import fits, turn_to

pytestmark = pytest.mark.browser


@pytest.fixture
def walker(server, page, sign_in):
    """`walker("clerk")`: a page in that session, at the facility's first page."""
    registers.forget()
    database.execute(
        "insert into identity_facility (facility, name, province) values (%s, %s, '01'), (%s, %s, '79')",
        (HERE, "Bệnh viện Đa khoa Sông Hồng", ELSEWHERE, "Bệnh viện Nhân Ái"),
    )

    def walk(who):
        cookie = sign_in(who).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
        page.goto(f"{server.url}/co-so/")
        return page

    return walk


def test_a_clerk_uploads_a_zip_and_reads_the_report(walker):
    page = walker("clerk")
    assert fits(page)
    turn_to(page, "Tải tệp lên")
    assert fits(page)
    content = zipped(tot_xml=GOOD, thieu_ma_xml=REFUSED, la_xml=DOCTYPE)
    page.get_by_label("Chọn tệp").set_input_files(
        {"name": "thang-11.zip", "mimeType": "application/zip", "buffer": content}
    )
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.get_by_role("heading", name="Đang xử lý").wait_for()
    assert fits(page)
    while file.drain(clock.now()):
        pass
    page.get_by_role("heading", name="Báo cáo của lần gửi").wait_for()  # htmx asks again by itself
    assert fits(page)
    expect(page.get_by_text("2 hồ sơ, 1 bị từ chối")).to_be_visible()
    expect(page.get_by_text("DOCTYPE")).to_be_visible()
    expect(page.get_by_text("MA_LK").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải báo cáo (CSV)").click()
    assert download.value.suggested_filename == "bao-cao.csv"
    turn_to(page, "Gói đã gửi")
    page.get_by_role("link", name=":").first.click()
    assert fits(page)
    expect(page.get_by_text("Số biên nhận")).to_be_visible()


def test_a_doctor_opens_a_book_from_patients_of_today(walker):
    page = walker("doctor")
    come("LK1", "LK2")
    page.get_by_role("link", name="Người đến khám").first.click()
    assert fits(page)
    page.get_by_role("link", name="Mở sổ").first.click()
    expect(page).to_have_url(re.compile("/so/"))
    expect(page.get_by_text("Nguyễn Thị Lan").first).to_be_visible()


def test_the_upload_page_works_without_javascript(walker, browser, server):
    walked = walker("clerk")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.add_cookies(walked.context.cookies())
    page = context.new_page()
    page.goto(f"{server.url}/co-so/tai-len/")
    page.get_by_label("Chọn tệp").set_input_files({"name": "a.xml", "mimeType": "text/xml", "buffer": GOOD})
    page.get_by_role("button", name="Gửi", exact=True).click()
    while file.drain(clock.now()):
        pass
    page.get_by_role("heading", name="Báo cáo của lần gửi").wait_for()  # the page refreshes itself
    context.close()
