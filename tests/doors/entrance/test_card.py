"""A printed card with a QR code and a PIN: for whom, how often it may be tried, how it ends, and who is told."""

import io
import re
from datetime import timedelta

import pypdf
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.access import actions, blind, cards, phones, pins, sending, sessions, sign_in
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from tests.book import library
from tests.doors.entrance.test_phone import citizen, who
from tests.signed import signed

BORN, PIN, OTHER_PIN = "1960-03-12", "840517", "395128"
DESK = reverse("facility:cards")
ASKED = {"number": "025160001234", "proof": "cccd", "pin": PIN, "again": PIN, "do": "issue"}


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def lua(db):
    account = citizen(phone="")
    actions.tie([("01001", account.person)], library.NOW)
    return account


@pytest.fixture
def clerk(db):
    return actions.open_account(PROGRAM, "clerk", name="Thư ký", role="clerk", facility="01001")


def issue(clerk, account, pin=PIN, at=None):
    return cards.issue(sign_in.actor_for(clerk), account, pin, "cccd", BORN, at or clock.now())


def enter(client, code, pin=PIN):
    return client.post(reverse("entrance:card-scanned", args=[code]), {"pin": pin})


def text_of(pdf):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_card_given_out_at_a_desk_and_its_pin_sign_in(client, lua, clerk):
    page = signed(client, clerk).post(DESK, ASKED)
    assert page.status_code == 200
    assert PIN not in page.content.decode()
    printed = client.post(reverse("facility:card-print"), {"the": page.context["sealed"]})
    assert printed["Content-Type"] == "application/pdf"
    words = text_of(printed.content)
    assert "Nguyễn Thị Lụa" in words
    code = re.search(r"Mã: ([0-9A-Z-]{29})", words)[1]
    for never in (PIN, "025160001234", "1960"):
        assert never not in words
    person = type(client)()
    assert person.get(reverse("entrance:card-scanned", args=[code])).status_code == 200
    assert enter(person, code)["Location"] == reverse("citizen:books")
    assert who(person).account == lua.pk
    assert db.one("select how, idle from access_session where account = %s", [lua.pk]) == ("card", 600)


def test_a_scanner_types_the_address_and_fingers_the_code(client, lua, clerk):
    code = issue(clerk, lua)
    for typed in (f"https://so.example/vao/the/{code}", f"https://so.example/vao/the/{code}/", code.lower(), code):
        person = type(client)()
        answer = person.post(reverse("entrance:card"), {"code": typed, "pin": f" {PIN[:3]} {PIN[3:]} "})
        assert answer["Location"] == reverse("citizen:books")
        assert who(person).account == lua.pk


def test_a_pin_that_nobody_chose_is_printed_on_a_page_of_its_own(client, lua, clerk):
    page = signed(client, clerk).post(DESK, ASKED | {"pin": "", "again": ""})
    printed = client.post(reverse("facility:card-print"), {"the": page.context["sealed"]}).content
    front, closed = (one.extract_text() for one in pypdf.PdfReader(io.BytesIO(printed)).pages)
    pin = re.sub(r"\s", "", re.search(r"(\d\s?){6}", closed)[0])
    assert pin not in front
    code = re.search(r"Mã: ([0-9A-Z-]{29})", front)[1]
    assert cards.enter(code, pin, clock.now()).pk == lua.pk


def test_the_fifth_wrong_pin_locks_and_only_a_new_card_opens(client, lua, clerk):
    code = issue(clerk, lua)
    for _ in range(5):
        with pytest.raises(Problem, match="SSK-1160"):
            cards.enter(code, OTHER_PIN, clock.now())
    for pin in (PIN, OTHER_PIN):
        with pytest.raises(Problem, match="SSK-1161"):
            cards.enter(code, pin, clock.now())
    assert cards.of_account(lua.pk).is_locked
    refused = db.tuples(
        "select detail from access_audit where outcome = 'refused' and person = %s order by id", [lua.person]
    )
    assert refused == [("card",)] * 4 + [("card-locked",)]
    book = signed(client, lua).get(reverse("citizen:books"), follow=True).content.decode()
    assert "Thẻ QR đã khóa" in book
    new = issue(clerk, lua)
    assert cards.enter(new, PIN, clock.now()).pk == lua.pk


def test_a_right_pin_begins_the_count_anew(lua, clerk):
    code = issue(clerk, lua)
    for pin in [*[OTHER_PIN] * 4, PIN, *[OTHER_PIN] * 4]:
        if pin == PIN:
            cards.enter(code, pin, clock.now())
        else:
            with pytest.raises(Problem, match="SSK-1160"):
                cards.enter(code, pin, clock.now())
    assert cards.enter(code, PIN, clock.now()).pk == lua.pk


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC-DDDD-EEEE-FFFF", "0", "%"])
def test_a_card_that_is_none_is_answered_as_a_wrong_pin(client, lua, clerk, code):
    known, unknown = (
        enter(client, issue(clerk, lua), OTHER_PIN),
        client.post(reverse("entrance:card"), {"code": code, "pin": PIN}),
    )
    assert known.status_code == unknown.status_code == 422
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


