"""The ways in, in Chromium, on a small phone and on a wide screen: paper, shared telephone, card, staff with an app."""

from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from sosuckhoe.access import actions, cards, codes, phones, sending, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from tests.book import library
from tests.doors.entrance.test_phone import PHONE, citizen, code_sent
from tests.walked import enter, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN = "840517"


@pytest.fixture(autouse=True)
def _stub(settings):
    settings.SMS_SENDER = sending.STUB


def test_activation_by_a_paper(wide, server):
    lua = citizen(phone="")
    code = codes.print_for(PROGRAM, lua, clock.now())
    wide.goto(f"{server.url}/vao/giay")
    sound(wide, "paper")
    wide.get_by_label("Mã trên giấy").fill(code)
    wide.get_by_label("Ngày sinh").fill("1/1/1960")
    wide.get_by_role("button", name="Kích hoạt").click()
    expect(wide.get_by_text("Mã hoặc ngày sinh không đúng").first).to_be_visible()
    sound(wide, "paper-wrong")
    wide.get_by_label("Mã trên giấy").fill(code)
    wide.get_by_label("Ngày sinh").fill("12/03/1960")
    wide.get_by_role("button", name="Kích hoạt").click()
    expect(wide.get_by_role("heading", name="Tài khoản của tôi")).to_be_visible()


def test_two_people_share_a_telephone(wide, server):
    citizen()
    citizen("Trần Văn Đức", "025058009999", "1958-01-02")
    wide.goto(f"{server.url}/vao/")
    wide.get_by_role("link", name="Gửi mã cho tôi").click()
    sound(wide, "phone")
    wide.get_by_label("Số điện thoại").fill("0912 345 678")
    wide.get_by_role("button", name="Gửi mã cho tôi").click()
    sound(wide, "code")
    wide.get_by_label("Mã trong tin nhắn").fill(code_sent())
    wide.get_by_role("button", name="Tiếp tục").click()
    sound(wide, "whose")
    wide.get_by_label("T. V. Đức").check()
    wide.get_by_label("Ngày sinh").fill("12/03/1960")
    wide.get_by_label("4 số cuối").fill("1234")
    wide.get_by_role("button", name="Mở sổ").click()
    expect(wide.get_by_text("không khớp với người đã chọn").first).to_be_visible()
    sound(wide, "whose-wrong")
    wide.get_by_label("Ngày sinh").fill("02/01/1958")
    wide.get_by_label("4 số cuối").fill("9999")
    wide.get_by_role("button", name="Mở sổ").click()
    expect(wide.get_by_role("button", name="Đăng xuất")).to_be_visible()
    wide.goto(f"{server.url}/vao/tai-khoan/dien-thoai")
    sound(wide, "new-phone")
    wide.get_by_label("Số điện thoại").fill("0987654321")
    wide.get_by_role("button", name="Gửi mã đến số mới").click()
    wide.get_by_label("Mã trong tin nhắn").fill(code_sent())
    sound(wide, "new-phone-code")
    wide.get_by_role("button", name="Ghi số này").click()
    expect(wide.get_by_text("Số cũ đã được báo tin").first).to_be_visible()
    sound(wide, "account-changing")
    wide.goto(sending.kept()[0][2].rpartition(" ")[2])
    sound(wide, "keep-phone")
    wide.get_by_role("button", name="Không phải tôi: giữ số cũ").click()
    expect(wide.get_by_role("heading", name="Đã giữ số cũ")).to_be_visible()
    assert len(phones.accounts_at(phones.blind_of(PHONE), clock.now())) == 2


def test_a_clerk_gives_out_a_card_and_it_signs_in(wide, server):
    lua = citizen(phone="")
    actions.tie([("01001", lua.person)], library.NOW)
    clerk = actions.open_account(PROGRAM, "clerk", name="Thư ký", role="clerk", facility="01001")
    enter(wide, server, clerk).goto(f"{server.url}/co-so/the/")
    wide.get_by_label("Số căn cước").fill("025160001234")
    wide.get_by_label("Căn cước, đã so ảnh").check()
    wide.get_by_label("PIN do người bệnh tự gõ").fill(PIN)
    wide.get_by_label("Gõ lại PIN").fill(PIN)
    sound(wide, "cards")
    wide.get_by_role("button", name="Cấp thẻ").click()
    expect(wide.get_by_role("heading", name="Đã cấp thẻ")).to_be_visible()
    sound(wide, "card-issued")
    code = cards.issue(sign_in.actor_for(clerk), lua, PIN, "cccd", "1960-03-12", clock.now())
    wide.context.clear_cookies()
    wide.goto(f"{server.url}/vao/the/{code}")
    sound(wide, "card")
    wide.get_by_label("PIN").fill("111222")
    wide.get_by_role("button", name="Mở sổ").click()
    expect(wide.get_by_text("Thẻ hoặc PIN không đúng").first).to_be_visible()
    sound(wide, "card-wrong")
    wide.get_by_label("PIN").fill(PIN)
    wide.get_by_role("button", name="Mở sổ").click()
    expect(wide.get_by_role("button", name="Đăng xuất")).to_be_visible()
    wide.goto(f"{server.url}/vao/tai-khoan")
    sound(wide, "account-card")
    wide.get_by_role("button", name="Khóa thẻ này").click()
    wide.goto(f"{server.url}/vao/the/")
    sound(wide, "card-typed")


def test_staff_activate_and_sign_in_with_an_app(wide, server):
    code = actions.invite(PROGRAM, "bs.lan", name="Bác sĩ Lan", role="doctor", facility="01001", at=clock.now())
    wide.goto(f"{server.url}/vao/giay")
    wide.get_by_label("Mã trên giấy").fill(code)
    wide.get_by_label("Ngày sinh (nhân viên: tên đăng nhập)").fill("bs.lan")
    wide.get_by_role("button", name="Kích hoạt").click()
    sound(wide, "password")
    for box in wide.get_by_label("mật khẩu").all():
        box.fill("trời hôm nay nhiều mây")
    wide.get_by_role("button", name="Tiếp tục").click()
    sound(wide, "enrol")
    app = pyotp.TOTP(wide.locator("main code").inner_text())
    wide.get_by_role("textbox").fill(app.now())
    wide.get_by_role("button", name="Xong").click()
    expect(wide.get_by_role("button", name="Đăng xuất")).to_be_visible()
    wide.get_by_role("button", name="Đăng xuất").click()
    wide.goto(f"{server.url}/vao/nhan-vien")
    sound(wide, "staff")
    wide.get_by_label("Tên đăng nhập").fill("bs.lan")
    wide.get_by_label("Mật khẩu").fill("trời hôm nay nhiều mây")
    wide.get_by_role("button", name="Tiếp tục").click()
    sound(wide, "second")
    wide.get_by_role("textbox").fill(app.at(clock.now() + timedelta(seconds=30)))
    wide.get_by_role("button", name="Đăng nhập").click()
    expect(wide.get_by_role("button", name="Đăng xuất")).to_be_visible()
