"""What social insurance says of one's visits, beside the book's: differences marked, and for its owner alone."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.base import clock, db
from sosuckhoe.book import queries
from sosuckhoe.exchange.bhxh import visits
from sosuckhoe.exchange.bhxh.messages import Visit
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in
from tests.walked import enter, sound

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 30, tzinfo=clock.VIETNAM)
TITLE = "Bảo hiểm xã hội biết những lần khám nào"
TOLD = [
    Visit(library.DISTRICT, "202609120815", "202609121030"),
    Visit(library.DISTRICT, "202608120815", "202608131030"),
    Visit(library.COMMUNE, "202608200700", "202608200800"),
    Visit(library.PROVINCE, "202508200815", "202508201030"),
]
"""One as in the book, one that ends a day later, one that the book has not, and the visit that is sensitive."""


def insured_cast():
    made = cast()
    visits.keep(made.person, TOLD, AT)
    return made


@pytest.fixture
def everybody():
    return insured_cast()


def read(client, everybody, account, name="insured"):
    answer = sign_in(client, account).get(reverse(f"citizen:{name}", args=[everybody.patient]))
    return answer.status_code, answer.content.decode()


def states(told):
    return {word: int(count) for word, count in re.findall(r"<h2>(.+) \((\d+)\)</h2>", told)}


def test_every_visit_stands_once_and_differences_are_marked(client, everybody):
    status, told = read(client, everybody, everybody.grandmother)
    assert status == 200
    assert states(told) == {"Chỉ BHXH có": 1, "Khác ngày ra viện": 1, "Chỉ trong sổ có": 9, "Cả hai bên đều có": 2}
    assert "04/05/2026 – 11/05/2026" in told
    assert "BHXH ghi 13/08/2026, sổ ghi 12/08/2026." in told
    assert "Trạm Y tế xã Thanh Sơn" in told


def test_nothing_of_the_book_is_changed(client, everybody):
    whose = queries.owner(everybody.person)
    before = queries.timeline_of(whose), visits.of_person(everybody.person)
    read(client, everybody, everybody.grandmother)
    assert (queries.timeline_of(whose), visits.of_person(everybody.person)) == before
    visits.keep(everybody.person, [], AT)
    assert queries.timeline_of(whose) == before[0]


def test_what_is_newer_or_older_than_the_answer_is_no_difference(client, everybody):
    visits.keep(everybody.person, TOLD[:1], datetime(2026, 9, 30, tzinfo=clock.VIETNAM))
    _, told = read(client, everybody, everybody.grandmother)
    assert states(told) == {"Cả hai bên đều có": 1}
    assert "Hai bên khớp nhau." in told
    assert "03/11/2026" not in told
    assert "12/08/2026" not in told


@pytest.mark.parametrize(("level", "status"), [("see", 404), ("manage", 404), ("full", 200)])
def test_of_representatives_only_one_from_whom_nothing_is_hidden_reads_it(client, everybody, level, status):
    db.execute("update access_relation set level = %s where dependant = %s", (level, everybody.person))
    found, told = read(client, everybody, everybody.daughter)
    assert found == status
    assert ("20/08/2025" in told) is (status == 200)
    assert (TITLE in read(client, everybody, everybody.daughter, "visits")[1]) is (status == 200)


@pytest.mark.parametrize("who", ["doctor", "other_doctor", "clerk", "officer", "stranger"])
def test_nobody_else_reads_it_or_is_led_to_it(client, everybody, who):
    for name in ("insured", "visits"):
        _, told = read(client, everybody, getattr(everybody, who), name)
        assert TITLE not in told
    assert read(client, everybody, getattr(everybody, who))[0] == 404


def test_where_nobody_has_asked_the_page_says_when_it_will_tell(client):
    everybody = cast()
    _, told = read(client, everybody, everybody.grandmother)
    assert "BHXH chưa cho biết lần khám nào." in told
    assert "Khi cơ sở khám chữa bệnh tra thẻ BHYT của bạn" in told


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_citizen_walks_from_the_visits_to_the_insurers_list(wide, server):
    everybody = insured_cast()
    page = enter(wide, server, everybody.grandmother)
    page.goto(server.url + reverse("citizen:visits", args=[everybody.patient]))
    sound(page, "insured-visits")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.get_by_role("heading", name="Chỉ BHXH có (1)")).to_be_visible()
    sound(page, "insured")
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", name="Social insurance only (1)")).to_be_visible()
    sound(page, "insured-english")
