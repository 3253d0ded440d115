"""Signing in with VNeID: the right person's account, and nobody's when anything is wrong."""

from urllib.parse import parse_qs, urlsplit

import falcon
import pytest
from django.urls import reverse

from sosuckhoe.access import accounts, sign_in
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.exchange.vneid import stub, told
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.book import library
from tests.doors.entrance.issuing import LUA, chosen, issuing
from tests.served import free_port

pytestmark = pytest.mark.django_db
UNKNOWN = stub.Resident("025199000001", "Ai Đó", "1999-01-01")
OTHER_DAY = stub.Resident("025188004321", "Trần Thị Hạnh", "1988-07-02")


def known(resident, birth=None):
    claim = Claim(resident.name, birth or resident.birth, "female", "", (Identifier("cccd", resident.number),))
    (found,) = find_or_create([claim], library.NOW)
    return found.ref.person


@pytest.fixture
def issuer(settings):
    port = free_port()
    with issuing(port, [LUA, UNKNOWN, OTHER_DAY]) as running:
        settings.VNEID = {
            "issuer": running.url,
            "client": running.client,
            "secret": running.secret,
            "scope": "openid profile",
            "claims": told.names(""),
            "levels": frozenset({"2"}),
            "endpoints": {},
        }
        yield running


def who(client):
    return sign_in.actor_of_session(client.session)


def test_the_first_sign_in_opens_the_persons_account(client, issuer):
    person = known(LUA)
    answer = client.get(chosen(client, LUA.number))
    assert answer["Location"] == reverse("citizen:books")
    assert (who(client).person, who(client).role, who(client).name) == (person, "citizen", LUA.name)
    client.get(chosen(client, LUA.number))
    assert Account.objects.filter(person=person).count() == 1


def test_the_question_carries_pkce_state_and_nonce_and_the_session_key_changes(client, issuer):
    known(LUA)
    question = parse_qs(urlsplit(client.get(reverse("entrance:vneid"))["Location"]).query)
    assert question["code_challenge_method"] == ["S256"]
    assert all(question[word][0] for word in ("state", "nonce", "code_challenge"))
    assert question["response_type"] == ["code"]
    before = client.session.session_key
    client.get(chosen(client, LUA.number))
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("fault", "status"), [(fault, 503 if fault == "down" else 400) for fault in stub.FAULTS if fault]
)
def test_every_fault_of_the_issuer_signs_nobody_in(client, issuer, fault, status):
    known(LUA)
    answer = client.get(chosen(client, LUA.number, fault=fault))
    assert answer.status_code == status
    assert who(client) is None
    assert not Account.objects.exists()


def test_who_is_signed_in_already_is_asked_for_the_proof_anew(client, issuer):
    known(LUA)
    assert "prompt" not in urlsplit(client.get(reverse("entrance:vneid"))["Location"]).query
    client.get(chosen(client, LUA.number))
    assert who(client) is not None
    question = parse_qs(urlsplit(client.get(reverse("entrance:vneid"))["Location"]).query)
    assert question["prompt"] == ["login"]


def test_an_answer_is_good_once_and_in_its_own_browser_only(client, issuer):
    known(LUA)
    back = chosen(client, LUA.number)
    assert type(client)().get(back).status_code == 400
    assert client.get(back).status_code == 302
    client.post(reverse("citizen:sign-out"))
    assert client.get(back).status_code == 400
    assert who(client) is None


def test_a_code_is_redeemed_once(client, issuer):
    known(LUA)
    back = chosen(client, LUA.number)
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(back).status_code == 302
    assert code not in issuer.grants


def test_level_one_is_not_enough(client, issuer):
    known(LUA)
    answer = client.get(chosen(client, LUA.number, level="1"))
    assert answer.status_code == 403
    assert "mức 2" in answer.content.decode()
    assert who(client) is None


def test_somebody_without_a_book_is_told_what_to_do(client, issuer):
    answer = client.get(chosen(client, UNKNOWN.number))
    assert answer.status_code == 404
    assert "đưa căn cước ở quầy" in answer.content.decode()
    assert who(client) is None


def test_a_number_with_another_birth_date_opens_nothing(client, issuer):
    known(OTHER_DAY, birth="1988-07-01")
    assert client.get(chosen(client, OTHER_DAY.number)).status_code == 403
    assert who(client) is None


def test_the_same_name_opens_nothing(client, issuer):
    known(UNKNOWN._replace(number="025160009999", name=LUA.name, birth=LUA.birth))
    assert client.get(chosen(client, LUA.number)).status_code == 404


def test_a_disabled_account_stays_out(client, issuer):
    account = accounts.of_person(known(LUA), LUA.name)
    db.execute("update access_account set is_active = false where id = %s", [account.pk])
    assert client.get(chosen(client, LUA.number)).status_code == 403
    assert who(client) is None


def test_an_issuer_that_is_down_is_said_so(client, settings):
    settings.VNEID = {"issuer": f"http://127.0.0.1:{free_port()}", "client": "house", "secret": "", "scope": "openid",
                      "claims": told.names(""), "levels": {"2"}, "endpoints": {}}  # fmt: skip
    answer = client.get(reverse("entrance:vneid"))
    assert answer.status_code == 503
    assert "VNeID đang không trả lời" in answer.content.decode()


def test_an_issuer_that_names_another_one_is_refused(client, issuer, settings, monkeypatch):
    settings.VNEID = settings.VNEID | {"client": "mixed up"}
    monkeypatch.setattr(stub.Issuer, "described", lambda one: {"issuer": f"{one.url}/evil"})
    assert client.get(reverse("entrance:vneid")).status_code == 400


def test_a_new_key_of_the_issuer_is_fetched(client, issuer):
    known(LUA)
    client.get(chosen(client, LUA.number))
    client.post(reverse("citizen:sign-out"))
    issuer.key = stub.RSAKey.generate_key(2048, {"use": "sig", "kid": "newer"})
    client.get(chosen(client, LUA.number))
    assert who(client) is not None


def test_without_an_issuer_it_is_not_offered(client, settings):
    assert "VNeID" not in client.get(reverse("entrance:ways")).content.decode()
    assert client.get(reverse("entrance:vneid")).status_code == 503


def test_the_claims_names_and_the_form_of_dates_are_settings():
    claims = {"cccd": "025160001234", "name": "Lụa", "dob": "14/03/1960", "loa": 2}
    named = told.names("number=cccd birth=dob level=loa")
    assert told.read(claims, named, {"2"}) == told.Told("025160001234", "Lụa", "1960-03-14")


@pytest.mark.parametrize("part", ["on_get_described", "on_post_token", "on_get_keys"])
def test_an_issuer_that_sends_us_elsewhere_is_not_followed(client, request, monkeypatch, part):
    """A redirect would carry the code and the secret of this house to whoever it names."""
    plain, met = getattr(stub.Endpoints, part), []

    def lead(endpoints, asked, answer):
        if "led" not in asked.params:
            raise falcon.HTTPTemporaryRedirect(f"{asked.path}?led=1")
        met.append(part)
        plain(endpoints, asked, answer)

    monkeypatch.setattr(stub.Endpoints, part, lead)
    request.getfixturevalue("issuer")
    known(LUA)
    if client.get(reverse("entrance:vneid")).status_code == 302:
        assert client.get(chosen(client, LUA.number)).status_code == 503
    assert who(client) is None
    assert met == []
