"""Every type, interaction and operation that the CapabilityStatement names, for every kind of stranger: nothing.

What a stranger is told of somebody's resource is what is told of one that does not exist: status, headers, body, and
how often the database was asked.
Nothing here is a list of its own: a new type, interaction or operation is asked too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import addresses
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.clinical import actions
from sosuckhoe.doors.fhir import operations
from sosuckhoe.doors.fhir.app import ROUTES
from sosuckhoe.doors.fhir.interactions import capabilities, declared
from sosuckhoe.doors.fhir.operations import routing
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, SYSTEM, TYPE
from tests import smart
from tests.clinical.made import AT, PERSON, draft, key, observation, patient
from tests.doors.fhir.cast import Client

STATEMENT = capabilities.statement("http://falconframework.org/fhir")["rest"][0]
TYPES = [one["type"] for one in STATEMENT["resource"]]
CANARY = "Hoàng Yến Vàng"
FORM = "application/x-www-form-urlencoded"
SOME = ("Patient", "Observation", "Binary", "Practitioner", "Subscription")
FORMS = {"POST": "application/fhir+json", "PUT": "application/fhir+json", "PATCH": "application/json-patch+json"}
STRANGERS = {
    "citizen": {"role": "citizen", "person": 12345},
    "ended": {"role": "citizen", "person": 12346},
    "doctor": {"role": "doctor", "facility": "01001"},
    "clerk": {"role": "clerk", "facility": "01001"},
    "system": {"role": "system", "facility": "01001"},
    "officer": {"role": "officer", "area": "79"},
    "steward": {"role": "steward", "area": "79"},
}
"""Accounts without a right to the record: `ended` is a daughter whose right has ended."""

APPS = {
    "app": ("citizen", "patient/*.cruds"),
    "narrow app": ("citizen", "patient/Patient.rs patient/Observation.rs?category=laboratory"),
    "app of the owner": ("owner", "patient/Observation.rs?category=laboratory"),
    "app of staff": ("doctor", "user/*.cruds"),
    "app in another book": ("treating", "patient/*.cruds"),
    "service": ("system", "system/*.cruds"),
    "narrow service": ("system", "system/Patient.rs system/Observation.rs"),
}
"""Tokens of apps without a right to the record, by the account that let them in. The owner's names nothing that there
is; the doctor's who treats the person is open in the book of somebody else.
"""

CALLERS = (*STRANGERS, *APPS)
ALL_TYPES = ("citizen", "system", "app", "service")
"""Who is asked for every type: who may search records, with and without an app. The others differ from them by role
or scope, and are asked for `SOME`."""

NOBODY_KNOWN = ("suspended", "withdrawn", None)
"""Whom the interface does not know (any more): tokens of a disabled account, of another house, none at all."""

ROLES_LEFT_OUT = {
    "program": "may do everything",
    "nurse": "as doctors",
    "admin": "no rule of records",
    "vendor": "sends deliveries alone, to the gateway",
}


class Asked(NamedTuple):
    """One request, with `{id}` where the resource is named."""

    what: str
    method: str
    path: str
    body: object = None
    form: str = ""


def interactions(type_name: str) -> Iterator[Asked]:
    """Every interaction of a type at every address that the routes give it."""
    for (method, path), (_, codes) in declared.INTERACTIONS.items():
        if "{type_name}" not in path:
            continue
        yield from _forms(" ".join(codes), method, path, type_name)
    for (method, path), code in declared.OWN.get(type_name, {}).items():
        yield from _forms(code, method, path, type_name)


def _forms(codes: str, method: str, path: str, type_name: str) -> Iterator[Asked]:
    at = path.replace("{type_name}", type_name).replace("{name}", "{id}").replace("{version}", "1")
    if "{held}" in at:
        return
    body = {"resourceType": type_name, "id": "{id}"}
    if method == "PATCH":
        body = [{"op": "add", "path": "/language", "value": "vi"}]
    form = FORMS.get(method, "")
    if at.endswith("/_search"):
        yield Asked(codes, method, at, "_id={id}&_total=accurate", FORM)
    elif "{id}" in at or codes.startswith("create"):
        yield Asked(codes, method, at, body if form else None, form)
    else:
        for query in ("_id={id}", "_id={id}&_total=accurate&_include=*", "_id={id}&_summary=count"):
            yield Asked(f"{codes} ?", method, f"{at}?{query}", body if form else None, form)


def called(type_name: str) -> Iterator[Asked]:
    """Every operation of a type, at each of its levels, by GET and POST."""
    for one in operations.OPERATIONS:
        for level, place in ((TYPE, type_name), (INSTANCE, f"{type_name}/{{id}}")):
            if one.stands_at(level, type_name):
                for method in ("GET", "POST"):
                    body = {"resourceType": "Parameters"} if method == "POST" else None
                    yield Asked(f"${one.name}", method, f"/{place}/${one.name}", body, FORMS.get(method, ""))


def of_system() -> Iterator[Asked]:
    """What is asked of the whole: searches, histories, operations, batches, compartments of the person."""
    for one in operations.OPERATIONS:
        if one.stands_at(SYSTEM, ""):
            yield Asked(f"${one.name}", "GET", f"/${one.name}")
            yield Asked(f"${one.name}", "POST", f"/${one.name}", {"resourceType": "Parameters"}, FORMS["POST"])
    yield Asked("search-system", "GET", "/?_type=Patient,Observation&_id={id}")
    yield Asked("search-system", "POST", "/_search?_type=Patient,Observation", "_id={id}", FORM)
    yield Asked("history-system", "GET", "/_history")
    for type_name in (*TYPES, "*"):
        yield Asked("search-type", "GET", f"/Patient/{{id}}/{type_name}")
        yield Asked("search-type", "POST", f"/Patient/{{id}}/{type_name}/_search", "", FORM)
    for method, name in (("GET", "Patient/{id}"), ("DELETE", "Patient/{id}"), ("GET", "Patient?_id={id}")):
        entry = {"request": {"method": method, "url": name}}
        for kind in ("batch", "transaction"):
            yield Asked(kind, "POST", "/", {"resourceType": "Bundle", "type": kind, "entry": [entry]}, FORMS["POST"])


@pytest.fixture
def client(db):
    tokens = {}
    for name, facts in STRANGERS.items():
        account = access.open_account(PROGRAM, name, name=name, **facts)
        tokens[name] = access.issue_token(account, "bearer", clock.now(), timedelta(hours=1))
    tokens |= tokens_of_apps()
    gone = access.open_account(PROGRAM, "gone", name="gone", role="citizen", person=PERSON)
    tokens["suspended"] = access.issue_token(gone, "bearer", clock.now(), timedelta(hours=1))
    access.disable(PROGRAM, gone, clock.now())
    tokens["withdrawn"] = "made-elsewhere"
    access.give_book_to(12346, PERSON, "representative", "full", date(2020, 1, 1))
    end_of_right = "update access_relation set until = '2021-01-01' where dependant = %s"
    database.execute(end_of_right, (PERSON,))
    return Client(tokens)


def tokens_of_apps():
    """A token of each app. It opens a book only where its scopes are of one."""
    access.open_account(PROGRAM, "owner", name="owner", role="citizen", person=PERSON)
    access.open_account(PROGRAM, "treating", name="treating", role="doctor", facility="79001")
    access.tie([("79001", PERSON), ("79001", 12345)], AT)
    made = {}
    for name, (who, scope) in APPS.items():
        account = Account.objects.get(username=who)
        if who == "system":
            made[name] = smart.service_token(account, scope)
        else:
            person = account.person or 12345
            made[name] = smart.let_in(account, scope, person if "patient/" in scope else None)
    return made


def of_type(name):
    """A definition of searches is read when it is stored: that one is out of use."""
    more = {"status": "retired"} if name == "SearchParameter" else {}
    return {"language": CANARY, "text": {"div": CANARY}, **more}


@pytest.fixture
def owned(client):
    """One resource of every type that is the person's, full of the canary."""
    drafts = {name: draft(name, "one", **of_type(name)) for name in TYPES if name != "Patient"}
    drafts["Patient"] = patient(name=[{"text": CANARY}])
    actions.put_many(list(drafts.values()), AT)
    return {name: str(one.key) for name, one in drafts.items()}


