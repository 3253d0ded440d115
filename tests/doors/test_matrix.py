"""Every page of every door, for every kind of stranger and every method: the sign-in page, or nothing at all.

The pages come from the map of addresses, what they are from `access/data/addresses.yaml`; neither can have a page that
the other has not. What a stranger is told of somebody's thing is what is told of one that does not exist.
"""

from __future__ import annotations

import re
import uuid

import falcon.testing
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import addresses
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.book import queries
from sosuckhoe.doors.gateway import app as gateway
from sosuckhoe.exchange.actions.upload import upload
from sosuckhoe.identity import tickets
from tests import smart
from tests.book import library
from tests.doors.citizen.cast import cast
from tests.insight.filed import NOW, Ledger, Sent, file
from tests.signed import signed

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
NAMES = ("Lụa", "LK1", "025160001234")
"""What stands in the grandmother's book and in the facility's package."""

ELSEWHERE = library.COMMUNE


def names_of(resolver, prefix=""):
    """Every page by its name, with the names of what stands in its address."""
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from names_of(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name}", tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)


PAGES = dict(names_of(get_resolver()))


@pytest.fixture
def everybody():
    return cast()


@pytest.fixture
def things(everybody):
    """What stands in addresses: for each page of somebody's thing its own and one that does not exist."""
    arrival = file(Ledger(), library.DISTRICT, [Sent(library.DISTRICT, "LK1", 7, NOW)])
    clerk = Actor(9, "", "clerk", facility=library.DISTRICT, purpose="administration")
    sent = uuid.uuid4()
    upload(clerk, sent, [], NOW)
    ticket = tickets.note(everybody.person, library.DISTRICT, {"name": "Lụa"}, {"name": "Lua"}, NOW)
    whose = queries.owner(everybody.person)
    none = uuid.UUID(int=5)
    visit, paper = queries.timeline_of(whose)[0].key, queries.papers_of(whose)[0].key
    keys = {
        "citizen:visit": visit, "citizen:paper": paper, "citizen:paper-pdf": paper, "citizen:test": "glucose",
        "facility:upload": sent, "facility:report": sent, "facility:ticket": ticket,
    }  # fmt: skip
    ghosts = {"patient": none, "key": none, "number": 987654321, "position": 1, "one": none, "other": uuid.UUID(int=6)}
    open_ = {"code": "A" * 24, "token": "B" * 24, "facility": library.DISTRICT, "kind": "facilities"}

    def of(name):
        there = {
            "patient": everybody.patient, "number": arrival, "position": 1, "key": keys.get(name, none),
            "one": everybody.patient, "other": queries.owner(everybody.daughter.person).patient, **open_,
        }  # fmt: skip
        names = PAGES[name]
        if names == ("code",) and name == "office:facility":
            return [{"code": library.DISTRICT}] * 2
        ghost = ghosts | open_ | ({"key": "glucose"} if name == "citizen:test" else {})
        return [{word: found[word] for word in names} for found in (there, ghost)]

    return of


def service(_everybody):
    account = access.open_account(PROGRAM, "x-service", name="service", role="system", facility=library.DISTRICT)
    return smart.service_token(account, "system/*.cruds")


APPS = {
    "app": lambda everybody: smart.let_in(everybody.grandmother, "patient/*.cruds", everybody.person, sensitive=True),
    "app of staff": lambda everybody: smart.let_in(everybody.doctor, "user/*.cruds"),
    "service": service,
}
"""Tokens with every right of the owner, of a doctor who treats her, of her hospital's system."""


def stranger(everybody, who):
    """A client in the session of somebody who has no right to the grandmother's book nor to the facility's things."""
    client = Client(raise_request_exception=False)
    if who == "nobody":
        return client
    if who in {"stranger", "other_doctor", "officer"}:
        return signed(client, getattr(everybody, who))
    if who == "ended":
        account = everybody.daughter
        database.execute("update access_relation set until = '2026-01-02' where dependant = %s", (everybody.person,))
        return signed(client, account)
    if who == "suspended":
        signed(client, everybody.grandmother)
        access.disable(PROGRAM, everybody.grandmother, clock.now())
        return client
    if who in APPS:
        return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {APPS[who](everybody)}"})
    facts = {"area": "79"} if who == "steward" else {"facility": ELSEWHERE}
    return signed(client, access.open_account(PROGRAM, f"x-{who}", name=f"Người {who}", role=who, **facts))


