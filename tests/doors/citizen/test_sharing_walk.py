"""The grandmother hides a visit and shares her summary in Chromium; a doctor elsewhere opens it in another one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.book import queries
from tests.doors.citizen.cast import cast
from tests.doors.citizen.test_walk import serious_faults, sign_in
from tests.walked import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSCODE = "hoa-sen-68"


@pytest.fixture
def everybody(server):
    return cast()


def share(page, server, everybody):
    """The address of a new link with a passcode, as it stands on the page."""
    sign_in(page, server, "Nguyễn Thị Lụa")
    page.get_by_role("link", name="Quyền riêng tư").click()
    assert fits(page)
    assert serious_faults(page) == []
    page.get_by_role("link", name="Chia sẻ tóm tắt sức khỏe").click()
    assert fits(page)
    assert serious_faults(page) == []
    page.get_by_label("Mật mã").fill(PASSCODE)
    page.get_by_role("button", name="Tạo đường dẫn").click()
    expect(page.get_by_role("img", name="Mã QR mở tóm tắt sức khỏe")).to_be_visible()
    assert fits(page)
    assert serious_faults(page) == []
    return page.get_by_label("Hoặc gửi đường dẫn này").input_value()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_link_opens_in_another_browser(page, browser, server, everybody, has_script):
    address = share(page, server, everybody)
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 360, "height": 740})
    other = context.new_page()
    other.goto(address)
    assert fits(other)
    other.get_by_label("Bạn là ai").fill("BS Khang, Chợ Rẫy")
    other.get_by_label("Mật mã, nếu chủ sổ đã đặt").fill("khong-dung")
    other.get_by_role("button", name="Mở").click()
    expect(other.get_by_role("alert")).to_contain_text("Mật mã không đúng")
    if not has_script:
        other.get_by_label("Bạn là ai").fill("BS Khang, Chợ Rẫy")
    other.get_by_label("Mật mã, nếu chủ sổ đã đặt").fill(PASSCODE)
    other.get_by_role("button", name="Mở").click()
    expect(other.get_by_text("tăng huyết áp").first).to_be_visible()
    assert fits(other)
    if has_script:
        assert serious_faults(other) == []
    page.reload()
    expect(page.get_by_text("BS Khang, Chợ Rẫy")).to_be_visible()
    page.get_by_role("button", name="Tắt đường dẫn này").click()
    expect(page.get_by_text("Đường dẫn này không mở được nữa.")).to_be_visible()
    context.close()


def test_what_she_hides_is_gone_for_her_doctor(page, browser, server, everybody):
    visit = queries.timeline_of(queries.owner(everybody.person))[0].key
    sign_in(page, server, "Nguyễn Thị Lụa")
    place = server.url + reverse("citizen:visit", args=[everybody.patient, visit])
    page.goto(place)
    page.get_by_role("button", name="Giấu mục này khỏi mọi người khác").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    doctor = context.new_page()
    sign_in(doctor, server, "Lê Văn Đức")
    assert doctor.goto(place).status == 404
    page.get_by_role("button", name="Chấm dứt").click()
    expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận")
    assert doctor.goto(place).status == 200
    context.close()