CHANGING = re.compile(
    r'"(timestamp|lastUpdated|id|fullUrl|date)": ?"[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)|urn:uuid:[0-9a-f-]+'
)
HEADERS = ("etag", "location", "content-location", "last-modified", "content-type", "allow", "www-authenticate")


def answered(client, who, asked, name):
    """Status, headers and body of an answer, without the id that was asked for and without the time."""
    body = asked.body
    if isinstance(body, str):
        body = body.replace("{id}", name)
    elif body is not None:
        body = json.dumps(body).replace("{id}", name)
    headers = {"Content_Type": asked.form} if asked.form else {}
    answer = client.ask(who, asked.method, asked.path.replace("{id}", name), body, **headers)
    text = CHANGING.sub("", answer.text.replace(name, "{id}"))
    told = {one: answer.headers.get(one, "").replace(name, "{id}") for one in HEADERS}
    return answer.status_code, told, text


def faults(client, who, asked, mine, ghost, statements):
    """What a stranger could tell a resource from none by."""
    del statements[:]
    none = answered(client, who, asked, ghost)
    unasked = list(statements)
    del statements[:]
    some = answered(client, who, asked, mine)
    place = f"{who}: {asked.method} {asked.path} ({asked.what})"
    if some[0] >= 500 or none[0] >= 500:
        yield f"{place}: {some[0]} {none[0]}"
    if CANARY in some[2]:
        yield f"{place}: the record itself"
    if some != none:
        yield f"{place}: {some} for {none}"
    if len(statements) != len(unasked):
        yield f"{place}: {len(statements)} statements for {len(unasked)}: {set(statements) ^ set(unasked)}"


