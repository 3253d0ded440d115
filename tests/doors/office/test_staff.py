"""A steward gives a facility's staff their accounts: preview, papers, and the first sign-in of one of them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.access.models import Account
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from tests.walked import fits

STAFF = "facility,username,name,role\n79001,bs.lan,Nguyễn Thị Lan,doctor\n79001,dd.hoa,Trần Thị Hoa,nurse\n"


@pytest.fixture
def hospital(db):
    register_facilities([Facility("79001", "Bệnh viện Lê Lợi", province="79")])


def file(text=STAFF):
    return SimpleUploadedFile("nhan-vien.csv", text.encode())


@pytest.mark.parametrize(
    "who", [{"role": "officer"}, {"role": "admin", "facility": "79001"}, {"role": "clerk", "facility": "79001"}]
)
def test_nobody_else_gets_a_page(hospital, sign_in, who):
    client = sign_in(who.pop("role"), **who)
    assert client.get("/danh-ba/nhan-vien/").status_code == 404
    assert client.get("/danh-ba/nhan-vien/mau.csv").status_code == 404
    assert client.post("/danh-ba/nhan-vien/", {"tep": file()}).status_code == 404
    assert not Account.objects.filter(facility="79001", role="doctor").exists()


def test_who_has_not_signed_in_is_sent_to_sign_in(db):
    assert Client().get("/danh-ba/nhan-vien/").url.startswith(reverse("citizen:sign-in"))


def test_another_plan_than_the_previewed_one_is_shown_again(hospital, sign_in):
    client = sign_in("steward", area="79")
    facts = {"noi-dung": STAFF, "dau": "0" * 32, "thuc-hien": "1"}
    answer = client.post("/danh-ba/nhan-vien/", facts)
    assert answer.status_code == 409
    assert "Xem trước" in answer.content.decode()
    assert not Account.objects.filter(username="bs.lan").exists()


def test_a_file_of_no_list_is_told_on_the_form(hospital, sign_in):
    client = sign_in("steward", area="79")
    assert client.post("/danh-ba/nhan-vien/").status_code == 400
    assert client.post("/danh-ba/nhan-vien/", {"tep": file("a,b\n1,2\n")}).status_code == 422
    assert client.post("/danh-ba/nhan-vien/", {"tep": file("x" * 1_100_000)}).status_code == 413


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_a_steward_provisions_a_hospital_and_a_doctor_begins(server, page, sign_in, tmp_path, width, height):
    register_facilities([Facility("79001", "Bệnh viện Lê Lợi", province="79")])
    page.set_viewport_size({"width": width, "height": height})
    cookie = sign_in("steward", area="79").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(f"{server.url}/danh-ba/nhan-vien/")
    assert fits(page)
    place = tmp_path / "nhan-vien.csv"
    place.write_text(STAFF, encoding="utf-8")
    page.get_by_label("Chọn tệp CSV").set_input_files(place)
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", name="Xem trước: chưa có gì thay đổi")).to_be_visible()
    assert not Account.objects.filter(username="bs.lan").exists()
    assert fits(page)
    page.get_by_role("button", name="Thực hiện").click()
    expect(page.get_by_role("heading", name="Giấy kích hoạt: Nguyễn Thị Lan")).to_be_visible()
    assert fits(page)
    panel = page.get_by_role("region", name="Giấy kích hoạt: Nguyễn Thị Lan")
    code = panel.locator(".look-panel__reference").inner_text()
    page.context.clear_cookies()
    page.goto(f"{server.url}/vao/giay")
    page.locator("[name=code]").fill(code)
    page.locator("[name=proof]").fill("bs.lan")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("[name=password]").first).to_be_visible()
