"""Two worlds that differ only in what an app's token may not see answer it alike, and a token never sees more."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.access import actions as access
from sosuckhoe.access import grants
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions, finding, reading
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.doors.fhir import asking as asking_of
from tests import smart
from tests.clinical.made import AT, PERSON, draft, key, observation, patient
from tests.clinical.test_two_worlds import HIV, answers, questions
from tests.doors.fhir.cast import Client
from tests.many import TIMES

pytestmark = pytest.mark.django_db
CHILD = 8_112
ME = patient().key
SUBJECT = {"subject": {"reference": f"Patient/{ME}"}}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
VITAL = {"category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}]}
FACILITY = "79001"


def told():
    """What every token below may see."""
    return [
        patient(gender="female", birthDate="1961-05-02", name=[{"family": "Nguyễn"}]),
        observation("a"),
        observation("b", code="2345-7"),
    ]


def beside():
    """What no token below may see: other types, another category, another's, what is sensitive."""
    return [
        draft("Encounter", "visit", status="finished", **{"class": {"code": "AMB"}}, **SUBJECT),
        draft("Procedure", "any", status="completed", code={"text": "Nội soi"}, **SUBJECT),
        draft("DiagnosticReport", "one", status="final", code={"text": "Máu"}, **SUBJECT,
              result=[{"reference": f"Observation/{key('Observation', 'a')}"}]),
        observation("vital", code="8867-4", **VITAL),
        observation("hiv", meta=HIV),
        patient(CHILD, gender="male", birthDate="2020-01-01"),
        observation("of-the-child", person=CHILD),
    ]  # fmt: skip


def more_questions():
    yield from questions()
    yield from (
        f"/Observation/{one.key}{rest}"
        for one in beside()
        for rest in ("", "/_history", "/_history/1", "/$meta")
        if one.type == "Observation"
    )
    yield from (
        "/Observation?category=vital-signs&_total=accurate",
        "/Observation?category:not=laboratory&_total=accurate",
        "/Observation?_has:DiagnosticReport:result:status=final&_total=accurate",
        "/Patient?_has:Observation:patient:category=vital-signs&_total=accurate",
        "/Patient?gender=male&_total=accurate",
        "/Observation?_sort=code&_total=accurate&_count=2",
        "/Observation?patient.birthdate=2020-01-01&_total=accurate",
        "/Observation?_revinclude=DiagnosticReport:result&_total=accurate",
        "/Patient?_revinclude=Observation:patient&_revinclude=Procedure:subject",
        "/Observation/$stats?code=http://loinc.org|718-7&statistic=count&duration=100000",
    )


NARROW = "patient/Patient.rs patient/Observation.rs?category=laboratory"


@pytest.fixture
def cast(db):
    owner = access.open_account(PROGRAM, "mother", name="mother", role="citizen", person=PERSON)
    access.give_book_to(PERSON, CHILD, "mother", "full", AT.date())
    staff = access.open_account(PROGRAM, "doctor", name="doctor", role="doctor", facility=FACILITY)
    system = access.open_account(PROGRAM, "system", name="system", role="system", facility=FACILITY)
    access.tie([(FACILITY, PERSON)], AT)
    return owner, staff, system


def token(cast, who):
    owner, staff, system = cast
    match who:
        case "owner":
            return smart.let_in(owner, NARROW, PERSON)
        case "staff":
            return smart.let_in(staff, NARROW, PERSON)
        case "user":
            return smart.let_in(staff, NARROW.replace("patient/", "user/"))
    return smart.service_token(system, NARROW.replace("patient/", "system/"))


@pytest.mark.parametrize("who", ["owner", "staff", "user", "service"])
def test_what_a_token_may_not_see_cannot_be_told_from_what_is_not_there(cast, who, monkeypatch):
    every = tuple(more_questions())
    monkeypatch.setattr("tests.clinical.test_two_worlds.questions", lambda: every)
    asking = Client({"hospital": token(cast, who)})
    actions.put_many(told(), AT)
    without = answers(asking)
    actions.put_many(beside(), AT)
    if who == "staff":
        access.tie([(FACILITY, CHILD)], AT)
    assert answers(asking) == without
    assert any(status == 200 and "Nguyễn" in text for status, text in without.values())
    assert {status for status, _ in without.values()} <= {200, 400, 403, 404, 410, 422}


