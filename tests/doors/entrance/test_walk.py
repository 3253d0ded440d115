"""People sign in, in Chromium on a small phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests.book import library
from tests.doors.entrance.issuing import LUA, issuing
from tests.walked import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS = {"serious", "critical"}


def is_sound(page):
    """Nothing is wider than the screen, and no serious fault of accessibility."""
    assert fits(page)
    faults = [fault for fault in Axe().run(page).response["violations"] if fault["impact"] in SERIOUS]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


def test_vneid(page, server):
    library.grandmother()
    with issuing(server.vneid, [LUA]):
        page.goto(f"{server.url}{reverse('entrance:ways')}")
        is_sound(page)
        page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
        page.get_by_label("Lỗi").select_option("signature")
        page.get_by_role("button", name="Đồng ý").click()
        expect(page.get_by_role("heading", name="Chưa đăng nhập được")).to_be_visible()
        is_sound(page)
        page.get_by_role("link", name="Thử lại với VNeID").click()
        page.get_by_role("button", name="Đồng ý").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
