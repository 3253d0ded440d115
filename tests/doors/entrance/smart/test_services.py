"""Backend services: who signs as registered gets a token for five minutes, bounded by the account behind it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest
from joserfc.jwk import ECKey

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.smart import apps, tokens
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.app_keys import fetching
from sosuckhoe.exchange.outside.outward import Answer
from tests.doors.entrance.smart.asking import HOUSE, JWKS, KEYS, assertion, by_service
from tests.doors.fhir.cast import Client as Fhir
from tests.smart import BACK, an_app

pytestmark = pytest.mark.django_db
PLACE = "https://his.example/jwks.json"


@pytest.fixture
def service(cast):
    return an_app(apps.SERVICE, scope="system/*.rs", redirects=(), jwks=json.dumps(JWKS), account=cast.system.pk)


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_signed_assertion_gets_a_token(cast, service, algorithm):
    answered = by_service(assertion(service, algorithm))
    got = answered.json()
    assert (answered.status_code, got["token_type"], got["expires_in"]) == (200, "Bearer", 300)
    assert got["scope"] == "system/*.rs"
    assert "refresh_token" not in got
    asking = Fhir({"service": got["access_token"]})
    assert asking.ask("service", "GET", f"/Observation/{cast.observation}").status_code == 200
    assert asking.ask("service", "GET", f"/Patient/{cast.child_patient}").status_code == 404, "not treated there"


def test_a_service_exports_what_its_scopes_name(cast, service):
    got = by_service(assertion(service), "system/Observation.rs").json()["access_token"]
    asking = Fhir({"service": got})
    begun = asking.ask("service", "GET", "/Patient/$export", Prefer="respond-async", Accept="application/fhir+json")
    assert begun.status_code == 202
    job = begun.headers["content-location"].rpartition("/fhir")[2]
    again = Fhir(
        {
            "same": by_service(assertion(service), "system/Observation.rs").json()["access_token"],
            "wider": by_service(assertion(service), "system/*.rs").json()["access_token"],
        }
    )
    assert again.ask("same", "GET", job).status_code == 202
    assert again.ask("wider", "GET", job).status_code == 404, "a job is for the rights with which it was asked"


NOW = int(time.time())
OTHER = ECKey.generate_key("P-384", {"kid": "ec"})
FAULTS = [
    {"exp": NOW - 10},
    {"exp": NOW + 3600},
    {"exp": None},
    {"exp": "soon"},
    {"jti": None},
    {"jti": 7},
    {"aud": "https://evil.example/token"},
    {"aud": f"{HOUSE}/fhir"},
    {"aud": None},
    {"iss": "app-other"},
    {"iss": None},
    {"sub": "app-other"},
    {"sub": None},
    {"sub": ["app"]},
    {"header": {"kid": "unknown"}},
    {"header": {"kid": None}},
    {"nbf": NOW + 600},
    {"key": OTHER},
    {"key": OTHER, "header": {"jwk": OTHER.as_dict(private=False)}},
]


@pytest.mark.parametrize("changed", FAULTS, ids=[f"{number}-{'-'.join(one)}" for number, one in enumerate(FAULTS)])
def test_every_fault_of_an_assertion_is_refused(service, changed):
    refused = by_service(assertion(service, **changed))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client")


def test_an_assertion_is_good_once(service):
    signed = assertion(service)
    assert by_service(signed).status_code == 200
    assert by_service(signed).json()["error"] == "invalid_client"


def by_public_key(text):
    """The claims signed with HS256, and the public key as its secret."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').decode().rstrip("=")
    signed = f"{head}.{text.partition('.')[2]}"
    mark = hmac.new(KEYS["RS384"].as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def test_other_algorithms_are_refused(service):
    none = ".".join(
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=")
        for one in ({"alg": "none", "kid": "ec"}, {"iss": service.id, "sub": service.id, "exp": NOW + 99, "jti": "1"})
    )
    for signed in (
        f"{none}.",
        assertion(service, "RS256", KEYS["RS384"]),
        by_public_key(assertion(service, "RS384").rpartition(".")[0]),
        "a.b.c",
        "nothing",
    ):
        assert by_service(signed).json()["error"] == "invalid_client"


SCOPES = [
    ("system/Observation.rs", "system/Observation.rs"),
    ("system/*.cruds", "system/*.rs"),
    ("system/Observation.read", "system/Observation.rs"),
    ("patient/*.rs", None),
    ("user/*.rs system/Observation.c", None),
    ("openid offline_access", None),
    ("", None),
]


@pytest.mark.parametrize(("asked", "given"), SCOPES)
def test_a_service_has_at_most_what_it_is_registered_for(service, asked, given):
    got = by_service(assertion(service), asked).json()
    assert got.get("scope") == given
    assert given or got["error"] == "invalid_scope"


def test_the_accounts_role_bounds_the_token(cast):
    officer = type(cast.system).objects.create(username="o", display_name="o", role="officer", area="79")
    app = an_app(apps.SERVICE, scope="system/*.cruds", redirects=(), jwks=json.dumps(JWKS), account=officer.pk)
    got = by_service(assertion(app), "system/*.cruds").json()["access_token"]
    asking = Fhir({"service": got})
    assert asking.ask("service", "GET", f"/Observation/{cast.observation}").status_code in {403, 404}
    assert asking.ask("service", "GET", "/Observation").status_code == 403


def test_a_disabled_accounts_service_gets_nothing(cast, service):
    got = by_service(assertion(service)).json()["access_token"]
    type(cast.system).objects.filter(pk=cast.system.pk).update(is_active=False)
    assert tokens.actor_of(got) is None
    assert by_service(assertion(service)).json()["error"] == "invalid_client"


def test_a_service_is_no_app_that_people_sign_in_to(cast, service):
    public = an_app()
    assert by_service(assertion(public), "patient/*.rs").json()["error"] == "invalid_client"
    asked = {"grant_type": "authorization_code", "code": "a", "redirect_uri": BACK, "code_verifier": "v" * 64}
    signed = by_service(assertion(service), **asked)
    assert signed.json()["error"] == "unauthorized_client"


@pytest.fixture
def elsewhere(cast, monkeypatch):
    """A service whose keys are at an address, and what that answers: a list whose first one is next."""
    answers, asked = [], []
    fetching.forget()
    monkeypatch.setattr(fetching.outward, "get", lambda address, **_: asked.append(address) or answers.pop(0))
    app = an_app(apps.SERVICE, scope="system/*.rs", redirects=(), jwks_url=PLACE, account=cast.system.pk)
    return app, answers, asked


def test_keys_at_an_address_are_asked_once_and_again_for_a_new_one(elsewhere, monkeypatch):
    app, answers, asked = elsewhere
    new = ECKey.generate_key("P-384", {"kid": "new"})
    answers += [
        Answer(200, json.dumps(JWKS).encode()),
        *[Answer(200, json.dumps({"keys": [new.as_dict(private=False)]}).encode())] * 2,
    ]
    assert [by_service(assertion(app)).status_code for _ in range(3)] == [200] * 3
    assert asked == [PLACE]
    monkeypatch.setattr(fetching, "ASKED_AGAIN_SECONDS", 0.0)
    assert by_service(assertion(app, key=new)).status_code == 200
    assert by_service(assertion(app)).json()["error"] == "invalid_client", "the old one is gone"


def test_an_address_that_does_not_answer_is_asked_once_and_left_alone_for_a_while(elsewhere):
    app, answers, asked = elsewhere
    answers += [Answer(503, b""), Answer(200, json.dumps(JWKS).encode())]
    assert [by_service(assertion(app)).status_code for _ in range(3)] == [400] * 3
    assert asked == [PLACE]


@pytest.mark.parametrize(
    "answer",
    [Answer(200, b"{"), Answer(200, b"{}"), Answer(200, b'{"keys":[]}'), Answer(302, json.dumps(JWKS).encode()),
     Answer(200, b'{"keys": [' + b" " * 70_000 + b"]}")],
    ids=["no JSON", "no keys", "empty", "leads on", "too long"],
)  # fmt: skip
def test_an_address_that_answers_anything_else_lets_nobody_in(elsewhere, answer):
    app, answers, _ = elsewhere
    answers += [answer, answer]
    assert by_service(assertion(app)).json()["error"] == "invalid_client"


WRONG = [
    {"kind": "other"},
    {"name": "<b>"},
    {"name": "a"},
    {"scope": "admin"},
    {"scope": "system/*.rs"},
    {"redirects": ()},
    {"redirects": ("http://app.example/back",)},
    {"redirects": ("https://app.example/*",)},
    {"redirects": ("https://app.example/back#a",)},
    {"redirects": ("javascript:alert(1)",)},
    {"redirects": ("https://u:p@app.example/",)},
    {"launch": "http://app.example/"},
    {"jwks": json.dumps(JWKS)},
    {"kind": apps.PRIVATE},
    {"kind": apps.PRIVATE, "jwks": '{"keys":[]}'},
    {"kind": apps.PRIVATE, "jwks": json.dumps({"keys": [KEYS["ES384"].as_dict(private=True)]})},
    {"kind": apps.PRIVATE, "jwks": json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]})},
    {"kind": apps.PRIVATE, "jwks_url": "http://app.example/jwks"},
    {"kind": apps.PRIVATE, "jwks_url": "http://localhost/jwks"},
    {"kind": apps.SERVICE, "jwks": json.dumps(JWKS), "account": 1},
    {"account": 1},
]