def ghost(type_name):
    """An id of the same bucket under which nothing stands."""
    return str(key(type_name, "nothing"))


def everything(type_name):
    return (*interactions(type_name), *called(type_name))


@pytest.mark.parametrize("who", CALLERS)
def test_a_stranger_cannot_tell_a_resource_from_none(client, owned, statements, who):
    types = TYPES if who in ALL_TYPES else SOME
    found = [
        fault
        for type_name in types
        for asked in everything(type_name)
        for fault in faults(client, who, asked, owned[type_name], ghost(type_name), statements)
    ]
    assert found == []


@pytest.mark.parametrize("who", CALLERS)
def test_nor_by_asking_the_whole(client, owned, statements, who):
    found = [
        fault
        for asked in of_system()
        for fault in faults(client, who, asked, owned["Patient"], ghost("Patient"), statements)
    ]
    assert found == []


@pytest.mark.parametrize("who", ["citizen", "system"])
def test_nor_one_whose_id_a_client_chose(client, statements, who):
    actions.update(PROGRAM, "Patient", "lua", {"resourceType": "Patient", "id": "lua", "name": [{"text": CANARY}]}, AT)
    found = [fault for asked in everything("Patient") for fault in faults(client, who, asked, "lua", "mai", statements)]
    assert found == []


def updates():
    """Puts under an id, each good in itself: of a patient whom the asking facility treats."""
    body = observation("{id}", person=12345).body | {"id": "{id}"}
    person = {"resourceType": "Patient", "id": "{id}", "name": [{"text": "Mai"}], "birthDate": "1980-01-01"}
    for one in (body, person):
        kind = one["resourceType"]
        yield Asked("update", "PUT", f"/{kind}/{{id}}", one, FORMS["PUT"])
        yield Asked("update ?", "PUT", f"/{kind}?identifier=urn:none|none", one, FORMS["PUT"])
        for more in ({}, {"ifMatch": 'W/"1"'}, {"ifNoneMatch": "*"}, {"ifMatch": 'W/"2"'}):
            for way in (f"{kind}/{{id}}", f"{kind}?identifier=urn:none|none"):
                entry = {"request": {"method": "PUT", "url": way, **more}, "resource": one}
                for bundle in ("batch", "transaction"):
                    whole = {"resourceType": "Bundle", "type": bundle, "entry": [entry]}
                    yield Asked(bundle, "POST", "/", whole, FORMS["POST"])


