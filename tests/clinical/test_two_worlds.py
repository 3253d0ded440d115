"""Two worlds that differ only in what a facility may not see answer it alike: bodies, counts, order, status."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import grants
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.labels import bits
from sosuckhoe.access.sign_in import actor_of_account
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions, finding, reading
from sosuckhoe.clinical.actions import hide
from sosuckhoe.clinical.hiding import Wish
from sosuckhoe.clinical.search.query import parse
from tests import smart
from tests.clinical.made import AT, PERSON, draft, key, observation, patient
from tests.doors.fhir.cast import Client

pytestmark = pytest.mark.django_db
OWNER = Actor(1, "Alice", "citizen", person=PERSON, purpose="own")
HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
NOW = clock.now()
FACILITY = "79001"
VISIT = {"status": "finished", "class": {"code": "AMB"}, "subject": {"reference": f"Patient/{patient().key}"}}
IN_SECRET = {"encounter": {"reference": f"Encounter/{key('Encounter', 'secret')}"}}


def told():
    """What everybody may see."""
    reports = {
        "subject": {"reference": f"Patient/{patient().key}"},
        "status": "final",
        "code": {"text": "Công thức máu"},
    }
    return [
        patient(gender="female", birthDate="1961-05-02", name=[{"family": "Nguyễn"}]),
        draft("Encounter", "visit", **VISIT),
        observation("a"),
        observation("b", code="2345-7"),
        draft("DiagnosticReport", "one", result=[{"reference": f"Observation/{key('Observation', 'a')}"}], **reports),
    ]


def secrets():
    """What stands beside it in the other world: with a sensitive label, of a hidden visit, of a hidden kind."""
    return [
        observation("hiv", meta=HIV),
        draft("Encounter", "secret", **VISIT),
        observation("of-the-visit", **IN_SECRET),
        draft("Procedure", "any", status="completed", code={"text": "Nội soi"}, subject=VISIT["subject"]),
    ]


def hide_them():
    visit = f"Encounter/{key('Encounter', 'secret')}"
    hide.hide(OWNER, PERSON, Wish(visit, frozenset(), 0), "Tôi giấu một lần khám.", NOW)
    hide.hide(OWNER, PERSON, Wish("", frozenset({"Procedure"}), 0), "Tôi giấu mọi thủ thuật.", NOW)


def questions():
    me = patient().key
    ids = [draft.key for draft in (*told(), *secrets())]
    types = ("Observation", "Encounter", "Procedure", "DiagnosticReport", "Patient")
    for type_name in types:
        yield from (f"/{type_name}?_total=accurate&_count=1", f"/{type_name}/_history", f"/{type_name}?_summary=count")
        yield from (f"/{type_name}/{one}{rest}" for one in ids for rest in ("", "/_history", "/_history/1"))
    yield from (
        f"/Observation?patient={me}&_sort=-_lastUpdated&_include=*:*&_include=Observation:encounter",
        "/Observation?encounter:Encounter.status=finished&_total=accurate",
        f"/Patient?_has:Observation:patient:encounter=Encounter/{key('Encounter', 'secret')}",
        "/Patient?_has:Procedure:subject:status=completed&_total=accurate",
        f"/Encounter?_revinclude=Observation:encounter&patient={me}",
        "/Observation?code:text=huyet&_total=accurate&_count=1",
        f"/Observation?_id={','.join(map(str, ids))}&_sort=date",
        f"/Patient/{me}/$everything",
        f"/Patient/{me}/$summary",
        "/Patient/$everything",
        f"/Patient/{me}/Procedure",
        f"/Observation/$lastn?patient={me}&max=9",
        "/?_type=Observation,Procedure&_count=1",
        "/_history?_count=3",
        f"/Patient/{me}/$graphql?query={{ProcedureList{{status}}}}",
    )


def answers(client):
    found = {}
    for question in questions():
        answer = client.ask("hospital", "GET", question)
        text = re.sub(
            r'"(timestamp|lastUpdated|date)":"[^"]*"|"id":"[0-9a-f-]{36}"(?=,"meta"?,"type":"searchset)',
            "",
            answer.text,
        )
        found[question] = answer.status_code, re.sub(r"(_cursor|page)=[\w.-]+", "", _without_bundle_id(text))
    return found


def _without_bundle_id(text):
    return re.sub(r'^(\{"resourceType":"Bundle",)"id":"[^"]*",', r"\1", text)


@pytest.fixture
def client(db):
    access.tie([(FACILITY, PERSON)], AT)
    account = access.open_account(PROGRAM, "hospital", name="hospital", role="system", facility=FACILITY)
    return Client({"hospital": access.issue_token(account, "bearer", NOW, timedelta(hours=1))}), actor_of_account(
        account.pk
    )


def groups():
    """Entries that are nobody's and name persons, in versions: what a ward's list says of its members."""
    me, members = f"Patient/{patient().key}", {"type": "person", "actual": True}
    ward = [{"entity": {"reference": me}}]
    return [
        draft("Group", "ward", person=0, code={"text": "Phòng 301"}, member=ward, **members),
        draft("Group", "empty", person=0, **members),
        draft("Linkage", "twin", person=0, item=[{"type": "source", "resource": {"reference": me}}]),
    ]


def beside_groups():
    """What points at them, in both worlds."""
    ward = {"reference": f"Group/{key('Group', 'ward', person=0)}"}
    return [
        *told(),
        draft("ResearchStudy", "study", person=0, status="active", enrollment=[ward]),
        draft("MeasureReport", "of-the-ward", person=0, status="complete", type="subject-list", subject=ward),
    ]


def questions_of_groups():
    me, study = patient().key, key("ResearchStudy", "study", person=0)
    for one in groups():
        yield from (f"/{one.type}/{one.key}{rest}" for rest in ("", "/_history", "/_history/1", "/_history/2"))
        yield from (f"/{one.type}{rest}" for rest in ("", "/_history", "?_summary=count", f"?_id={one.key}"))
        yield from (f"/{one.type}/{one.key}/{rest}" for rest in ("$meta", "$graphql?query={id}", "$validate"))
    ward = key("Group", "ward", person=0)
    yield from (
        f"/Group?member=Patient/{me}",
        f"/Group?member:Patient.gender=female&member=Patient/{me}",
        f"/Patient?_has:Group:member:code:text=phong&_id={me}&_total=accurate",
        "/Patient?_has:Group:member:type=person&_summary=count",
        f"/Patient?_id={me}&_revinclude=Group:member&_revinclude=Linkage:item",
        "/MeasureReport?subject:Group.type=person&_total=accurate",
        "/Observation?subject:Group.member.gender=female&_total=accurate",
        "/MeasureReport?_include=MeasureReport:subject:Group&_include:iterate=Group:member",
        f"/ResearchStudy/{study}/$graphql?query={{enrollment{{resource{{id}}}}}}",
        "/?_type=Group,Linkage,ResearchStudy&_total=accurate",
        "/_history?_count=50",
        f"/Patient/{me}/$everything",
        f"/Patient/{me}/Group",
        f"/Patient/{me}/Linkage",
        f"/Group/{ward}/$export",
        f"/Group/{ward}/$export?_type=Patient",
        "/$export?_type=Group",
        "/$export?_typeFilter=Group%3Ftype%3Dperson",
    )


GROUP_CALLERS = {
    "hospital": {"role": "system", "facility": FACILITY},
    "doctor": {"role": "doctor", "facility": FACILITY},
    "owner": {"role": "citizen", "person": PERSON},
    "officer": {"role": "officer", "area": "79"},
    "steward": {"role": "steward", "area": "79"},
}


@pytest.mark.parametrize("who", [*GROUP_CALLERS, "service"])
def test_a_list_of_persons_cannot_be_told_from_none(db, monkeypatch, who):
    """Not by who treats every member, nor by a member: what a list is for says something of whom it names."""
    monkeypatch.setattr("tests.clinical.test_two_worlds.questions", questions_of_groups)
    access.tie([(FACILITY, PERSON)], AT)
    facts = GROUP_CALLERS["hospital" if who == "service" else who]
    account = access.open_account(PROGRAM, who, name=who, **facts)
    bearer = access.issue_token(account, "bearer", NOW, timedelta(hours=1))
    asking = Client({"hospital": smart.service_token(account, "system/*.cruds") if who == "service" else bearer})
    actions.put_many(beside_groups(), AT)
    without = answers(asking)
    actions.put_many(groups(), AT)
    actions.put_many([draft("Group", "ward", person=0, type="person", actual=True)], AT + timedelta(minutes=1))
    assert answers(asking) == without
    assert 200 in {status for status, _ in without.values()}


def test_who_sees_everybody_sees_lists_of_persons(db):
    actions.put_many([*beside_groups(), *groups()], AT)
    name = str(key("Group", "ward", person=0))
    assert reading.read(PROGRAM, "Group", name, NOW).version == 1
    with_includes = parse("MeasureReport", [("_include", "MeasureReport:subject")], base="", now=NOW)
    assert [one.type for one in finding.search(PROGRAM, with_includes, NOW).included] == ["Group"]


@pytest.mark.parametrize("who", ["member", "other"])
def test_an_export_of_a_list_says_nobody_of_its_members(client, who):
    """`patient=` is answered alike for a member and for somebody else whom the facility treats."""
    asking, _ = client
    other = patient(8112)
    actions.put_many([*told(), other, *groups()], AT)
    access.tie([(FACILITY, 8112)], AT)
    named = {"member": patient().key, "other": other.key}[who]
    asked = {"name": "patient", "valueReference": {"reference": f"Patient/{named}"}}
    path = f"/Group/{key('Group', 'ward', person=0)}/$export"
    body = {"resourceType": "Parameters", "parameter": [asked]}
    answer = asking.ask("hospital", "POST", path, body, Prefer="respond-async")
    assert (answer.status_code, "SSK-1002" in answer.text) == (404, True)


def test_what_is_hidden_cannot_be_told_from_what_is_not_there(client):
    asking, _ = client
    actions.put_many(told(), AT)
    without = answers(asking)
    actions.put_many(secrets(), AT)
    assert answers(asking) != without, "the questions would find them"
    hide_them()
    assert answers(asking) == without


@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_written_later_is_hidden_too(client, is_first):
    asking, facility = client
    actions.put_many([*told(), secrets()[1]], AT)
    if is_first:
        hide_them()
    actions.put_many(secrets(), AT + timedelta(minutes=1))
    actions.put_many([observation("of-the-visit", status="amended", **IN_SECRET)], AT + timedelta(minutes=2))
    if not is_first:
        hide_them()
    name = str(key("Observation", "of-the-visit"))
    assert asking.ask("hospital", "GET", f"/Observation/{name}").status_code == 404
    assert asking.ask("hospital", "GET", f"/Observation/{name}/_history/1").status_code == 404
    assert reading.read(OWNER, "Observation", name, NOW).version == 2
    asked = {"resourceType": "Observation", "id": name}
    assert asking.ask("hospital", "PUT", f"/Observation/{name}", asked).status_code in {404, 400, 422}
    assert facility.facility == FACILITY


def test_showing_again_gives_back_what_no_other_wish_hides():
    actions.put_many([*told(), *secrets()], AT)
    visit = Wish(f"Encounter/{key('Encounter', 'secret')}", frozenset(), 0)
    first = hide.hide(OWNER, PERSON, visit, "Tôi giấu một lần khám.", NOW)
    hide.hide(OWNER, PERSON, Wish("", frozenset({"Encounter"}), 0), "Tôi giấu mọi lần khám.", NOW)
    hide.show_again(OWNER, PERSON, first, NOW)
    marked = "select count(*) from clinical_resource where label & 256 <> 0"
    assert db.value(marked) == 2, "both visits, and no observation any more"


def test_a_sensitive_label_is_seen_by_the_facility_that_the_owner_let_see_it(client):
    asking, _ = client
    actions.put_many([*told(), *secrets()], AT)
    name = str(key("Observation", "hiv"))
    questions = (f"/Observation/{name}", f"/Observation/{name}/_history", f"/Observation?_id={name}&_summary=count")

    def sees():
        return [asking.ask("hospital", "GET", one).text.count(name) > 0 for one in questions[:2]]

    def counts():
        return asking.ask("hospital", "GET", questions[2]).json["total"]

    assert (sees(), counts()) == ([False, False], 0)
    wish = grants.Wish("show", FACILITY, {"labels": bits()["HIV"]}, "Tôi đồng ý.", NOW + timedelta(days=9))
    given = grants.give(OWNER, PERSON, wish, NOW)
    assert (sees(), counts()) == ([True, True], 1)
    assert name in asking.ask("hospital", "GET", f"/Patient/{patient().key}/$everything").text
    grants.end(OWNER, PERSON, given, clock.now())
    assert (sees(), counts()) == ([False, False], 0)


@pytest.mark.parametrize("who", ["facility", "account"])
def test_whom_the_owner_excludes_finds_nobody(client, who):
    asking, facility = client
    actions.put_many(told(), AT)
    recipient = FACILITY if who == "facility" else f"@{facility.account}"
    before = asking.ask("hospital", "GET", "/Observation?_summary=count").json["total"]
    given = grants.give(OWNER, PERSON, grants.Wish("exclude", recipient, {}, "Tôi không cho xem."), NOW)
    access.tie([(FACILITY, PERSON)], NOW)
    person = str(patient().key)
    for question in (f"/Patient/{person}", f"/Patient/{person}/$everything", f"/Patient/{person}/$summary"):
        assert asking.ask("hospital", "GET", question).status_code == 404
    assert asking.ask("hospital", "GET", "/Observation?_summary=count").json["total"] == 0
    grants.end(OWNER, PERSON, given, NOW)
    assert asking.ask("hospital", "GET", "/Observation?_summary=count").json["total"] == before == 2
