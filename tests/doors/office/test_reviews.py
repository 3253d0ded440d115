"""A steward resolves a doubtful pair and takes it back, on a small phone and at a desk; nobody else gets a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.utils import translation
from playwright.sync_api import expect

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.doors.office.pages import reviews
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import likeness, queries
from sosuckhoe.identity.compare.score import score
from tests.exchange.samples import package
from tests.identity.merged import AT, changed, everything, send, two_people
from tests.walked import sound

pytestmark = pytest.mark.browser
_COMPARED = (
    "identity_person",
    "identity_identifier",
    "identity_block",
    "clinical_resource",
    "clinical_history",
    "exchange_record",
)


@pytest.fixture
def two(db):
    registers.forget()
    return [queries.known(person).ref for person in two_people()]


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_a_steward_resolves_a_doubtful_pair_and_undoes_it(server, page, sign_in, width, height):
    registers.forget()
    keep, gone = two_people()
    before = everything()
    page.set_viewport_size({"width": width, "height": height})
    cookie = sign_in("steward", area="79").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page.goto(f"{server.url}/doi-soat/")
    sound(page, "reviews")
    page.get_by_role("link", name="Nguyễn Thị Lan").click()
    expect(page.get_by_role("heading", name="Một người hay hai người?")).to_be_visible()
    expect(page.get_by_text("079160000001")).to_have_count(0)
    sound(page, "review")
    page.get_by_role("button", name="Là một người").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã gộp hai hồ sơ thành một người.")).to_be_visible()
    sound(page, "reviews-merged")
    assert database.value("select merged_into from identity_person where person = %s", (gone,)) == keep
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác.")).to_be_visible()
    after = everything()
    assert [table for table in changed(before, after) if table in _COMPARED] == []


def pair_address(two):
    return f"/doi-soat/{two[0].patient}/{two[1].patient}/"


def test_the_desk_says_by_what_a_person_was_joined_before(two, sign_in):
    claim = queries.known(two[0].person).claim
    likeness.write([likeness.Likeness(two[0].person, "79001", score(claim, claim))], AT)
    text = sign_in("steward", area="79").get(pair_address(two)).content.decode()
    assert "Hồ sơ thứ nhất: ngày 02/03/2026 đã được nối với một hồ sơ giống nhau" in text
    assert "Họ tên: giống nhau" in text
    assert "079160000001" not in text


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("0912345678", "0987654678", "differs"),
        ("0912345678", "0912345678", "same"),
        ("0912345678", "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_numbers_are_compared_whole_and_shown_masked(two, one, other, said):
    left, right = (
        replace(known, claim=replace(known.claim, phone=phone))
        for known, phone in ((queries.known(two[0].person), one), (queries.known(two[1].person), other))
    )
    with translation.override("vi"):
        row = next(row for row in reviews._rows(left, right) if row.name == "Điện thoại")
    assert "0912345" not in row.one
    assert row.match == said


def another_pair(number, given):
    """Two of one name and year, of whom nothing shows whether they are one. The address of the pair."""
    one = {"MA_THE_BHYT": "", "HO_TEN": f"Trần Văn {given}", "NGAY_SINH": "197103040000", "DIEN_THOAI": ""}
    two = one | {"NGAY_SINH": "197100000000", "SO_CCCD": "", "MA_BN": f"BN2{number}"}
    send(package(f"LK1{number}", **one, SO_CCCD=f"07907100000{number}", MA_BN=f"BN1{number}"))
    send(package(f"LK2{number}", **two))
    rows = database.tuples("select patient from identity_person order by created desc, person desc limit 2")
    return "/".join(["/doi-soat", *sorted(str(row[0]) for row in rows), ""])


def test_the_list_asks_the_database_as_often_for_many_pairs_as_for_one(sign_in, monkeypatch):
    registers.forget()
    client, asked, execute = sign_in("steward", area="79"), [], psycopg.Cursor.execute

    def counting(cursor, query, *values, **how):
        asked.append(query)
        return execute(cursor, query, *values, **how)

    def statements():
        client.get("/doi-soat/")
        asked.clear()
        text = client.get("/doi-soat/").content.decode()
        return len(asked), text.count("Trần Văn")

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    found = []
    for first in (0, 2, 6):
        for number in range(first, first + 2 if first < 6 else 9):
            address = another_pair(number, f"{chr(65 + number)}inh")
            if number % 2:
                client.post(address, {"decision": "apart", "reason-apart": "namesakes"})
        found.append(statements())
    assert found[0][1] < found[1][1] < found[2][1], "more pairs that wait, and that were decided"
    assert len({number for number, _ in found}) == 1, found


@pytest.mark.parametrize(
    "who", [{"role": "officer"}, {"role": "doctor", "facility": "79001"}, {"role": "clerk", "facility": "79001"}]
)
def test_nobody_else_gets_a_page(two, sign_in, who):
    role = who.pop("role")
    client = sign_in(role, **who)
    assert client.get("/doi-soat/").status_code == 404
    assert client.get(pair_address(two)).status_code == 404
    assert client.post(pair_address(two), {"decision": "merge", "reason-merge": "same_papers"}).status_code == 404
    assert database.value("select count(*) from identity_merge") == 0


def test_another_provinces_steward_sees_nothing(two, sign_in):
    client = sign_in("steward", area="01")
    assert "Nguyễn Thị Lan" not in client.get("/doi-soat/").content.decode()
    assert client.get(pair_address(two)).status_code == 404


def test_every_look_and_act_is_traced_for_both(two, sign_in):
    client = sign_in("steward", area="79")
    client.get(pair_address(two))
    client.post(pair_address(two), {"decision": "apart", "reason-apart": "namesakes"})
    lines = database.tuples("select person, detail from access_audit where action = 'review' order by id")
    persons = [ref.person for ref in two]
    assert lines == [*((one, "open") for one in persons), *((one, "apart: namesakes") for one in persons)]
    assert "Nguyễn Thị Lan" in client.get("/doi-soat/").content.decode()
    again = {"merge": "0", "one": str(two[0].patient), "other": str(two[1].patient)}
    assert client.post("/doi-soat/hoan-tac/", again).status_code == 302
    assert "đã được hoàn tác" in client.post("/doi-soat/hoan-tac/", again, follow=True).content.decode()
    assert len(database.tuples("select 1 from access_audit where action = 'review' and detail like 'open:%'")) == 2
    assert client.get(pair_address(two)).status_code == 200


def test_a_merge_that_is_taken_back_twice_is_taken_back_once(two, sign_in):
    client = sign_in("steward", area="79")
    client.post(pair_address(two), {"decision": "merge", "reason-merge": "same_papers"})
    number = database.value("select merge from identity_merge")
    again = {"merge": str(number), "one": str(two[0].patient), "other": str(two[1].patient), "reason": "wrong_decision"}
    said = [client.post("/doi-soat/hoan-tac/", again, follow=True).content.decode() for _ in range(2)]
    assert "Hai hồ sơ lại như trước" in said[0]
    assert "đã được hoàn tác" in said[1]
    assert sign_in("steward").post("/doi-soat/hoan-tac/", again).status_code == 404


def test_one_may_only_take_back_what_is_ones_own(two, sign_in):
    sign_in("steward", area="79").post(pair_address(two), {"decision": "apart", "reason-apart": "namesakes"})
    again = {"merge": "0", "one": str(two[0].patient), "other": str(two[1].patient)}
    assert sign_in("steward").post("/doi-soat/hoan-tac/", again).status_code == 404


def test_the_list_is_narrowed_by_how_long_a_pair_has_waited(two, sign_in):
    """Old doubts are reached however many more alike there are; an age that nobody offers narrows nothing."""
    steward, now = sign_in("steward", area="79"), clock.now()
    database.execute("update identity_doubt set since = %s", (now - timedelta(days=29),))

    def is_listed(age):
        return pair_address(two) in steward.get("/doi-soat/", {"cho": age}).content.decode()

    assert [is_listed(age) for age in ("", "7", "30", "90", "x", "0")] == [True, True, False, False, True, True]
    assert "Không có cặp nào như vậy đang chờ." in steward.get("/doi-soat/", {"cho": "30"}).content.decode()


def test_the_chart_has_a_bar_for_each_field_and_dates_are_written_as_people_do(two, sign_in):
    text = sign_in("steward", area="79").get(pair_address(two)).content.decode()
    assert text.count('class="look-balance"') >= 4
    assert 'width="100"' in text
    assert "02/05/1960" in text
    assert "1960-05-02" not in text
