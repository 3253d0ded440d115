"""A steward sends lists of facilities and practitioners; nobody else gets a page, nor another province's report."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from sosuckhoe.base import db as database
from sosuckhoe.doors.office import steward
from tests.exchange.register.test_importing import FACILITIES, LICENCES
from tests.walked import fits, turn_to

FAULTY = LICENCES + "GP-88,Hồ Văn Cường,Bác sĩ,,,12,,2026-02-30,,,\n"


def sent(client, text, key=None):
    file = SimpleUploadedFile("danh-sach.csv", text.encode())
    return client.post("/danh-ba/", {"tep": file, "khoa": str(key or uuid.uuid4())})


@pytest.mark.parametrize(
    "who", [{"role": "officer"}, {"role": "admin", "facility": "79001"}, {"role": "clerk", "facility": "79001"}]
)
def test_nobody_else_gets_a_page(db, sign_in, who):
    client = sign_in(who.pop("role"), **who)
    assert client.get("/danh-ba/").status_code == 404
    assert sent(client, FACILITIES).status_code == 404
    assert client.get("/danh-ba/mau/facilities.csv").status_code == 404
    assert database.value("select count(*) from exchange_register_entry") == 0


def test_a_report_is_read_in_its_own_province_only(db, sign_in):
    key = uuid.uuid4()
    assert sent(sign_in("steward", area="79"), FACILITIES, key).url == f"/danh-ba/{key}/"
    for address in (f"/danh-ba/{key}/", f"/danh-ba/{key}/loi.csv"):
        assert sign_in("steward", area="79").get(address).status_code == 200
        assert sign_in("steward", area="01").get(address).status_code == 404
    assert f"/danh-ba/{key}/" not in sign_in("steward", area="01").get("/danh-ba/").content.decode()


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        (None, 400, "Chưa chọn tệp nào"),
        ("a,b\n1,2\n", 422, "không thuộc danh sách nào"),
        ("x" * (steward.MOST_BYTES + 1), 413, "lớn hơn 4 MB"),
        ("x" * (steward.MOST_BYTES + 2 * steward.MEBIBYTE), 413, "lớn hơn 4 MB"),
    ],
)
def test_what_is_no_list_is_told_on_the_page(db, sign_in, text, status, sentence):
    client = sign_in("steward")
    answer = client.post("/danh-ba/") if text is None else sent(client, text)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_a_template_has_the_columns_of_its_list(db, sign_in):
    client = sign_in("steward")
    assert client.get("/danh-ba/mau/licences.csv").content.decode("utf-8-sig").startswith("licence,name,title,")
    assert client.get("/danh-ba/mau/other.csv").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_a_steward_sends_a_list_and_reads_what_to_mend(server, page, sign_in, tmp_path, width, height):
    page.set_viewport_size({"width": width, "height": height})
    cookie = sign_in("steward", area="79").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(f"{server.url}/doi-soat/")
    turn_to(page, "Danh bạ")
    assert fits(page)
    place = tmp_path / "nguoi-hanh-nghe.csv"
    place.write_text(FAULTY, encoding="utf-8")
    page.get_by_label("Chọn tệp CSV").set_input_files(place)
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_role("heading", name="Kết quả nạp danh sách")).to_be_visible()
    expect(page.get_by_text("Dòng 5")).to_have_count(2)
    expect(page.get_by_text("Không phải ngày.")).to_be_visible()
    expect(page.get_by_text("Hồ Văn Cường")).to_have_count(0)
    assert fits(page)
    place.write_text(LICENCES, encoding="utf-8")
    turn_to(page, "Danh bạ")
    expect(page.get_by_text("Có dòng bị từ chối")).to_be_visible()
    page.get_by_label("Chọn tệp CSV").set_input_files(place)
    page.get_by_role("button", name="Gửi danh sách").click()
    expect(page.get_by_text("Không có dòng nào bị từ chối.")).to_be_visible()
    assert fits(page)