@pytest.mark.parametrize("changed", WRONG, ids=[f"{number}-{'-'.join(one)}" for number, one in enumerate(WRONG)])
def test_what_is_not_right_is_not_registered(changed):
    with pytest.raises(Problem, match="SSK-1201"):
        an_app(**changed)


@pytest.mark.parametrize("role", ["program", "steward", "citizen", "doctor"])
def test_no_service_has_the_rights_of_people_or_of_the_house(cast, role):
    account = type(cast.system).objects.create(username="x", display_name="x", role=role)
    with pytest.raises(Problem, match="SSK-1201"):
        an_app(apps.SERVICE, scope="system/*.rs", redirects=(), jwks=json.dumps(JWKS), account=account.pk)


@pytest.mark.parametrize("address", ["https://app.example/back", "http://localhost:8080/a", "vn.example.app:/back"])
def test_addresses_of_the_web_the_own_machine_and_the_app_itself_are_right(address):
    assert an_app(redirects=(address,)).redirects == [address]


@pytest.mark.parametrize("role", ["citizen", "doctor", "clerk", "admin", "officer", "system"])
def test_nobody_but_a_steward_registers_and_decides(role):
    actor = Actor(9, "x", role, person=1, facility="79001", purpose="own" if role == "citizen" else "treatment")
    app = an_app()
    for ask in (
        lambda: apps.register(actor, apps.Wish("Ab", "Bc", apps.PUBLIC, "patient/*.rs", (BACK,)), clock.now()),
        lambda: apps.decide(actor, app.id, apps.SUSPENDED, clock.now()),
        lambda: apps.listed(actor),
    ):
        with pytest.raises(Problem, match="SSK-1003"):
            ask()
    assert apps.listed(PROGRAM)
