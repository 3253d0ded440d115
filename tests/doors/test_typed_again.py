"""After an error a form holds what was typed, says what is wrong on top of the page, and its title begins with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from sosuckhoe.access.sign_in import actor_for
from sosuckhoe.base import clock, db
from sosuckhoe.book import sharing
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db
SAID = "Bất tỉnh bên đường & không ai đi cùng"
SHOWN = "Bất tỉnh bên đường &amp; không ai đi cùng"


@pytest.fixture
def everybody():
    return cast()


def refused(client, page, said):
    """The page with its fault, and nothing done."""
    answer = client.post(page, said)
    html = answer.content.decode()
    assert answer.status_code >= 400
    assert "<title>Lỗi: " in html
    assert 'class="nhsuk-error-summary"' in html
    return html


def test_who_asks_for_a_right_does_not_write_it_anew(client, everybody):
    page = reverse("citizen:requests", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    html = refused(client, page, {"loai": "restrict", "co-so": "99999", "loi": SAID})
    assert re.search(f">\\s?{re.escape(SHOWN)}</textarea>", html)
    assert '<option value="restrict" selected>' in html


def test_who_names_a_representative_does_not_type_both_numbers_again(client, everybody):
    named = {"viec": "nho", "ten": "Lê Văn Khác", "so": "025170009999", "muc": "full", "han": "30"}
    html = refused(sign_in(client, everybody.grandmother), "/gia-dinh/", named)
    for held in ('value="Lê Văn Khác"', 'value="025170009999"', 'value="30" selected'):
        assert held in html
    assert html.count(" checked") == 1
    assert 'value="full" aria-describedby="muc-full-hint" checked' in html


@pytest.mark.parametrize("wrong", [{"so": "999"}, {"ly-do": ""}])
def test_a_doctor_in_an_emergency_types_once(client, everybody, wrong):
    said = {"so": "025160001234", "ly-do": "unconscious", "loi": SAID, **wrong}
    html = refused(sign_in(client, everybody.other_doctor), reverse("facility:emergency"), said)
    assert f">\n{SHOWN}</textarea>" in html, "the first line break of a text field is no part of it"
    assert f'value="{said["so"]}"' in html
    assert bool(re.search('value="unconscious"[^>]* checked', html)) is ("ly-do" not in wrong)


@pytest.mark.parametrize("said", [{"ma": "ABCD-EFGH-JKLM"}, {"the": "ABCDEFGH", "pin": "123456", "da-hien": "x"}])
def test_a_code_that_opens_nothing_stands_there_to_be_mended(client, everybody, said):
    html = refused(sign_in(client, everybody.doctor), reverse("facility:counter"), said)
    code = said.get("ma") or said["the"]
    assert f'value="{code}"' in html
    assert "123456" not in html, "a PIN is typed anew"


def test_who_opens_a_link_keeps_the_name_but_not_the_passcode(client, everybody):
    until = clock.now() + timedelta(days=1)
    wish = sharing.Wish((), sensitive=False, passcode="hoa-sen-68", once=False, until=until, text="x")
    link = sharing.make(actor_for(everybody.grandmother), everybody.person, wish, clock.now())
    html = refused(client, reverse("citizen:link-view", args=[link.code]), {"ten": "BS An, Huế", "ma": "hoa-sen-69"})
    assert 'value="BS An, Huế"' in html
    assert "hoa-sen" not in html


def test_a_clerk_who_forgets_the_words_keeps_the_outcome_of_that_request_alone(client, everybody):
    page = reverse("citizen:requests", args=[everybody.patient])
    sign_in(client, everybody.grandmother)
    for words in ("Một", "Hai"):
        client.post(page, {"loai": "correct", "co-so": library.DISTRICT, "loi": words})
    key = db.value("select id from access_request where said = 'Hai'")
    sign_in(client, everybody.clerk)
    html = refused(client, reverse("facility:requests"), {"yeu-cau": str(key), "ket-qua": "refused", "loi": "  "})
    assert html.count('<option value="refused" selected>') == 1
    assert f'href="#tl-{key}"' in html


def test_a_reviewer_keeps_what_was_written(client, everybody):
    number = {"so": "025160001234", "ly-do": "unconscious", "loi": SAID}
    sign_in(client, everybody.other_doctor).post(reverse("facility:emergency"), number)
    key = str(db.value("select id from access_emergency"))
    sign_in(client, everybody.officer)
    said = {"lan-mo": key, "ket-luan": "", "nhan-xet": "Chưa rõ giấy tờ"}
    html = refused(client, reverse("office:emergencies"), said)
    assert ">Chưa rõ giấy tờ</textarea>" in html
    assert f'href="#nx-{key}"' in html