def test_the_same_account_without_the_app_sees_it(cast):
    actions.put_many([*told(), *beside()], AT)
    whole = Client({"hospital": smart.let_in(cast[0], "patient/*.rs", PERSON, sensitive=True)})
    narrow = Client({"hospital": token(cast, "owner")})
    assert answers(whole) != answers(narrow)
    names = [str(one.key) for one in beside() if one.person == PERSON]
    found = [whole.ask("hospital", "GET", f"/{one.type}/{one.key}").status_code for one in beside()]
    assert found == [200] * len(names) + [404, 404], "all of one book, nothing of the child's"


def test_no_scope_means_403_and_says_nothing_of_what_there_is(cast):
    asking = Client({"hospital": token(cast, "owner")})
    for is_there in (False, True):
        if is_there:
            actions.put_many([*told(), *beside()], AT)
        for path in (f"/Procedure/{key('Procedure', 'any')}", "/Procedure", "/Procedure/_history", "/Subscription",
                     f"/Observation/{key('Observation', 'a')}/_history"):  # fmt: skip
            answer = asking.ask("hospital", "GET", path)
            assert (answer.status_code, path) == (403, path)
    assert asking.ask("hospital", "GET", f"/Patient/{ME}/$summary").status_code == 403, "it needs the whole book"


WRITES = [
    ("POST", "/Observation", "patient/Observation.rs", 404),
    ("POST", "/Observation", "patient/Observation.cu", 404),
    ("POST", "/Observation", "user/Observation.c", 201),
    ("POST", "/Observation", "user/Patient.cud user/Observation.rs", 404),
    ("PUT", f"/Observation/{key('Observation', 'a')}", "user/Observation.c", 404),
    ("PUT", f"/Observation/{key('Observation', 'a')}", "user/Observation.u", 200),
    ("DELETE", f"/Observation/{key('Observation', 'a')}", "user/Observation.cru", 404),
    ("DELETE", f"/Observation/{key('Observation', 'a')}", "user/Observation.d", 204),
]


@pytest.mark.parametrize(("method", "path", "scope", "expected"), WRITES)
def test_only_what_a_scope_lets_is_written(cast, method, path, scope, expected):
    actions.put_many(told(), AT)
    owner, staff, _ = cast
    is_own = scope.startswith("patient/")
    given = smart.let_in(owner, scope, PERSON) if is_own else smart.let_in(staff, scope)
    body = dict(observation("a" if method == "PUT" else "new").body, status="amended")
    if method == "POST":
        del body["id"]
    answer = Client({"hospital": given}).ask("hospital", method, path, None if method == "DELETE" else body)
    assert answer.status_code == expected, "what the account may not write no app writes"


def test_an_answer_kept_for_the_account_is_not_given_to_its_app(cast):
    actions.put_many(told(), AT)
    _, staff, _ = cast
    body = {name: value for name, value in observation("new").body.items() if name != "id"}
    own = access.issue_token(staff, "bearer", clock.now(), smart.bounds.lifetime("access"))
    narrow = smart.let_in(staff, "user/Patient.r")
    asking = Client({"own": own, "app": narrow})
    first = asking.ask("own", "POST", "/Observation", body, Idempotency_Key="one")
    again = asking.ask("app", "POST", "/Observation", body, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 404)
    assert "Huyết" not in again.text


@contextmanager
def counted(monkeypatch):
    """Statements: each asks for the connection once, by whichever way of the house's."""
    sent, original = [], db.connection
    with monkeypatch.context() as patched:
        patched.setattr(db, "connection", lambda: sent.append(1) or original())
        yield sent


def test_a_read_with_a_scope_costs_no_round_trip_more(cast, monkeypatch):
    assert asking_of.BELIEVED_OF_APPS_SECONDS < 1
    monkeypatch.setattr(asking_of, "BELIEVED_OF_APPS_SECONDS", 60.0)  # however slow the machine is
    monkeypatch.setattr(asking_of.defined, "refresh", lambda: None)  # it asks now and then, whoever reads
    actions.put_many(told(), AT)
    owner, staff, _ = cast
    name = f"/Observation/{key('Observation', 'a')}"
    own = access.issue_token(owner, "bearer", clock.now(), smart.bounds.lifetime("access"))
    tokens = {"own": own, "wide": smart.let_in(owner, "patient/*.rs", PERSON), "narrow": token(cast, "owner"),
              "user": smart.let_in(staff, "user/Observation.rs?category=laboratory")}  # fmt: skip
    asking = Client(tokens)
    seen = {}
    for who in tokens:
        for time in ("first", "again"):
            with counted(monkeypatch) as statements:
                assert asking.ask(who, "GET", name).status_code == 200
            seen[who, time] = len(statements)
    assert seen["wide", "again"] <= seen["own", "again"]
    assert seen["narrow", "again"] <= seen["own", "again"]
    assert seen["wide", "first"] <= seen["own", "first"]
    assert seen["user", "again"] <= seen["own", "again"]


