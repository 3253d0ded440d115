"""An app is let in, from the first question to the last refresh; every fault of a request opens nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from sosuckhoe.access import grants, sessions
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.access.smart import apps, bounds, keys, tokens
from sosuckhoe.base import clock, db
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from tests.clinical.made import AT
from tests.doors.entrance.smart.asking import (
    ASSERTION,
    CHALLENGE,
    HOUSE,
    JWKS,
    address,
    answer,
    assertion,
    exchange,
    filled_in,
    post,
    question,
    refresh,
)
from tests.doors.fhir.cast import Client as Fhir
from tests.smart import BACK, an_app

pytestmark = pytest.mark.django_db
OFFLINE = "openid fhirUser launch/patient offline_access patient/*.rs"


def tokens_of(cast, scope=OFFLINE, app=None, browser=None, **changed):
    app = app or an_app()
    code = answer(browser or cast.browser, question(app, scope, **changed))["code"]
    return app, exchange(app, code).json()


def reads(token, path):
    return Fhir({"app": token}).ask("app", "GET", path).status_code


def test_a_mother_lets_an_app_see_her_book(cast):
    app = an_app()
    told = answer(cast.browser, question(app, OFFLINE, nonce="n-1"))
    assert (told["iss"], told["state"]) == (HOUSE, "a state that nobody guesses")
    answered = exchange(app, told["code"])
    assert answered.headers["Cache-Control"] == "no-store"
    got = answered.json()
    assert (got["token_type"], got["patient"], got["scope"]) == ("Bearer", cast.patient, OFFLINE)
    assert got["expires_in"] == 600
    claims = jwt.decode(got["id_token"], KeySet.import_key_set(keys.shown(clock.now())), algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (HOUSE, app.id, "n-1")
    assert claims["fhirUser"] == f"{HOUSE}/fhir/Patient/{cast.patient}"
    assert len(claims["sub"]) == 32, "a digest: neither a number nor a name"
    assert reads(got["access_token"], f"/Observation/{cast.observation}") == 200
    assert reads(got["access_token"], f"/Patient/{cast.child_patient}") == 404


def test_the_record_of_consent_says_what_was_shown(cast):
    app, _ = tokens_of(cast)
    given = grants.of_person(cast.person)[0]
    assert (given.kind, given.recipient, given.channel) == ("app", app.id, "page")
    assert given.digest == hashlib.sha256(given.text.encode()).digest()
    assert given.scope == {"scopes": OFFLINE.split(), "sensitive": False}
    for word in ("Nhắc thuốc (Công ty A)", "Nguyễn Thị Lan", "mọi mục trong sổ", "Tiếp tục xem cả khi bạn không dùng"):
        assert word in given.text


def test_the_page_says_in_plain_words_what_the_app_sees(cast):
    scope = "launch/patient patient/Observation.rs?category=laboratory patient/MedicationRequest.rs"
    page = cast.browser.get(address(question(an_app(), scope))).content.decode()
    for word in ("Xem: kết quả xét nghiệm và chỉ số đo được (chỉ xét nghiệm)", "Xem: đơn thuốc", "Công ty A",
                 "Trần An", "Kèm cả mục nhạy cảm"):  # fmt: skip
        assert word in page
    cast.browser.cookies["ngon_ngu"] = "en"
    page = cast.browser.get(address(question(an_app(), scope))).content.decode()
    assert "See: test results and measurements (laboratory only)" in page


def test_what_is_not_left_ticked_is_not_let(cast):
    app = an_app()
    asked = question(app, "launch/patient patient/Observation.rs patient/Condition.rs")
    code = answer(cast.browser, asked, deeds=["patient/Condition.rs"])["code"]
    assert exchange(app, code).json()["scope"] == "launch/patient patient/Condition.rs"


def test_a_mother_lets_an_app_see_her_childs_book_and_only_that(cast):
    app = an_app()
    code = answer(cast.browser, question(app), whose=[cast.child_patient])["code"]
    got = exchange(app, code).json()
    assert got["patient"] == cast.child_patient
    assert reads(got["access_token"], f"/Patient/{cast.child_patient}") == 200
    assert reads(got["access_token"], f"/Patient/{cast.patient}") == 404


def test_nobody_opens_a_book_that_is_not_offered(cast):
    asked = question(an_app())
    filled = filled_in(cast.browser.get(address(asked)).content.decode())
    stranger = "00000000-0000-7000-8000-000000000001"
    assert cast.browser.post(address(asked), {**filled, "whose": stranger, "answer": "yes"}).status_code == 422
    wider = {**filled, "deeds": ["patient/*.cruds"], "answer": "yes"}
    assert cast.browser.post(address(asked), wider).status_code == 422


def test_who_says_no_lets_nothing(cast):
    told = answer(cast.browser, question(an_app()), "no")
    assert (told["error"], told["iss"], told["state"]) == ("access_denied", HOUSE, "a state that nobody guesses")
    assert db.value("select count(*) from access_app_family") == 0


def test_who_is_not_signed_in_signs_in_first_and_comes_back(cast):
    asked = address(question(an_app()))
    sent = Client().get(asked)
    assert sent.headers["Location"].startswith("/dang-nhap?next=%2Fung-dung%2Fcho-phep")


def test_a_forged_answer_to_the_page_is_refused(cast):
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = cast.browser.cookies
    assert checked.post(address(question(an_app())), {"answer": "yes"}).status_code == 403


TO_THE_APP = [
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"state": None}, "invalid_request"),
    ({"state": "1"}, "invalid_request"),
    ({"aud": None}, "invalid_request"),
    ({"aud": "https://evil.example/fhir"}, "invalid_request"),
    ({"scope": "user/*.cruds"}, "invalid_scope"),
    ({"scope": "system/*.rs"}, "invalid_scope"),
    ({"scope": "patient/Nothing.rs"}, "invalid_scope"),
    ({"scope": "patient/Observation.rs?date=2026"}, "invalid_scope"),
    ({"scope": None}, "invalid_scope"),
    ({"launch": "unknown"}, "invalid_scope"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request"),
    ({"prompt": "none"}, "consent_required"),
]


@pytest.mark.parametrize(("changed", "fault"), TO_THE_APP, ids=[str(one) for one, _ in TO_THE_APP])
def test_a_fault_of_the_request_is_told_to_the_app_with_who_tells_it(cast, changed, fault):
    told = answer(cast.browser, question(an_app(), **changed))
    assert (told["error"], told["iss"]) == (fault, HOUSE)
    assert "code" not in told


TO_THE_PERSON = [
    {"redirect_uri": None},
    {"redirect_uri": BACK + "/"},
    {"redirect_uri": BACK + "?a=b"},
    {"redirect_uri": "https://evil.example/back"},
    {"client_id": "app-unknown"},
    {"client_id": None},
]


@pytest.mark.parametrize("changed", TO_THE_PERSON, ids=str)
def test_nobody_is_sent_to_an_address_that_is_not_the_apps(cast, changed):
    page = cast.browser.get(address(question(an_app(), **changed)))
    assert page.status_code == 400
    assert "Location" not in page.headers


@pytest.mark.parametrize("state", [apps.ASKED, apps.SUSPENDED])
def test_an_app_that_is_not_approved_does_not_begin(cast, state):
    app = an_app()
    db.execute("update access_app set state = %s where id = %s", (state, app.id))
    assert cast.browser.get(address(question(app))).status_code == 400


EXCHANGES = [
    ({"code_verifier": None}, "invalid_request"),
    ({"code_verifier": "w" * 64}, "invalid_grant"),
    ({"code_verifier": CHALLENGE}, "invalid_grant"),
    ({"redirect_uri": BACK + "/"}, "invalid_grant"),
    ({"redirect_uri": None}, "invalid_grant"),
    ({"code": "guessed"}, "invalid_grant"),
    ({"code": None}, "invalid_request"),
    ({"client_id": "app-unknown"}, "invalid_client"),
    ({"client_id": None}, "invalid_client"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": "client_credentials"}, "invalid_client"),
]


@pytest.mark.parametrize(("changed", "fault"), EXCHANGES, ids=[str(one) for one, _ in EXCHANGES])
def test_a_code_is_good_for_its_app_its_address_and_its_proof_only(cast, changed, fault):
    app = an_app()
    code = answer(cast.browser, question(app))["code"]
    refused = exchange(app, code, **changed)
    assert (refused.status_code, refused.json()["error"]) == (400, fault)


def test_another_apps_code_is_worth_nothing(cast):
    app, other = an_app(), an_app()
    code = answer(cast.browser, question(app))["code"]
    assert exchange(other, code).json()["error"] == "invalid_grant"
    assert exchange(app, code).status_code == 200


def test_a_code_that_comes_again_ends_what_came_from_it(cast):
    app = an_app()
    code = answer(cast.browser, question(app, OFFLINE))["code"]
    got = exchange(app, code).json()
    assert reads(got["access_token"], f"/Observation/{cast.observation}") == 200
    assert exchange(app, code).json()["error"] == "invalid_grant"
    assert (
        reads(got["access_token"], f"/Observation/{cast.observation}") == 401
        or tokens.actor_of(got["access_token"]) is None
    )
    assert refresh(app, got["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_code_is_good_for_a_minute(cast, monkeypatch):
    app = an_app()
    code = answer(cast.browser, question(app))["code"]
    late = clock.now() + bounds.lifetime("code")
    monkeypatch.setattr(clock, "now", lambda: late)
    assert exchange(app, code).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_family(cast):
    app, first = tokens_of(cast)
    second = refresh(app, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["patient"] == cast.patient
    assert tokens.actor_of(second["access_token"]) is not None
    assert refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert tokens.actor_of(second["access_token"]) is None
    assert refresh(app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_narrows_and_never_widens(cast):
    app, first = tokens_of(cast, "launch/patient offline_access patient/Observation.rs patient/Condition.rs")
    wide = refresh(app, first["refresh_token"], scope="patient/*.rs").json()
    assert wide["error"] == "invalid_scope"
    less = refresh(app, first["refresh_token"], scope="offline_access patient/Condition.rs").json()
    assert less["scope"] == "offline_access patient/Condition.rs"
    assert {one.type for one in tokens.actor_of(less["access_token"]).narrowing.allowed} == {"Condition"}


def test_another_app_refreshes_nothing(cast):
    app, first = tokens_of(cast)
    assert refresh(an_app(), first["refresh_token"]).json()["error"] == "invalid_grant"
    assert refresh(app, first["refresh_token"]).status_code == 200


def test_without_asking_for_it_there_is_no_refresh_token(cast):
    assert "refresh_token" not in tokens_of(cast, "launch/patient patient/*.rs")[1]


def test_online_access_ends_with_the_session(cast):
    app, first = tokens_of(cast, "launch/patient online_access patient/*.rs")
    second = refresh(app, first["refresh_token"]).json()
    sessions.end_all(cast.mother.pk, clock.now())
    assert refresh(app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_offline_access_outlives_the_session_but_not_the_account(cast):
    app, first = tokens_of(cast)
    sessions.end_all(cast.mother.pk, clock.now())
    second = refresh(app, first["refresh_token"]).json()
    type(cast.mother).objects.filter(pk=cast.mother.pk).update(is_active=False)
    assert tokens.actor_of(second["access_token"]) is None
    assert refresh(app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_what_a_guardian_let_ends_when_the_guardian_is_one_no_more(cast):
    app = an_app()
    code = answer(cast.browser, question(app), whose=[cast.child_patient])["code"]
    got = exchange(app, code).json()["access_token"]
    db.execute("update access_relation set until = %s where holder = %s", (clock.today(), cast.person))
    assert reads(got, f"/Patient/{cast.child_patient}") == 404


def test_what_is_kept_opens_nothing(cast):
    app, got = tokens_of(cast)
    code = answer(cast.browser, question(app))["code"]
    rows = db.tuples("select table_name from information_schema.tables where table_name like 'access_app%%'")
    kept = " ".join(str(db.tuples(f"select t::text from {name} t")) for (name,) in rows)
    for secret in (got["access_token"], got["refresh_token"], code):
        assert secret not in kept
        assert hashlib.sha256(secret.encode()).hexdigest() in kept


def test_a_doctor_starts_an_app_from_an_open_book(cast):
    app = an_app(launch="http://127.0.0.1:1/launch")
    started = cast.staff.post(f"/ung-dung/mo/{cast.patient}", {"app": app.id, "encounter": cast.encounter})
    place, _, query = started.headers["Location"].partition("?")
    assert place == "http://127.0.0.1:1/launch"
    given = dict(pair.split("=") for pair in query.split("&"))
    asked = question(app, "launch openid patient/*.rs user/Practitioner.rs", launch=given["launch"])
    got = exchange(app, answer(cast.staff, asked)["code"]).json()
    assert (got["patient"], got["encounter"], got["need_patient_banner"]) == (cast.patient, cast.encounter, False)
    assert reads(got["access_token"], f"/Observation/{cast.observation}") == 200
    assert reads(got["access_token"], f"/Patient/{cast.child_patient}") == 404
    assert answer(cast.browser, asked)["error"] == "invalid_scope", "a start is its account's alone"


def test_a_doctors_token_says_which_practitioner_it_is_where_the_register_has_the_licence(cast):
    def said():
        got = tokens_of(cast, "openid fhirUser user/Observation.rs", browser=cast.staff)[1]
        shown = KeySet.import_key_set(keys.shown(clock.now()))
        return jwt.decode(got["id_token"], shown, algorithms=["ES256"]).claims.get("fhirUser")

    Account.objects.filter(pk=cast.doctor.pk).update(licence="000123/CCHN")
    assert said() is None
    key = register_key("Practitioner", "000123/CCHN")
    body = {"resourceType": "Practitioner", "id": str(key), "name": [{"text": "BS Bình"}]}
    clinical.put_many([Draft("Practitioner", key, NOBODY, body)], AT)
    assert said() == f"{HOUSE}/fhir/Practitioner/{key}"


def test_a_doctor_starts_nothing_for_a_stranger(cast):
    app = an_app(launch="http://127.0.0.1:1/launch")
    assert cast.staff.post(f"/ung-dung/mo/{cast.child_patient}", {"app": app.id}).status_code == 404
    assert cast.browser.get(f"/ung-dung/mo/{cast.patient}").status_code == 404


def test_a_doctors_app_without_a_start_has_no_book(cast):
    told = answer(cast.staff, question(an_app(), "launch/patient patient/*.rs"))
    assert told["error"] == "invalid_scope"
    got = tokens_of(cast, "user/Observation.rs", browser=cast.staff)[1]
    assert "patient" not in got
    assert reads(got["access_token"], f"/Observation/{cast.observation}") == 200


def test_an_app_with_keys_of_its_own_must_use_them(cast):

    app = an_app(apps.PRIVATE, jwks=json.dumps(JWKS))
    code = answer(cast.browser, question(app))["code"]
    assert exchange(app, code).json()["error"] == "invalid_client"
    signed = {"client_assertion_type": ASSERTION, "client_assertion": assertion(app)}
    assert exchange(app, code, **signed).status_code == 200


def test_a_token_is_told_about_and_withdrawn(cast):

    app, got = tokens_of(cast)
    asker = an_app(apps.PRIVATE, jwks=json.dumps(JWKS))

    def about(token):
        proof = {"client_assertion_type": ASSERTION, "client_assertion": assertion(asker)}
        return post({"token": token, **proof}, "/ung-dung/xem-ma").json()

    told = about(got["access_token"])
    assert (told["active"], told["client_id"], told["patient"]) == (True, app.id, cast.patient)
    assert told["scope"] == OFFLINE
    assert about("guessed") == {"active": False}
    assert post({"token": got["access_token"], "client_id": app.id}, "/ung-dung/xem-ma").status_code == 400
    assert post({"token": got["access_token"], "client_id": an_app().id}, "/ung-dung/bo-ma").status_code == 400
    assert about(got["access_token"])["active"] is True
    assert post({"token": got["refresh_token"], "client_id": app.id}, "/ung-dung/bo-ma").status_code == 200
    assert about(got["access_token"]) == {"active": False}
    assert refresh(app, got["refresh_token"]).json()["error"] == "invalid_grant"
    assert post({"token": "guessed", "client_id": app.id}, "/ung-dung/bo-ma").status_code == 200


def test_keys_that_sign_are_changed_and_old_ones_stay_shown(cast, monkeypatch):
    first = keys.signing(clock.now()).kid
    later = clock.now() + bounds.key_lifetimes()[0] + timedelta(minutes=1)
    second = keys.signing(later).kid
    assert first != second
    assert [one["kid"] for one in keys.shown(later)["keys"]] == [second, first]
    assert all("d" not in one for one in keys.shown(later)["keys"])
    assert [one["kid"] for one in keys.shown(later + timedelta(days=2))["keys"]] == [second]


def test_a_suspended_app_has_ended(cast):
    app, got = tokens_of(cast)
    apps.decide(PROGRAM, app.id, apps.SUSPENDED, clock.now())
    assert tokens.actor_of(got["access_token"]) is None
    assert refresh(app, got["refresh_token"]).json()["error"] == "invalid_client"