ROLES = {
    "nobody": "", "suspended": "", "stranger": "citizen", "ended": "citizen", "other_doctor": "doctor",
    "nurse": "nurse", "clerk": "clerk", "admin": "admin", "officer": "officer", "steward": "steward",
    "system": "system", "vendor": "vendor", "app": "", "app of staff": "", "service": "",
}  # fmt: skip
"""The role of each caller; none for whom no page knows. A token of an app opens no page."""

TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|next=[^"&]*|action="[^"]*"')


ENDS_THE_SESSION = {"citizen:sign-out"}
DEMO = "citizen:sign-in"
"""It lists the accounts of the demo, which exist in no house for real people (tests/site/test_production.py)."""


def asked(client, method, name, words):
    answer = client.generic(method, reverse(name, kwargs=words))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, TOKENS.sub("", content.decode(errors="replace"))


def expected(page, method, role):
    """The statuses that a page may answer somebody of a role who has no right to the thing in its address."""
    if ("GET" if method == "HEAD" else method) not in page.methods:
        return {405}
    if page.to == {addresses.EVERYBODY}:
        return {200, 204, 302, 400, 401, 403, 404, 405, 422, 503}
    if not role:
        return {302}
    if page.to != {addresses.SIGNED} and role not in page.to:
        return {404}
    return {404, 405} if page.of in {"book", "owner", "facility"} else {200, 302, 400, 404, 405, 413, 422}


@pytest.mark.parametrize("who", sorted(ROLES))
def test_a_stranger_gets_nothing(everybody, things, who):
    client = stranger(everybody, who)
    wrong = []
    for name in sorted(PAGES, key=lambda name: name in ENDS_THE_SESSION):
        page = addresses.pages()[name]
        own, none = things(name)
        for method in METHODS:
            answer, text = asked(client, method, name, own)
            place = f"{who}: {method} {name}"
            if answer.status_code not in expected(page, method, ROLES[who]):
                wrong.append(f"{place}: {answer.status_code}")
            if name != DEMO and any(word in text for word in NAMES):
                wrong.append(f"{place}: names somebody")
            is_asked = answer.status_code == 302 and not ROLES[who] and page.to != {addresses.EVERYBODY}
            if is_asked and not answer.url.startswith(reverse("citizen:sign-in")):
                wrong.append(f"{place}: leads to {answer.url}")
            if own != none and method in page.methods:
                other, untold = asked(client, method, name, none)
                if (other.status_code, untold) != (answer.status_code, text):
                    wrong.append(f"{place}: {answer.status_code} for {other.status_code}")
    assert wrong == [], "\n".join(wrong)


def test_every_page_is_declared_and_every_declared_page_is_there():
    assert undeclared(PAGES) == set()
    assert set(addresses.pages()) - set(PAGES) == set()


def undeclared(names):
    return set(names) - set(addresses.pages())


def leak(_request):
    return HttpResponse("everything")


urlpatterns = [path("ro-ri/", leak, name="leak"), *get_resolver().url_patterns]


def test_a_page_that_is_not_declared_would_be_found_and_answers_nobody(settings, client):
    settings.ROOT_URLCONF = __name__
    assert undeclared(dict(names_of(get_resolver(__name__)))) == {"leak"}
    assert client.get("/ro-ri/").status_code == 404


def test_every_role_of_the_policy_is_a_stranger_here():
    from sosuckhoe.access import policy

    assert {rule.role for rule in policy.rules()} == set(ROLES.values()) - {""} | {"program"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", sorted(addresses.gateway()))
@pytest.mark.parametrize("who", ["", "service"])
def test_the_gateway_takes_nothing_from_strangers(db, who, address, method):
    """The portal's interface answers 200 with its own code; nothing is kept of what a stranger sends.

    A token of a service is one: its scopes are of `/fhir`.
    """
    token = {"Authorization": f"Bearer {service(None)}"} if who else {}
    client = falcon.testing.TestClient(gateway.application)
    answer = client.simulate_request(method, address, json={"username": "x"}, headers=token)
    assert answer.status_code < 500
    if answer.status_code == 200 and method != "OPTIONS":
        assert str(answer.json.get("maKetQua")) != "200"
    assert database.value("select count(*) from exchange_arrival") == 0
    assert database.value("select count(*) from exchange_delivery") == 0


def test_the_gateway_has_no_other_address(monkeypatch):
    made = []
    add = falcon.App.add_route
    monkeypatch.setattr(falcon.App, "add_route", lambda app, path, *rest: made.append(path) or add(app, path, *rest))
    gateway.make_app()
    assert set(made) == addresses.gateway()
