"""The guide in Chromium: no violation that axe can find, nothing wider than the phone, all of it without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.walked import fits

pytestmark = pytest.mark.browser

WIDE = """[...document.querySelectorAll('body *')]
  .filter(e => !e.closest('svg, thead, .nhsuk-u-visually-hidden, .nhsuk-skip-link'))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""

SMALL = """[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')]
  .filter(e => !e.closest('p, dd, th, td, .nhsuk-skip-link, .nhsuk-error-summary') && e.checkVisibility())
  .filter(e => !e.matches('.look-card__heading a, .look-tile a'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
  .filter(([_, height]) => height < 43.5)"""


@pytest.fixture
def guide(server):
    return f"{server.url}/look/"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_nothing_that_axe_can_find(page, guide, width, language, size):
    from axe_playwright_python.sync_playwright import Axe

    open_with(page, guide, language, size, width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("size", ["normal", "large"])
def test_nothing_is_wider_than_the_phone_and_everything_can_be_pressed(page, guide, size):
    open_with(page, guide, "vi", size, 360)
    assert page.evaluate(WIDE) == []
    assert fits(page)
    assert page.evaluate(SMALL) == []


def test_text_at_twice_its_size_loses_nothing(page, guide):
    open_with(page, guide, "vi", "large", 360)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)


def test_the_switches_work_without_javascript(browser, guide):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(guide)
    before = page.locator("h1").first.bounding_box()["height"]
    page.get_by_role("button", name="Chữ to").click()
    expect(page).to_have_url(guide)
    assert page.locator("h1").first.bounding_box()["height"] > before
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").first.inner_text() == "Parts of pages"
    page.get_by_role("button", name="Normal text").click()
    page.get_by_role("button", name="Tiếng Việt").click()
    assert page.locator("h1").first.bounding_box()["height"] == before
    context.close()


def test_faults_have_the_focus_and_lead_to_their_field(page, guide):
    page.goto(guide)
    assert page.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    page.get_by_role("link", name="Số điện thoại có 10 chữ số").click()
    assert page.evaluate("document.activeElement.id") == "id_phone"


def test_a_first_page_costs_less_than_100_kb_and_asks_nobody_else(page, guide, server):
    sizes, hosts = [], set()

    def count(response):
        hosts.add(response.url.split("/")[2])
        sizes.append(response.request.sizes()["responseBodySize"])

    page.on("requestfinished", lambda request: count(request.response()))
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(f"{server.url}/dang-nhap", wait_until="networkidle")
    assert hosts == {server.url.removeprefix("http://")}
    assert faults == []
    assert 10_000 < sum(sizes) < 100_000, sizes


def test_on_paper_there_is_nothing_to_press(page, guide):
    page.goto(guide)
    page.emulate_media(media="print")
    assert page.locator(".look-switches").first.is_hidden()
    assert page.locator("button.nhsuk-button").first.is_hidden()
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".look-map").first).to_be_visible()


def open_with(page, address, language, size, width):
    page.set_viewport_size({"width": width, "height": 740})
    site = "/".join(address.split("/")[:3])
    cookies = {"django_language": language, "co-chu": size}
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    page.goto(address)
