"""Pages on data that is strange and allowed: signs that no font has, names without an end, years alone, hundreds."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pypdf
import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.access import accounts, actions, codes, phones, sending
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.book.papers import card, printing, reading
from sosuckhoe.doors.citizen import pages as citizen_pages
from sosuckhoe.identity import tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.book import library, test_papers
from tests.doors.citizen.cast import cast, sign_in
from tests.doors.facility.test_tickets import differing
from tests.signed import signed

UNPRINTED = "[?] là chỗ có chữ máy in này không có"
NUMBER = "025158001234"


def person(name="Trần Văn Cụ", birth="1938"):
    (found,) = find_or_create([Claim(name, birth, "male", "", (Identifier("cccd", NUMBER),))], library.NOW)
    actions.tie([(library.DISTRICT, found.ref.person)], library.NOW)
    return found.ref.person


def in_english(client):
    client.cookies[conf.LANGUAGE_COOKIE_NAME] = "en"


def read(made):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def book_of(*fields):
    told = {"title": "Sổ", "printed": "", "volume": 1, "volumes": 1, "scope": "", "summary": [], "visits": []}
    return {**told, "person": list(fields)}


def test_a_sign_without_a_glyph_keeps_nobody_from_a_print():
    content = book_of(("Họ và tên", "Lý 李 Ứng"), ("Ghi chú", "đau ≥ 3 ngày 😀 → khám\n\x01hết"))
    text = read(printing.compiled("copy", content, library.NOW))
    for kept in ("Lý [?] Ứng", "≥ 3 ngày [?]", "khám", "hết", UNPRINTED):
        assert kept in text


@pytest.mark.parametrize("name", ["王小明", "김민준", "Nguyễn 😀 An", "Lý 👩‍⚕️ Ứng"])
def test_a_name_that_cannot_be_printed_says_so_on_every_paper(name):
    table = next(iter(reading.kinds()))
    paper = reading.Paper("k", reading.kinds()[table], "", "", [], "", "", "", 0, 1, test_papers.told_by())
    printed = printing.pdf(paper, test_papers.HOLDER._replace(name=name), test_papers.ISSUE)
    handed = card.pdf(card.Printed(name, "K7", "https://so.example/K7", "Trạm", "123456", library.NOW))
    for made in (printed, handed, printing.compiled("copy", book_of(("Họ và tên", name)), library.NOW)):
        for page in pypdf.PdfReader(io.BytesIO(made)).pages:
            assert "[?]" in page.extract_text()
            assert UNPRINTED in " ".join(page.extract_text().split())


def test_a_print_that_lost_nothing_does_not_speak_of_it():
    assert UNPRINTED not in read(printing.compiled("copy", book_of(("Họ và tên", "Đặng ❤ Ngữ [?] ≥ ✓")), library.NOW))


@settings(max_examples=12, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_whatever_was_written_can_be_printed(text):
    assert printing.compiled("copy", book_of(("Ghi chú", text)), library.NOW).startswith(b"%PDF")


@pytest.mark.django_db
def test_a_name_of_five_hundred_letters_has_an_account():
    name = "Nguyễn " * 70
    account = accounts.of_person(person(name), name)
    assert Account.objects.get(pk=account.pk).display_name == name[:255]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "typed", "is_theirs"),
    [
        ("1938", "1938", True),
        ("1938", "02/09/1938", True),
        ("1938", "02/09/1939", False),
        ("1938-09", "02/09/1938", True),
        ("1938-09", "1938", False),
        ("1938-09-02", "1938", False),
        ("1938-09-02", "02/09/1938", True),
        ("", "1938", False),
    ],
)
def test_whoever_has_only_a_year_on_paper_comes_in_with_it(client, known, typed, is_theirs):
    account = accounts.of_person(person(birth=known), "Trần Văn Cụ")
    code = codes.print_for(PROGRAM, account, clock.now())
    answer = client.post(reverse("entrance:paper"), {"code": code, "proof": typed})
    assert answer.status_code == (302 if is_theirs else 422)


@pytest.mark.django_db
def test_whoever_has_only_a_year_on_paper_comes_in_by_telephone(client, settings):
    settings.SMS_SENDER = sending.STUB
    account = accounts.of_person(person(), "Trần Văn Cụ")
    phones.enter(PROGRAM, account, "0912345678", library.NOW)
    client.post(reverse("entrance:phone"), {"phone": "0912345678"})
    codes.send_waiting(clock.now())
    client.post(reverse("entrance:code"), {"code": re.sub(r"\D", "", sending.kept()[0][2].partition(",")[0])})
    said = {"person": account.pk, "birth": "1938", "digits": NUMBER[-4:]}
    assert client.post(reverse("entrance:whose"), said)["Location"] == reverse("citizen:books")


@pytest.mark.django_db
def test_a_book_of_hundreds_of_visits_comes_page_by_page(client):
    everybody = cast()
    first = date(2015, 1, 1)
    days = [(first + timedelta(days=3 * number)).isoformat() for number in range(120)]
    library.file([library.clinic_visit(1000 + number, day, "7.1") for number, day in enumerate(days)])
    sign_in(client, everybody.grandmother)
    visits = reverse("citizen:visits", args=[everybody.patient])
    pages = [client.get(f"{visits}?trang={number}").content.decode() for number in (1, 2, "x")]
    assert pages[0].count('class="look-timeline__entry') == 100
    assert pages[2].count('class="look-timeline__entry') == 100
    assert "Năm 2015" in pages[1]
    assert "Năm 2026" not in pages[1]
    drugs = client.get(reverse("citizen:medicines", args=[everybody.patient])).content.decode()
    assert max(part.count("<li>") for part in drugs.split("<details")) == 30
    assert drugs.count("Chỉ hiện 30 lần kê mới nhất") == 2


@pytest.mark.django_db
def test_hundreds_of_results_and_of_drugs_come_page_by_page(client, monkeypatch):
    everybody = cast()
    first = date(2015, 1, 1)
    days = [(first + timedelta(days=3 * number)).isoformat() for number in range(120)]
    library.file([library.clinic_visit(1000 + number, day, "7.1") for number, day in enumerate(days)])
    sign_in(client, everybody.grandmother)
    tests = reverse("citizen:tests", args=[everybody.patient])
    most = max(
        (client.get(found).content.decode() for found in re.findall(rf'href="({tests}[^"/]+/)"', pages(client, tests))),
        key=lambda html: html.count('<th scope="row">'),
    )
    assert most.count('<th scope="row">') == 100
    assert "?trang=2" in most
    monkeypatch.setattr(citizen_pages, "_VISITS", 1)
    drugs = reverse("citizen:medicines", args=[everybody.patient])
    told = [re.findall(r"<summary>(.+?) \(", pages(client, f"{drugs}?trang={number}")) for number in (1, 2)]
    assert [len(one) for one in told] == [1, 1]
    assert told[0] != told[1]


def pages(client, address):
    return client.get(address).content.decode()


@pytest.mark.django_db
def test_an_account_says_in_english_how_somebody_came(client):
    everybody = cast()
    signed(client, everybody.grandmother, how="sms")
    in_english(client)
    html = client.get(reverse("entrance:account")).content.decode()
    assert "code by message" in html
    assert "mã qua tin nhắn" not in html


@pytest.mark.django_db
def test_an_administrator_reads_in_english_why_nobody_is_invited(client):
    admin = actions.open_account(PROGRAM, "qt", name="Admin", role="admin", facility=library.DISTRICT)
    actions.open_account(PROGRAM, "bs.an", name="An", role="doctor", facility=library.COMMUNE)
    in_english(signed(client, admin))
    said = {"name": "An", "username": "bs.an", "role": "doctor"}
    html = client.post(reverse("facility:staff"), said).content.decode()
    assert "user name" in html.lower()
    assert "Tên đăng nhập này" not in html


@pytest.mark.django_db(transaction=True)
def test_two_differences_have_a_field_each_and_the_fault_is_told_at_its_own():
    ref = differing()
    said = {"card": "DN4010112345678"}, {"card": "DN4010187654321"}
    tickets._write(ref.person, "01001", said, tickets.OPEN, clock.now(), tickets.INSURANCE)
    lan = actions.open_account(PROGRAM, "lan", name="Nguyễn Thị Lan", role="citizen", person=ref.person)
    client, page = signed(Client(), lan), reverse("citizen:differences", args=[ref.patient])
    asked = re.findall(
        r'name="phieu" value="([0-9a-f-]+)"><input type="hidden" name="viec" value="giu"',
        client.get(page).content.decode(),
    )
    assert len(set(asked)) == 2
    answer = client.post(page, {"phieu": asked[1], "viec": "giu", "ly-do": "  "})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert html.count('id="ly-do-') == 2
    assert html.count(f'href="#ly-do-{asked[1]}"') == html.count("nhsuk-form-group--error") == 1
