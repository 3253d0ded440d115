"""Every right of the data subject in Chromium: see, copy, correct, withdraw, restrict, erase; on two screens."""

import pytest
from playwright.sync_api import expect

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.book import queries
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import actions as identity
from sosuckhoe.identity import queries as register
from tests.exchange.samples import FACILITY, package
from tests.identity.merged import LAN, send
from tests.walked import enter, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lan(server):
    registers.forget()
    identity.register_facilities([register.Facility(FACILITY, "Bệnh viện Quận Một", "hospital", "79")])
    send(package(), package("LK0002", NGAY_VAO="202603050815", NGAY_RA="202603050945"))
    person = register.person_of(LAN)
    return access.open_account(PROGRAM, "ba-lan", name="Nguyễn Thị Lan", role="citizen", person=person)


@pytest.fixture
def book(server, lan):
    return f"{server.url}/so/{queries.owner(lan.person).patient}"


@pytest.fixture
def staff():
    def opened(username, role):
        return access.open_account(PROGRAM, username, name=username, role=role, facility=FACILITY)

    return [opened("nv-mot", "clerk"), opened("nv-hai", "clerk"), opened("bs-mot", "doctor")]


def ask(page, book, kind, entry, words):
    page.goto(f"{book}/yeu-cau/?muc={entry}")
    page.get_by_label("Bạn muốn").select_option(kind)
    page.get_by_label("Điều gì sai").fill(words)
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi")


def answer(page, server, words, ground=""):
    page.goto(f"{server.url}/co-so/yeu-cau/")
    if ground:
        page.get_by_label("Căn cứ để xóa").select_option(ground)
    page.get_by_label("Trả lời người dân").first.fill(words)
    page.get_by_role("button", name="Trả lời").first.click()


def visits():
    """Both visits, the older first."""
    rows = db.tuples("select keys from exchange_record order by ma_lk")
    return [clinical.entries_among(keys, "Encounter")[0] for (keys,) in rows]


def test_see_copy_and_withdraw(wide, server, lan, book, staff):
    enter(wide, server, lan).goto(f"{book}/")
    expect(wide.get_by_role("heading", level=1)).to_be_visible()
    wide.goto(f"{book}/yeu-cau/")
    with wide.expect_download() as fhir:
        wide.get_by_role("link", name="Tải tệp đầy đủ để ứng dụng khác đọc").click()
    assert b'"resourceType"' in fhir.value.path().read_bytes()
    wide.get_by_role("link", name="Tải bản sao sổ để đọc và in (PDF)").click()
    sound(wide, "copy")
    with wide.expect_download() as paper:
        wide.get_by_role("button", name="Tải tập 1 (PDF)").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")
    wide.goto(f"{book}/quyen/")
    wide.get_by_label("Cơ sở hoặc người").last.select_option(label="Bệnh viện Quận Một")
    wide.locator("input[name=nhan]").first.check()
    wide.get_by_role("button", name="Tôi đồng ý cho xem").click()
    given = wide.locator("section.look-card").filter(has_text="Tôi đồng ý cho")
    given.get_by_role("button", name="Chấm dứt").click()
    expect(given).to_have_count(0)


def test_correct_and_restrict(wide, server, lan, book, staff):
    clerk, _, doctor = staff
    entry, _ = visits()
    enter(wide, server, lan)
    ask(wide, book, "restrict", entry, "Xin đừng dùng lần khám này nữa.")
    expect(wide.get_by_text("Còn 15 ngày")).to_be_visible()
    sound(wide, "rights-asked")
    db.execute("update access_request set done_due = now() - interval '3 days', reply_due = now() - interval '9 days'")
    ask(wide, book, "correct", entry, "Ngày vào viện ghi nhầm.")
    cards = wide.locator("section.look-card")
    expect(cards.first).to_contain_text("Quá hạn 3 ngày")
    sound(wide, "rights-overdue")
    enter(wide, server, clerk).goto(f"{server.url}/co-so/yeu-cau/")
    expect(wide.locator("section.look-card").first).to_contain_text("Quá hạn 3 ngày")
    sound(wide, "rights-desk")
    answer(wide, server, "Đã hạn chế.")
    answer(wide, server, "Đã gửi bản sửa.")
    enter(wide, server, doctor)
    place = f"{book}/lan-kham/{entry.partition('/')[2]}"
    assert wide.goto(place).status == 404
    enter(wide, server, lan)
    assert wide.goto(place).status == 200
    wide.goto(f"{book}/quyen/")
    held = wide.locator("section.look-card").filter(has_text="Theo yêu cầu của chủ sổ")
    sound(wide, "rights-restricted")
    held.get_by_role("button", name="Chấm dứt").click()
    expect(held).to_have_count(0)
    enter(wide, server, doctor)
    assert wide.goto(place).status == 200


def test_erase_by_two_persons(wide, server, lan, book, staff):
    clerk, second, _ = staff
    entry, other = visits()
    enter(wide, server, lan)
    ask(wide, book, "erase", entry, "Lần khám này không phải của tôi.")
    enter(wide, server, clerk)
    answer(wide, server, "Luật giữ.", "retention-ended")
    expect(wide.get_by_role("alert")).to_contain_text("luật buộc lưu hồ sơ này đến 02/03/2036")
    sound(wide, "rights-law")
    answer(wide, server, "Đúng là nhầm người.", "wrong-person")
    expect(wide.get_by_text("Một người khác phải xác nhận")).to_be_visible()
    sound(wide, "rights-proposed")
    enter(wide, server, lan).goto(f"{book}/yeu-cau/")
    expect(wide.get_by_text("đang chờ người thứ hai xác nhận")).to_be_visible()
    enter(wide, server, second).goto(f"{server.url}/co-so/yeu-cau/")
    sound(wide, "rights-confirm")
    wide.get_by_role("button", name="Xác nhận và xóa hẳn").click()
    expect(wide.get_by_text("Đúng là nhầm người.")).to_be_visible()
    enter(wide, server, lan)
    names = [one.partition("/")[2] for one in (entry, other)]
    assert [wide.goto(f"{book}/lan-kham/{name}").status for name in names] == [404, 200]
    wide.goto(f"{book}/ai-da-xem/")
    expect(wide.get_by_text("xóa theo yêu cầu của chủ sổ").first).to_be_visible()
    sound(wide, "rights-erased")
