"""`page`: a page in the system's Chromium. Without one the test is skipped, with the reason.

With SOSUCKHOE_PICTURES=FOLDER walks leave a picture of each page that they call sound.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def fits(page):
    """Whether nothing is wider than the screen, once the page is whole: a page on its way has no element to ask."""
    page.locator("main").first.wait_for()
    page.wait_for_load_state()
    return page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth")


def turn_to(page, name):
    """Go to a page by the menu, which is folded on a small screen where it has many."""
    page.locator("main").first.wait_for()
    fold = page.get_by_text("Các trang khác")
    if fold.is_visible():
        fold.click()
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()


WIDTHS = (360, 1280)
"""A small phone, and a desk's screen."""

SERIOUS = {"serious", "critical"}


def sound(page, name):
    """Nothing is wider than the screen, and axe finds no serious fault. `name`: of the picture."""
    from axe_playwright_python.sync_playwright import Axe

    assert fits(page)
    if folder := os.environ.get("SOSUCKHOE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
    faults = [fault for fault in Axe().run(page).response["violations"] if fault["impact"] in SERIOUS]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


@pytest.fixture(scope="session")
def browser():
    """One Chromium a worker."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A fresh page of a small phone (360 px), in Vietnamese; its cookies go with it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    yield context.new_page()
    context.close()


def enter(page, server, account):
    """The page, in a session of this account."""
    from django.test import Client

    from tests.signed import signed

    cookie = signed(Client(), account).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    return page


@pytest.fixture(params=WIDTHS)
def wide(request, page):
    """A fresh page of each width."""
    page.set_viewport_size({"width": request.param, "height": 800})
    page.set_default_timeout(15_000)
    return page
