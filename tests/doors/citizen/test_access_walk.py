"""Family, desk, links, hiding, log, requests and emergencies in Chromium, on a small phone and on a wide screen."""

import re

import pytest
from playwright.sync_api import expect

from sosuckhoe.access import actions as access
from sosuckhoe.access import cards, handover, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.book import queries
from tests.book import library
from tests.doors.citizen.cast import cast
from tests.walked import enter, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LEVELS = [("chỉ xem sổ", "chỉ xem sổ"), ("xem sổ và cho cơ sở", "cho cơ sở"), ("như tôi", "làm mọi việc như chủ sổ")]


@pytest.fixture
def everybody(server):
    return cast()


@pytest.fixture
def book(server, everybody):
    return f"{server.url}/so/{everybody.patient}"


def test_a_representative_is_named_at_three_levels_and_ended(wide, server, everybody):
    enter(wide, server, everybody.grandmother).goto(f"{server.url}/gia-dinh/")
    sound(wide, "family")
    for level, shown in LEVELS:
        wide.get_by_label("Họ và tên người được nhờ").fill("Lê Văn Khách")
        wide.get_by_label("Số căn cước của người đó").fill("025170009999")
        wide.get_by_label(re.compile(level)).check()
        wide.get_by_role("button", name="Tôi đồng ý nhờ người này").click()
        card = wide.locator("section.look-card").filter(has_text="Lê Văn Khách")
        expect(card).to_contain_text(shown)
    sound(wide, "family-named")
    card.get_by_role("button", name="Chấm dứt").click()
    expect(wide.locator("section.look-card").filter(has_text="Lê Văn Khách")).to_have_count(0)


def test_a_mothers_hold_ends_by_the_birthdays_of_the_law(wide, server, everybody):
    mother, child = everybody.daughter, everybody.stranger.person
    born = handover.birthday(clock.today(), -15).isoformat()
    access.give_book_to(mother.person, child, "mother", "full", clock.today(), born)
    patient = queries.owner(child).patient
    enter(wide, server, mother).goto(f"{server.url}/gia-dinh/")
    expect(wide.get_by_text("làm mọi việc như chủ sổ").first).to_be_visible()
    sound(wide, "family-child")
    db.execute("update access_relation set full_until = %s where dependant = %s", [clock.today(), child])
    wide.reload()
    held = wide.locator("section.look-card").filter(has_text="Lê Văn Khách")
    expect(held).to_contain_text("chỉ xem sổ")
    db.execute("update access_relation set until = %s where dependant = %s", [clock.today(), child])
    wide.reload()
    expect(held).to_have_count(0)
    assert wide.goto(f"{server.url}/so/{patient}/").status == 404


def test_the_desk_both_ways(wide, server, everybody, book):
    enter(wide, server, everybody.grandmother).goto(f"{book}/ma")
    sound(wide, "desk")
    wide.get_by_role("button", name="Tôi đồng ý, cho tôi mã").click()
    code = wide.locator("#ma-so").inner_text()
    sound(wide, "desk-code")
    enter(wide, server, everybody.other_doctor).goto(f"{server.url}/co-so/quay/")
    wide.get_by_label("Mã sổ của người bệnh").fill("AAAA-BBBB-CCCC")
    wide.get_by_role("button", name="Mở sổ", exact=True).click()
    expect(wide.get_by_role("alert")).to_contain_text("Mã này không đúng")
    wide.get_by_label("Mã sổ của người bệnh").fill(code)
    sound(wide, "counter")
    wide.get_by_role("button", name="Mở sổ", exact=True).click()
    expect(wide).to_have_url(f"{book}/")
    card = cards.issue(
        sign_in.actor_for(everybody.clerk), everybody.grandmother, "580413", "cccd", "1960-03-12", clock.now()
    )
    enter(wide, server, everybody.other_doctor).goto(f"{server.url}/co-so/quay/")
    wide.get_by_label("Mã trên thẻ").fill(card)
    wide.get_by_label("PIN, người bệnh tự gõ").fill("580413")
    wide.get_by_role("button", name="Mở sổ bằng thẻ").click()
    expect(wide).to_have_url(f"{book}/")
    enter(wide, server, everybody.grandmother).goto(f"{server.url}/lay-so/{library.COMMUNE}")
    sound(wide, "number")
    wide.get_by_role("button", name="Đồng ý và lấy số").click()
    expect(wide.get_by_role("heading", name="Số của bạn: 1")).to_be_visible()
    sound(wide, "number-taken")