def test_every_line_of_the_trace_names_the_app(cast):
    actions.put_many(told(), AT)
    owner = cast[0]
    app = smart.an_app()
    asking = Client({"hospital": smart.let_in(owner, "patient/*.cruds", PERSON, app=app)})
    db.execute("select 1")
    before = db.value("select coalesce(max(id), 0) from access_audit")
    for path in (f"/Observation/{key('Observation', 'a')}", "/Observation", f"/Patient/{ME}/_history",
                 f"/Patient/{ME}/$everything", f"/Observation/{key('Observation', 'a')}/_history/1"):  # fmt: skip
        asking.ask("hospital", "GET", path)
    lines = db.tuples("select action, detail from access_audit where id > %s", (before,))
    assert {action for action, _ in lines} >= {"read", "search", "history", "everything", "vread"}
    assert {detail for _, detail in lines} == {f"app:{app.id}"}


def test_what_the_owner_withdraws_has_ended_at_once(cast):
    actions.put_many(told(), AT)
    owner = cast[0]
    actor = Actor(owner.pk, "mother", "citizen", person=PERSON, purpose="own")
    given = smart.let_in(owner, "patient/*.rs", PERSON)
    assert smart.tokens.actor_of(given) is not None
    known = next(one for one in grants.of_person(PERSON) if one.kind == "app")
    assert known.text == smart.SENTENCE
    grants.end(actor, PERSON, known.id, clock.now())
    assert smart.tokens.actor_of(given) is None


@pytest.mark.parametrize("how", ["account", "app", "time"])
def test_a_token_ends_with_its_account_its_app_and_its_time(cast, how, monkeypatch):
    owner = cast[0]
    app = smart.an_app()
    given = smart.let_in(owner, "patient/*.rs", PERSON, app=app)
    if how == "account":
        Account.objects.filter(pk=owner.pk).update(is_active=False)
    elif how == "app":
        smart.apps.decide(PROGRAM, app.id, smart.apps.SUSPENDED, clock.now())
    else:
        later = clock.now() + smart.bounds.lifetime("access")
        monkeypatch.setattr(clock, "now", lambda: later)
    assert smart.tokens.actor_of(given) is None


SOME = st.lists(
    st.sampled_from([
        "Patient.rs", "Patient.r", "Observation.s", "Observation.rs?category=laboratory", "Observation.rs?code=718-7",
        "Observation.rs?category=vital-signs", "Procedure.rs", "*.r", "Encounter.rs",
    ]), min_size=1, max_size=3, unique=True,
)  # fmt: skip


@settings(max_examples=25 * TIMES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=SOME, level=st.sampled_from(["patient", "user"]))
def test_a_token_sees_some_of_what_its_account_sees_and_exactly_what_its_scopes_name(cast, some, level):
    everything = [*told(), *beside()]
    actions.put_many(everything, AT)
    owner, staff, _ = cast
    given = smart.let_in(owner if level == "patient" else staff, " ".join(f"{level}/{one}" for one in some),
                         PERSON if level == "patient" else None)  # fmt: skip
    actor = smart.tokens.actor_of(given)
    hidden = {"hiv"}
    for one in everything:
        if one.person != PERSON or one.type == "Patient":
            continue
        name = one.body.get("identifier", [{}])[0].get("value", "")
        for deed, ask in (("r", _read), ("s", _found)):
            assert ask(actor, one) == (name not in hidden and any(_names(scope, one, deed) for scope in some))


def _names(scope, one, deed):
    """The plain oracle: a scope over the resource itself."""
    left, _, query = scope.partition("?")
    type_name, _, deeds = left.partition(".")
    if deed not in deeds or type_name not in {"*", one.type}:
        return False
    name, _, value = query.partition("=")
    codes = [coding["code"] for element in _elements(one.body, name) for coding in element["coding"]]
    return not query or value in codes


def _elements(body, name):
    found = body.get(name, [])
    return found if isinstance(found, list) else [found]


def _read(actor, one):
    try:
        reading.read(actor, one.type, str(one.key), clock.now())
    except Problem:
        return False
    return True


def _found(actor, one):
    query = parse(one.type, [("_id", str(one.key))], base="", now=clock.now())
    try:
        return len(finding.search(actor, query, clock.now()).found) == 1
    except Problem:
        return False
