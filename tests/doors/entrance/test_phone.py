"""Codes by SMS and on paper: good once, for one transaction, within bounds; and several people at one telephone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.access import accounts, actions, bounds, codes, keeping, phones, sending, sign_in, slowing
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.book import library
from tests.signed import signed

pytestmark = pytest.mark.django_db
PHONE, OTHER = "0912345678", "0987654321"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _stub(settings):
    settings.SMS_SENDER = sending.STUB


def citizen(name="Nguyễn Thị Lụa", number="025160001234", birth="1960-03-12", phone=PHONE):
    claim = Claim(name, birth, "female", "", (Identifier("cccd", number),))
    (found,) = find_or_create([claim], library.NOW)
    account = accounts.of_person(found.ref.person, name)
    if phone:
        phones.enter(PROGRAM, account, phone, library.NOW)
    return account


def code_sent():
    """The code of the newest message."""
    codes.send_waiting(clock.now())
    return "".join(sign for sign in sending.kept()[0][2].partition(",")[0] if sign.isdigit())


def ask(client, phone=PHONE):
    return client.post(reverse("entrance:phone"), {"phone": phone})


def enter(client, code):
    return client.post(reverse("entrance:code"), {"code": code})


def choose(client, account, birth="12/03/1960", digits="1234"):
    return client.post(reverse("entrance:whose"), {"person": account.pk, "birth": birth, "digits": digits})


def who(client):
    return sign_in.actor_of_session(client.session)


def test_number_code_and_proof_sign_in(client):
    lua = citizen()
    ask(client, "+84 912.345.678")
    assert enter(client, code_sent())["Location"] == reverse("entrance:whose")
    assert who(client) is None
    assert choose(client, lua)["Location"] == reverse("citizen:books")
    assert who(client).account == lua.pk


def test_known_and_unknown_numbers_are_answered_alike(client):
    citizen()
    known, unknown = ask(client, PHONE), ask(type(client)(), OTHER)
    assert (known.status_code, known.content, known["Location"]) == (
        unknown.status_code, unknown.content, unknown["Location"],
    )  # fmt: skip
    codes.send_waiting(clock.now())
    assert [phone for _, phone, _ in sending.kept()] == [PHONE]
    assert db.value("select count(*) from access_code where sealed is not null") == 0


def test_two_people_share_a_telephone_and_each_opens_their_own(client):
    lua, duc = citizen(), citizen("Trần Văn Đức", "025058009999", "1958-01-02")
    ask(client)
    enter(client, code_sent())
    page = client.get(reverse("entrance:whose")).content.decode()
    assert "N. T. Lụa" in page
    assert "Nguyễn" not in page
    assert choose(client, duc).status_code == 422
    assert choose(client, lua, digits="9999").status_code == 422
    choose(client, duc, "2/1/1958", "9999")
    assert who(client).account == duc.pk


def test_the_fourth_proof_begins_again(client):
    lua = citizen()
    ask(client)
    enter(client, code_sent())
    assert [choose(client, lua, digits="0000").status_code for _ in range(3)] == [422] * 3
    assert choose(client, lua).status_code == 403
    assert who(client) is None


def test_somebody_of_another_telephone_cannot_be_chosen(client):
    citizen()
    other = citizen("Lê Văn Khách", "025170009999", "1970-01-01", OTHER)
    ask(client)
    enter(client, code_sent())
    assert choose(client, other, "01/01/1970", "9999").status_code == 422
    assert who(client) is None


def test_a_code_is_good_once_for_its_transaction_and_its_minutes():
    citizen()
    now = clock.now()
    first, second = codes.ask(PHONE, now, place="10.0.0.1"), codes.ask(PHONE, now, place="10.0.0.1")
    code = code_sent()
    assert sorted(codes.redeem(one, code, now) is not None for one in (first, second)) == [False, True]
    assert all(codes.redeem(one, code, now) is None for one in (first, second, uuid4()))
    late = codes.ask(PHONE, now, place="10.0.0.1")
    assert codes.redeem(late, code_sent(), now + bounds.lifetime("sms")) is None


def test_the_sixth_try_finds_nothing_however_right():
    citizen()
    now = clock.now()
    transaction = codes.ask(PHONE, now, place="10.0.0.1")
    code = code_sent()
    wrong = str((int(code) + 1) % 10**7).zfill(7)
    assert [codes.redeem(transaction, wrong, now) for _ in range(5)] == [None] * 5
    assert codes.redeem(transaction, code, now) is None


def test_codes_have_twenty_bits_ten_minutes_and_five_tries_at_most():
    sms = bounds.code("sms")
    assert 10 ** sms["digits"] >= 2**20
    assert len(codes.ALPHABET) ** bounds.code("paper")["letters"] >= 2**60
    assert bounds.lifetime("sms") <= timedelta(minutes=10)
    assert sms["tries"] <= 5


def test_neither_code_nor_number_can_be_read_from_the_tables():
    lua = citizen()
    codes.ask(PHONE, clock.now(), place="10.0.0.1")
    code, paper = code_sent(), codes.print_for(PROGRAM, lua, clock.now())
    db.execute("delete from access_stub_message")
    kept = str(db.rows("select * from access_code")) + str(db.rows("select * from access_phone"))
    for secret in (code, PHONE, codes.cleaned(paper)):
        assert secret not in kept
        assert secret.encode().hex() not in kept


FREE = {
    "a_number": {"count": 99, "minutes": 15}, "a_number_a_day": 99, "a_prefix_a_day": 99, "a_day": 99,
    "a_place": {"count": 99, "minutes": 15}, "a_place_a_day": 99, "asked_by_a_place": {"count": 99, "minutes": 15},
}  # fmt: skip


@pytest.mark.parametrize(
    ("bound", "numbers", "sent"),
    [
        ({"a_number_a_day": 2}, [PHONE] * 4, 2),
        ({"a_prefix_a_day": 1}, [PHONE, "0912345000"], 1),
        ({"a_day": 1}, [PHONE, OTHER], 1),
        ({"a_place": {"count": 1, "minutes": 15}}, [PHONE, OTHER], 1),
        ({"a_place_a_day": 1}, [PHONE, OTHER], 1),
    ],
)
def test_sending_is_bounded_by_number_prefix_and_budget(monkeypatch, bound, numbers, sent):
    for place, number in enumerate(dict.fromkeys(numbers)):
        citizen(f"Người {place}", f"02516000100{place}", "1960-01-01", number)
    monkeypatch.setattr(bounds, "sending", lambda: FREE | bound)
    for number in numbers:
        codes.ask(number, clock.now(), place="10.0.0.1")
    codes.send_waiting(clock.now())
    assert len(sending.kept()) == sent


def test_a_change_of_telephone_waits_a_day_and_the_old_one_is_told_and_may_stay(client):
    lua = citizen()
    now = clock.now()
    phones.enter(PROGRAM, lua, OTHER, now)
    new, old = phones.blind_of(OTHER), phones.blind_of(PHONE)
    assert [phone for _, phone, _ in sending.kept()] == [PHONE]
    assert (phones.accounts_at(new, now), phones.accounts_at(old, now)) == ([], [lua])
    assert (phones.accounts_at(new, now + DAY), phones.accounts_at(old, now + DAY)) == ([lua], [])
    signed(client, lua, "sms").post(reverse("entrance:account"), {"do": "keep-phone"})
    assert (phones.accounts_at(new, now + DAY), phones.accounts_at(old, now + DAY)) == ([], [lua])


def change(client, phone=OTHER):
    """A citizen asks for a code to a new number, and enters it."""
    client.post(reverse("entrance:new-phone"), {"phone": phone})
    return client.post(reverse("entrance:new-phone-code"), {"code": code_sent()})


def link_sent():
    """The path of the link in the newest message."""
    return "/" + sending.kept()[0][2].rpartition("//")[2].partition("/")[2]


def test_a_citizen_changes_the_telephone_with_a_code_to_the_new_one(client):
    lua = citizen()
    signed(client, lua, "sms")
    now = clock.now()
    assert change(client)["Location"] == reverse("entrance:account")
    assert [number for _, number, _ in sending.kept()] == [PHONE, OTHER], (
        "the code to the new one, then the old is told"
    )
    new, old = phones.blind_of(OTHER), phones.blind_of(PHONE)
    assert (phones.accounts_at(new, now), phones.accounts_at(old, now)) == ([], [lua])
    after = clock.now() + DAY
    assert (phones.accounts_at(new, after), phones.accounts_at(old, after)) == ([lua], [])
    page = client.get(reverse("entrance:account")).content.decode()
    assert "dùng được từ" in page
    assert "hết dùng lúc" in page


def test_the_old_telephones_link_stops_the_change_and_signs_everybody_out(client):
    lua = citizen()
    thief = signed(type(client)(), lua, "sms")
    change(thief)
    place = link_sent()
    assert "giữ số cũ" in client.get(place).content.decode()
    assert who(thief) is not None, "looking at it does nothing"
    assert client.post(place).status_code == 200
    assert who(thief) is None
    after = clock.now() + DAY
    assert phones.accounts_at(phones.blind_of(PHONE), after) == [lua]
    assert phones.accounts_at(phones.blind_of(OTHER), after) == []
    assert client.post(place).status_code == 404, "once"


def test_a_link_of_an_older_change_or_of_nobody_stops_nothing(client):
    lua = citizen()
    signed(client, lua, "sms")
    change(client)
    first = link_sent()
    change(client, "0987654322")
    second = link_sent()
    assert client.get(first).status_code == client.post(first).status_code == 404
    assert client.get(reverse("entrance:keep-phone", args=["AAAA"])).status_code == 404
    assert client.get(second).status_code == 200
    with pytest.raises(Problem, match="SSK-1165"):
        phones.keep_by(second.rpartition("/")[2], clock.now() + DAY)


def test_a_telephone_is_removed_after_a_day_and_never_the_only_way_in(client, settings):
    lua = citizen()
    settings.VNEID = settings.VNEID | {"issuer": ""}
    signed(client, lua, "sms")
    where = reverse("entrance:new-phone")
    assert client.post(where, {"do": "remove"}).status_code == 422
    settings.VNEID = settings.VNEID | {"issuer": "https://vneid.example"}
    assert client.post(where, {"do": "remove"})["Location"] == reverse("entrance:account")
    old, now = phones.blind_of(PHONE), clock.now()
    assert (phones.accounts_at(old, now), phones.accounts_at(old, now + DAY)) == ([lua], [])
    client.post(link_sent())
    assert phones.accounts_at(old, now + DAY) == [lua]


@pytest.mark.parametrize(
    ("name", "data"),
    [("new-phone", {"phone": OTHER}), ("new-phone", {"do": "remove"}), ("add-passkey", {"credential": "{}"}),
     ("account", {"do": "remove-key", "key": "00"}), ("account", {"do": "end-others"}),
     ("account", {"do": "end-one", "session": "00"})],
)  # fmt: skip
def test_an_older_session_proves_itself_anew_before_what_one_signs_in_with_changes(client, name, data):
    lua = citizen()
    signed(client, lua, "sms")
    db.execute("update access_session set began = began - make_interval(mins => 5)")
    asked = client.post(reverse(f"entrance:{name}"), data)
    assert asked["Location"].startswith(reverse("entrance:prove"))
    assert db.value("select count(*) from access_code") == 0
    assert "Gửi mã cho tôi" in client.get(asked["Location"]).content.decode()
    ask(client)
    enter(client, code_sent())
    assert choose(client, lua)["Location"] == reverse(f"entrance:{name}"), "the proof leads back"
    again = client.post(reverse(f"entrance:{name}"), data)
    assert again.status_code != 302 or not again["Location"].startswith(reverse("entrance:prove"))


def test_a_code_to_a_new_number_is_good_for_who_asked_alone(client):
    lua, other = citizen(), citizen("Lê Văn Khách", "025170009999", "1970-01-01", "")
    signed(client, lua, "sms").post(reverse("entrance:new-phone"), {"phone": OTHER})
    code, transaction = code_sent(), db.value("select id from access_code")
    assert codes.redeem(transaction, code, clock.now(), account=other.pk) is None
    assert codes.redeem(transaction, code, clock.now()) is None
    doctor = actions.open_account(PROGRAM, "doctor", name="Bác sĩ", role="doctor", facility="01001")
    assert signed(client, doctor).get(reverse("entrance:new-phone")).status_code == 404


def test_a_paper_code_with_the_birth_date_activates_once(client):
    lua = citizen(phone="")
    code = codes.print_for(PROGRAM, lua, clock.now())
    wrong = client.post(reverse("entrance:paper"), {"code": code, "proof": "13/03/1960"})
    assert wrong.status_code == 422
    right = {"code": code.lower().replace("-", " "), "proof": "12031960"}
    assert client.post(reverse("entrance:paper"), right)["Location"] == reverse("entrance:account")
    assert who(client).account == lua.pk
    assert type(client)().post(reverse("entrance:paper"), right).status_code == 422


def test_a_newer_paper_ends_the_older_and_every_paper_ends_in_a_week():
    lua, now = citizen(phone=""), clock.now()
    old, new = codes.print_for(PROGRAM, lua, now), codes.print_for(PROGRAM, lua, now)
    assert codes.paper_account(old, now) is None
    assert codes.paper_account(new, now + 7 * DAY) is None
    assert codes.paper_account(new, now)[1] == lua.pk


def test_a_clerk_prints_for_those_whom_the_facility_received(client):
    lua = citizen(phone="")
    clerk = actions.open_account(PROGRAM, "clerk", name="Thư ký", role="clerk", facility="01001")
    where = reverse("facility:activate")
    assert signed(client, clerk).post(where, {"number": "025160001234"}).status_code == 422
    actions.tie([("01001", lua.person)], library.NOW)
    page = client.post(where, {"number": "025160001234", "phone": PHONE}).content.decode()
    assert "Giấy kích hoạt" in page
    assert "<svg" in page
    assert [account.pk for account in phones.accounts_at(phones.blind_of(PHONE), clock.now())] == [lua.pk]
    doctor = actions.open_account(PROGRAM, "doctor", name="Bác sĩ", role="doctor", facility="01001")
    assert signed(client, doctor).get(where).status_code == 404


def test_failures_slow_a_place_down_and_never_lock_the_owner_out(client):
    lua = citizen(phone="")
    now = clock.now()
    signed(client, lua)
    db.execute("update access_session set place = %s", [slowing.sessions.place_of("10.0.0.1")])
    for _ in range(8):
        slowing.failed("10.6.6.6", lua.pk, now, "sms")
    with pytest.raises(Problem) as stopped:
        slowing.check("10.6.6.6", lua.pk, now)
    assert stopped.value.number == "SSK-1111"
    with pytest.raises(Problem):
        slowing.check("10.7.7.7", lua.pk, now)
    slowing.check("10.0.0.1", lua.pk, now)
    slowing.check("10.6.6.6", lua.pk, now + timedelta(seconds=bounds.delay()["longest_seconds"]))


def test_what_bounds_of_sending_and_waits_look_back_at_is_kept_for_longer():
    now = clock.now()
    assert keeping.before("code", now) < now - DAY
    assert keeping.before("message", now) < now - DAY
    assert keeping.before("failure", now) < now - timedelta(hours=bounds.delay()["forgotten_hours"])


def test_the_messages_of_the_stub_are_shown_in_the_demo_only(client, settings):
    settings.DEMO = True
    assert client.get(reverse("entrance:messages")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("entrance:messages")).status_code == 404


def test_one_ends_ones_other_sessions_and_nobody_elses(client):
    lua, other = citizen(phone=""), citizen("Lê Văn Khách", "025170009999", "1970-01-01", "")
    away, theirs = signed(type(client)(), lua), signed(type(client)(), other)
    ids = {row.account: bytes(row.id).hex() for row in db.rows("select account, id from access_session")}
    signed(client, lua)
    account = reverse("entrance:account")
    assert client.post(account, {"do": "end-one", "session": ids[other.pk]}).status_code == 404
    client.post(account, {"do": "end-one", "session": ids[lua.pk]})
    assert (who(away), who(theirs).account, who(client).account) == (None, other.pk, lua.pk)
    again = signed(type(client)(), lua)
    client.post(account, {"do": "end-others"})
    assert (who(again), who(client).account) == (None, lua.pk)


@pytest.mark.parametrize("when", ["seen = seen - make_interval(secs => idle)", "ends = now()", "ended = now()"])
def test_a_session_ends_when_idle_too_old_or_ended(client, when):
    signed(client, citizen(phone=""))
    assert who(client) is not None
    db.execute(f"update access_session set {when}")
    assert who(client) is None


def test_a_disabled_accounts_sessions_are_over_at_once(client):
    lua = citizen(phone="")
    signed(client, lua)
    db.execute("update access_account set is_active = false where id = %s", [lua.pk])
    assert who(client) is None


def test_a_session_of_the_demo_is_nobodys_elsewhere(client, settings):
    signed(client, citizen(phone=""), "demo")
    settings.DEMO = False
    assert who(client) is None


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_a_number_is_one_however_it_is_written(number):
    for form in (f"+84{number[1:]}", f"84 {number[1:4]} {number[4:]}", f"{number[:4]}.{number[4:]}"):
        assert phones.written(form) == number


@pytest.mark.parametrize("text", ["", "12345", "0212345678", "09123456789", "+1 912 345 678", "a912345678"])
def test_what_is_no_mobile_number_is_refused(text):
    with pytest.raises(Problem):
        phones.written(text)
