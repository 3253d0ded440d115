"""A ministry's officer looks at the map on a small phone and takes the table home."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.walked import fits, turn_to

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(server, page, sign_in, counted):
    cookie = sign_in("officer").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(f"{server.url}/dieu-hanh/")
    return page


def test_an_officer_sees_the_map_and_takes_the_table_home(officer, tmp_path):
    page = officer
    for name in ("Theo tuần", "Đến khám hôm nay", "Chất lượng dữ liệu", "Sổ và lượt khám"):
        turn_to(page, name)
        assert fits(page), name
    expect(page.locator("svg.look-map")).to_be_visible()
    expect(page.locator("svg.look-map g[data-code='48'] .look-map__islands")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng này (CSV)").click()
    download.value.save_as(tmp_path / "so.csv")
    text = (tmp_path / "so.csv").read_text(encoding="utf-8-sig")
    assert "01,Thành phố Hà Nội,55," in text
    page.get_by_role("link", name="Thành phố Hà Nội").click()
    expect(page.get_by_text("Phường Ba Đình").first).to_be_visible()
    assert fits(page)


def test_the_pages_are_one_line_on_a_small_screen_and_all_there_on_a_wide_one(officer):
    menu = officer.get_by_role("navigation", name="Các trang điều hành")
    fold, link = menu.get_by_text("Các trang khác"), menu.get_by_role("link", name="Mở sổ cấp cứu")
    expect(menu.get_by_text("Tổng quan").first).to_be_visible()
    expect(link).to_be_hidden()
    assert menu.bounding_box()["height"] < 60
    fold.click()
    expect(link).to_be_visible()
    fold.click()
    officer.set_viewport_size({"width": 1280, "height": 900})
    expect(fold).to_be_hidden()
    link.click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("cấp cứu")


def test_large_letters_fit_and_no_page_runs_anything_inline(officer):
    page = officer
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.get_by_role("button", name="Chữ to").click()
    for address in ("so-va-luot/?tinh=01", "yeu-cau/", "chat-luong/?tinh=01", "den-kham/", "tuan/"):
        page.goto(page.url.partition("/dieu-hanh/")[0] + f"/dieu-hanh/{address}")
        assert fits(page), address
        expect(page.locator("[style], script:not([src]), style")).to_have_count(0)
    assert complaints == []