@pytest.mark.parametrize("who", ["system", "service", "doctor", "app of staff"])
@pytest.mark.parametrize("is_chosen", [True, False])
def test_nor_by_putting_something_there(client, owned, statements, who, is_chosen):
    """Who may create records of somebody cannot find out by it which ids are taken: others' are all refused alike."""
    access.tie([("01001", 12345)], AT)
    actions.put_many([patient(12345)], AT)
    for name in ("Patient", "Observation"):
        body = {"resourceType": name, "id": "lua", **({"name": [{"text": CANARY}]} if name == "Patient" else {})}
        whole = observation("lua").body | body if name == "Observation" else body
        actions.update(PROGRAM, name, "lua", whole, AT)
    found = []
    for asked in updates():
        name = "Patient" if '"Patient"' in json.dumps(asked.body) else "Observation"
        mine, none = ("lua", "mai") if is_chosen else (owned[name], ghost(name))
        found += faults(client, who, asked, mine, none, statements)
    assert found == []


@pytest.mark.parametrize("who", NOBODY_KNOWN)
def test_who_is_not_known_learns_nothing_at_all(client, owned, who):
    requests = [asked for name in TYPES for asked in everything(name)] + list(of_system())
    tokens = {"suspended": "suspended", "withdrawn": "withdrawn"}
    found = set()
    for asked in requests:
        status, _, text = answered(client, tokens.get(who), asked, owned["Patient"])
        assert CANARY not in text
        if status not in {401, 405}:
            found.add((status, asked.method, asked.path))
    assert found == set()


def test_nothing_was_changed_by_all_that(client, owned, statements):
    for who in ("citizen", "system"):
        for name in ("Patient", "Observation", "Binary"):
            for asked in everything(name):
                answered(client, who, asked, owned[name])
    kept = database.tuples(
        "select count(*), max(version), bool_and(body is not null) from clinical_resource where person = %s", (PERSON,)
    )
    assert kept == [(len(TYPES), 1, True)]


# What is declared, and what there is: the same, both ways.


def test_every_type_has_its_kind():
    assert set(addresses.kinds()) == set(TYPES)


def test_every_interaction_and_operation_is_declared():
    codes = {one["code"] for held in STATEMENT["resource"] for one in held["interaction"]}
    codes |= {one["code"] for one in STATEMENT["interaction"]}
    assert codes == set(addresses.interactions())
    assert {one.name for one in operations.OPERATIONS} == set(addresses.operations())


def test_every_address_is_of_an_interaction_or_an_operation():
    assert unknown_addresses([*ROUTES, *routing.routes()]) == set()


def test_an_address_that_is_not_declared_would_be_found():
    assert unknown_addresses([*ROUTES, "/{type_name}/{name}/_secrets", "/Patient/$leak"]) == {
        "/{type_name}/{name}/_secrets", "/Patient/$leak",
    }  # fmt: skip


def unknown_addresses(paths):
    """Addresses below /fhir that are neither of declared interactions nor of declared operations."""
    known = {path for _, path in (*declared.INTERACTIONS, *declared.BACKGROUND)}
    known |= {path for found in declared.OWN.values() for _, path in found}
    named = {f"${name}" for name in addresses.operations()}
    return {path for path in paths if path not in known and path.rpartition("/")[2] not in named}


def test_every_role_of_the_policy_is_a_stranger_here():
    from sosuckhoe.access import policy

    assert {rule.role for rule in policy.rules()} == {one["role"] for one in STRANGERS.values()} | set(ROLES_LEFT_OUT)
