"""Passkeys in Chromium with a virtual authenticator (CDP, WebAuthn): made, used to sign in, removed after a proof."""

import pytest
from playwright.sync_api import expect

from sosuckhoe.base import db
from tests.doors.citizen.cast import cast
from tests.walked import WIDTHS, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def authenticator(page):
    """A telephone with a screen lock, held by its owner; returns the session that knows its passkeys."""
    asked = page.context.new_cdp_session(page)
    asked.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = asked.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return asked, made["authenticatorId"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_passkey_is_made_signs_in_and_goes_after_a_fresh_proof(page, server, width):
    cast()
    page.set_viewport_size({"width": width, "height": 800})
    house = f"http://localhost:{server.port}"
    asked, number = authenticator(page)
    page.goto(f"{house}/")
    page.get_by_role("button", name="Nguyễn Thị Lụa").click()
    page.goto(f"{house}/vao/tai-khoan")
    sound(page, "account")
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    sound(page, "passkey-add")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("button", name="Bỏ khóa này")).to_be_visible()
    [kept] = asked.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
    assert kept["rpId"] == "localhost"
    assert kept["isResidentCredential"]
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{house}/vao/")
    sound(page, "ways")
    page.get_by_role("link", name="Dùng khóa truy cập").click()
    sound(page, "passkey")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    db.execute("update access_session set began = began - make_interval(mins => 6)")
    page.goto(f"{house}/vao/tai-khoan")
    sound(page, "account-with-key")
    page.get_by_role("button", name="Bỏ khóa này").click()
    expect(page.get_by_role("heading", name="Chứng minh lại là bạn")).to_be_visible()
    sound(page, "prove")
    page.get_by_role("link", name="Dùng khóa truy cập").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Bỏ khóa này").click()
    expect(page.get_by_text("Khóa truy cập giúp bạn vào sổ")).to_be_visible()
    assert db.tuples("select how from access_session order by began") == [("demo",), ("passkey",), ("passkey",)]


def test_a_passkey_of_another_account_or_without_its_owner_opens_nothing(page, server):
    cast()
    house = f"http://localhost:{server.port}"
    asked, number = authenticator(page)
    page.goto(f"{house}/")
    page.get_by_role("button", name="Nguyễn Thị Lụa").click()
    page.goto(f"{house}/vao/khoa/them")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("button", name="Bỏ khóa này")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    asked.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.goto(f"{house}/vao/khoa")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("không mở được sổ nào").first).to_be_visible()
    asked.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    db.execute("delete from access_passkey")
    page.goto(f"{house}/vao/khoa")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("không mở được sổ nào").first).to_be_visible()
    assert db.value("select count(*) from access_session where ended is null") == 0