def test_hiding_the_log_and_a_correction(wide, server, everybody, book):
    enter(wide, server, everybody.doctor).goto(f"{book}/")
    enter(wide, server, everybody.grandmother).goto(f"{book}/quyen/")
    sound(wide, "privacy")
    wide.get_by_label("Loại mục").select_option("tests")
    wide.get_by_role("button", name="Giấu", exact=True).click()
    expect(wide.get_by_role("status")).to_contain_text("Đã ghi nhận")
    sound(wide, "privacy-hidden")
    wide.goto(f"{book}/ai-da-xem/")
    expect(wide.get_by_text("Bác sĩ Lê Văn Đức").first).to_be_visible()
    sound(wide, "lookers")
    wide.goto(f"{book}/yeu-cau/")
    sound(wide, "requests")
    wide.get_by_label("Nơi đã ghi").select_option(library.DISTRICT)
    wide.get_by_label("Điều gì sai").fill("Ngày vào viện ghi nhầm, tôi vào ngày 3.")
    wide.get_by_role("button", name="Gửi").click()
    expect(wide.get_by_text("Phản hồi trước").first).to_be_visible()
    sound(wide, "requests-sent")
    enter(wide, server, everybody.clerk).goto(f"{server.url}/co-so/yeu-cau/")
    sound(wide, "requests-desk")
    wide.get_by_label("Trả lời người dân").fill("Đã sửa ngày vào viện.")
    wide.get_by_role("button", name="Trả lời").click()
    enter(wide, server, everybody.grandmother).goto(f"{book}/yeu-cau/")
    expect(wide.get_by_text("Đã sửa ngày vào viện.")).to_be_visible()


def test_a_link_is_made_seen_and_ended(wide, server, everybody, book):
    enter(wide, server, everybody.grandmother).goto(f"{book}/chia-se/")
    sound(wide, "share")
    wide.get_by_role("button", name="Tạo đường dẫn").click()
    expect(wide.get_by_role("heading", name="Đường dẫn chia sẻ")).to_be_visible()
    sound(wide, "link")
    address = wide.get_by_label("Hoặc gửi đường dẫn này").input_value()
    wide.context.clear_cookies()
    wide.goto(address)
    sound(wide, "link-view")
    wide.get_by_label("Bạn là ai").fill("BS Khang, Chợ Rẫy")
    wide.get_by_role("button", name="Mở").click()
    expect(wide.get_by_text("tăng huyết áp").first).to_be_visible()
    sound(wide, "link-opened")


def test_an_emergency_is_told_and_reviewed(wide, server, everybody, book):
    enter(wide, server, everybody.other_doctor).goto(f"{server.url}/co-so/cap-cuu/")
    wide.get_by_label("Số căn cước hoặc").fill("025160001234")
    wide.get_by_label("Người bệnh bất tỉnh").check()
    wide.get_by_label("Tình trạng").fill("Bất tỉnh tại nhà, cần biết thuốc đang dùng.")
    sound(wide, "emergency")
    wide.get_by_role("button", name="Mở sổ, tôi chịu trách nhiệm").click()
    expect(wide).to_have_url(f"{book}/")
    enter(wide, server, everybody.grandmother).goto(f"{book}/")
    expect(wide.get_by_text("Sổ đã được mở để cấp cứu")).to_be_visible()
    sound(wide, "summary-emergency")
    enter(wide, server, everybody.officer).goto(f"{server.url}/dieu-hanh/cap-cuu/")
    sound(wide, "emergencies")
    wide.get_by_label("Kết luận").select_option("justified")
    wide.get_by_label("Nhận xét").fill("Có giấy cấp cứu kèm theo.")
    wide.get_by_role("button", name="Ghi kết luận").click()
    expect(wide.get_by_text("Không có lần nào chờ xem lại.")).to_be_visible()


def test_a_steward_enters_a_decision_about_who_holds_a_book(wide, server, everybody, book):
    steward = access.open_account(PROGRAM, "doi-soat", name="Lý Văn Soát", role="steward", area="25")
    enter(wide, server, steward).goto(f"{server.url}/quyen-giu-so/")
    for label, words in (
        ("Số định danh của chủ sổ", "025160001234"),
        ("Họ và tên chủ sổ", "Nguyễn Thị Lụa"),
        ("Số định danh của người giữ sổ", "025188004321"),
        ("Họ và tên người giữ sổ", "Trần Thị Hạnh"),
        ("Số quyết định, bản án", "12/2026/QĐ-TA"),
        ("Cơ quan ra quyết định", "Tòa án nhân dân khu vực 3"),
        ("Ngày quyết định", "02/11/2026"),
    ):
        wide.get_by_label(label).fill(words)
    wide.get_by_label("Thôi không cho giữ sổ").check()
    wide.get_by_label("Lý do").select_option("guardian")
    sound(wide, "custody")
    wide.get_by_role("button", name="Ghi quyết định").click()
    expect(wide.get_by_text("có hiệu lực ngay").first).to_be_visible()
    assert enter(wide, server, everybody.daughter).goto(f"{book}/").status == 404
    enter(wide, server, everybody.grandmother).goto(f"{server.url}/gia-dinh/")
    expect(wide.get_by_text("12/2026/QĐ-TA")).to_be_visible()
    sound(wide, "family-decided")
