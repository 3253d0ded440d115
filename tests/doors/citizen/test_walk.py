"""A grandmother, and then her daughter, walk the book in Chromium on a small phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.book import queries
from tests.doors.citizen.cast import cast
from tests.walked import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS = {"serious", "critical"}


@pytest.fixture
def everybody(server):
    return cast()


@pytest.fixture
def book(server, everybody):
    return server.url + reverse("citizen:summary", args=[everybody.patient])


def sign_in(page, server, name):
    page.goto(f"{server.url}/")
    page.get_by_role("button", name=name).click()


def serious_faults(page):
    found = Axe().run(page).response["violations"]
    return [
        (fault["id"], [node["html"] for node in fault["nodes"]][:2]) for fault in found if fault["impact"] in SERIOUS
    ]


def follow(page, section):
    page.get_by_role("navigation").get_by_role("link", name=section, exact=True).click()
    assert fits(page)


def test_the_grandmother_walks_her_book(page, server, everybody, book):
    sign_in(page, server, "Nguyễn Thị Lụa")
    expect(page).to_have_url(book)
    expect(page.get_by_text("Bệnh lý tăng huyết áp").first).to_be_visible()
    follow(page, "Lần khám")
    page.get_by_role("link", name="Viêm phổi").first.click()
    expect(page.get_by_role("heading", name="4. Tóm tắt hồ sơ bệnh án")).to_be_visible()
    follow(page, "Xét nghiệm")
    page.get_by_role("link", name="Đường máu (glucose)").click()
    expect(page.locator("svg[role=img]")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(11)
    follow(page, "Giấy tờ")
    page.get_by_role("link", name="Giấy chuyển cơ sở").click()
    printed = page.request.get(server.url + page.get_by_role("link", name="In giấy này").get_attribute("href"))
    assert printed.body().startswith(b"%PDF")
    page.get_by_label("Tìm trong sổ này").fill("tang huyet ap")
    page.get_by_role("button", name="Tìm", exact=True).click()
    assert page.get_by_role("status").inner_text().startswith("Tìm thấy")
    expect(page.get_by_role("link", name="Bệnh lý tăng huyết áp").nth(5)).to_be_visible()
    assert "huyet" not in page.url
    follow(page, "Ai đã xem")
    expect(page.get_by_text("Bạn đã mở sổ này")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    assert page.goto(book).url.startswith(f"{server.url}/dang-nhap")


def test_the_language_and_the_size_of_letters_change_and_stay(page, server, everybody, book):
    sign_in(page, server, "Nguyễn Thị Lụa")
    page.goto(book)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Long-term illnesses")).to_be_visible()
    expect(page.get_by_text("Essential (primary) hypertension").first).to_be_visible()
    before = page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize")
    page.locator("button[name=size]").click()
    after = page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize")
    assert float(after.removesuffix("px")) > float(before.removesuffix("px"))
    assert fits(page)
    expect(page.get_by_role("heading", name="Long-term illnesses")).to_be_visible()


def test_the_daughter_sees_whose_book_is_open(page, server, everybody, book):
    sign_in(page, server, "Trần Thị Hạnh")
    page.get_by_role("link", name="Sổ của Nguyễn Thị Lụa").click()
    bar = page.get_by_role("region", name="Sổ đang mở")
    assert "Nguyễn Thị Lụa" in bar.inner_text()
    assert "tuổi" in bar.inner_text()
    colour = bar.evaluate("bar => getComputedStyle(bar).backgroundColor")
    bar.get_by_role("link", name="Đổi sổ").click()
    page.get_by_role("link", name="Sổ của tôi").click()
    assert (
        page.get_by_role("region", name="Sổ đang mở").evaluate("bar => getComputedStyle(bar).backgroundColor") != colour
    )


def test_every_page_fits_a_small_phone_and_has_no_serious_fault(page, server, everybody, book):
    whose = queries.owner(everybody.person)
    places = [
        "",
        "lan-kham/",
        "thuoc/",
        "xet-nghiem/",
        "xet-nghiem/glucose/",
        "giay-to/",
        "tim",
        "ai-da-xem/",
        "thong-tin/",
    ]
    places += [f"lan-kham/{queries.timeline_of(whose)[0].key}/", f"giay-to/{queries.papers_of(whose)[0].key}/"]
    sign_in(page, server, "Nguyễn Thị Lụa")
    public = [f"{server.url}{place}" for place in ("/dang-nhap", "/so/", "/giay/", "/giay/0")]
    for place in [*public, *(book + place for place in places)]:
        page.goto(place)
        assert fits(page), place
        assert serious_faults(page) == [], place


def test_the_book_works_without_javascript(browser, server, everybody, book):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    plain = context.new_page()
    sign_in(plain, server, "Nguyễn Thị Lụa")
    plain.goto(book)
    plain.get_by_label("Tìm trong sổ này").fill("metformin")
    plain.get_by_role("button", name="Tìm", exact=True).click()
    expect(plain.get_by_role("link", name="Metformin 850mg")).to_be_visible()
    context.close()