@pytest.mark.parametrize("how", ["replaced", "owner", "desk", "disabled"])
def test_a_card_ends_at_once_with_what_it_signed_in(client, lua, clerk, how):
    code = issue(clerk, lua)
    person = type(client)()
    enter(person, code)
    assert who(person) is not None
    match how:
        case "replaced":
            issue(clerk, lua, OTHER_PIN)
        case "owner":
            signed(client, lua).post(reverse("entrance:account"), {"do": "end-card"})
        case "desk":
            page = signed(client, clerk).post(DESK, ASKED | {"do": "end"}).content.decode()
            assert "Đã khóa thẻ" in page
        case "disabled":
            actions.disable(PROGRAM, lua, clock.now())
    assert who(person) is None
    with pytest.raises(Problem, match="SSK-1160"):
        cards.enter(code, PIN, clock.now())


def test_the_book_tells_of_a_new_card_and_the_log_names_the_desk(client, lua, clerk, settings):
    settings.SMS_SENDER = sending.STUB
    phones.enter(PROGRAM, lua, "0912345678", library.NOW)
    issue(clerk, lua)
    page = signed(client, lua).get(reverse("citizen:books"), follow=True)
    assert "Đã cấp thẻ QR và PIN" in page.content.decode()
    log = client.get(page.redirect_chain[-1][0] + "ai-da-xem/", follow=True).content.decode()
    assert "cấp thẻ QR và PIN" in " ".join(log.split())
    assert [number for _, number, _ in sending.kept()] == ["0912345678"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"proof": ""}, "Hãy chọn giấy tờ"),
        ({"again": OTHER_PIN}, "không giống nhau"),
        ({"pin": "123456", "again": "123456"}, "không liên tiếp"),
        ({"pin": "120360", "again": "120360"}, "ngày sinh"),
        ({"number": "025170009999"}, "chưa tiếp nhận"),
        ({"do": "end"}, "không có thẻ nào"),
    ],
)
def test_no_card_without_proof_a_good_pin_and_a_person_of_this_desk(client, lua, clerk, wrong, said):
    page = signed(client, clerk).post(DESK, ASKED | wrong)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert db.value("select count(*) from access_card") == 0


def test_the_rule_itself_demands_a_proof_of_the_list(lua, clerk):
    with pytest.raises(Problem, match="SSK-1163"):
        cards.issue(sign_in.actor_for(clerk), lua, "482913", "a friend", "1960-03-12", clock.now())


def test_another_facilitys_clerk_and_a_doctor_give_out_nothing(client, lua):
    elsewhere = actions.open_account(PROGRAM, "elsewhere", name="Xa", role="clerk", facility="01002")
    with pytest.raises(Problem, match="SSK-1002"):
        issue(elsewhere, lua)
    assert signed(client, elsewhere).post(DESK, ASKED).status_code == 422
    doctor = actions.open_account(PROGRAM, "doctor", name="Bác sĩ", role="doctor", facility="01001")
    assert signed(client, doctor).post(DESK, ASKED).status_code == 404


def test_what_is_printed_is_sealed_for_its_clerk_and_ten_minutes(client, lua, clerk):
    sealed = signed(client, clerk).post(DESK, ASKED).context["sealed"]
    other = actions.open_account(PROGRAM, "other", name="Khác", role="clerk", facility="01001")
    place = reverse("facility:card-print")
    assert signed(type(client)(), other).post(place, {"the": sealed})["Location"] == DESK
    assert client.post(place, {"the": sealed[:-4] + "AAAA"})["Location"] == DESK
    assert blind.unseal_fresh(sealed, -1) is None
    assert client.get(place).status_code == 405


def test_neither_code_nor_pin_can_be_read_from_the_table(lua, clerk):
    code = issue(clerk, lua)
    kept = str(db.rows("select * from access_card"))
    for secret in (PIN, cards.cleaned(code), cards.cleaned(code).encode().hex()):
        assert secret not in kept


def test_codes_have_a_hundred_bits_and_pins_twenty(lua, clerk):
    made = {cards.cleaned(issue(clerk, lua, at=clock.now() + timedelta(seconds=n))) for n in range(5)}
    assert {len(code) for code in made} == {24}
    assert len(made) == 5
    assert 10 ** cards.words()["pin_figures"] * 1.05 >= 2**20 * 0.95
    assert sessions.bounds.session_of("citizen", "card") < sessions.bounds.session_of("citizen")


@given(st.dates())
def test_a_birth_date_is_a_weak_pin(day):
    for form in ("%d%m%y", "%y%m%d", "%m%d%y"):
        assert pins.is_weak(day.strftime(form), day.isoformat())


@pytest.mark.parametrize("pin", ["000000", "121212", "123123", "234567", "987654", "543210", "345678"])
def test_pins_that_are_tried_first_are_weak(pin):
    assert pins.is_weak(pin, "")


def test_a_pin_by_chance_is_never_weak():
    assert not any(pins.is_weak(cards.chance_pin(BORN), BORN) for _ in range(200))
