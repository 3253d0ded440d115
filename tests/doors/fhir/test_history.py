"""History of a resource, a type and the whole system, for who may see it."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical import actions, listed, rights, versions
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search.parameters import number_of
from tests.clinical.made import AT, PERSON, draft, observation, patient
from tests.doors.fhir.test_interactions import code, path, result

HIV = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
OTHER = 99


def organization(number):
    key = derived_key(555 + number, AT, "facility", str(number))
    return Draft("Organization", key, NOBODY, {"resourceType": "Organization", "id": str(key), "name": f"{number}"})


def later(hours):
    return AT + timedelta(hours=hours)


@pytest.fixture
def past(stored):
    """Versions of Alice, of somebody else and of registers, some deleted, some written in one moment."""
    actions.put_many([patient(OTHER), observation("o", person=OTHER), organization(1), organization(2)], AT)
    actions.put_many([observation("hidden", meta=HIV)], later(1))
    actions.put_many([observation("a", status="amended"), observation("o", person=OTHER, status="amended")], later(2))
    actions.put_many([observation("b"), observation("c")], later(2))
    actions.put_many([observation("b", status="amended"), organization(2)], later(2))
    actions.remove_many([observation("c").key, observation("hidden").key, organization(2).key], later(3))
    return stored


def rows(*, persons=None, types=None, hides_labels=False):
    """All versions as the tables have them, newest first: (type, rid, version)."""
    found = db.tuples(
        """
        select type, rid::text, version, person, label, updated from (
          select type, rid, version, person, label, updated from clinical_resource
          union all select type, rid, version, person, label, updated from clinical_history
        ) every order by updated desc, rid desc, version desc
        """
    )
    numbers = {number: name for name, number in number_of().items()}
    return [
        (numbers[kind], rid, version)
        for kind, rid, version, person, label, _ in found
        if (persons is None or person in persons)
        and (types is None or numbers[kind] in types)
        and not (hides_labels and label)
    ]


def named(entry):
    kind, name = entry["fullUrl"].split("/")[-2:]
    return kind, name, int(entry["response"]["etag"].strip('W/"'))


def walk(client, who, url, between=lambda: None):
    """Every entry of every page, and how many pages there were."""
    entries, pages = [], 0
    while url:
        answer = client.ask(who, "GET", url)
        assert answer.status_code == 200, answer.text
        page = answer.json
        assert page["type"] == "history"
        entries += page.get("entry", [])
        pages += 1
        between()
        links = {link["relation"]: link["url"].split("/fhir", 1)[1] for link in page["link"]}
        assert client.ask(who, "GET", links["self"]).status_code == 200
        url = links.get("next")
    return entries, pages


def test_each_sees_the_history_of_what_they_may_see(client, past):
    for count in (1, 2, 5, 100):
        for who, seen in (
            ("program", rows()),
            ("alice", rows(persons={PERSON, NOBODY})),
            ("hospital", rows(persons={PERSON, NOBODY}, hides_labels=True)),
            ("officer", rows(persons={NOBODY})),
            ("charlie", rows(persons={NOBODY})),
            ("stranger", rows(persons={NOBODY})),
        ):
            entries, _ = walk(client, who, f"/_history?_count={count}")
            assert [named(entry) for entry in entries] == seen, (who, count)


def test_a_type_has_its_own_history(client, past):
    for who, seen in (
        ("program", rows(types={"Observation"})),
        ("alice", rows(persons={PERSON}, types={"Observation"})),
        ("hospital", rows(persons={PERSON}, types={"Observation"}, hides_labels=True)),
        ("charlie", []),
        ("stranger", []),
    ):
        entries, _ = walk(client, who, "/Observation/_history?_count=2")
        assert [named(entry) for entry in entries] == seen, who
        entries, _ = walk(client, who, "/Observation/_history?_count=2&_sort=_lastUpdated")
        assert [named(entry) for entry in entries] == seen[::-1], who
    assert client.ask("officer", "GET", "/Observation/_history").status_code == 403
    assert client.ask(None, "GET", "/Observation/_history").status_code == 401
    assert client.ask(None, "GET", "/_history").status_code == 401


def test_what_was_sensitive_is_never_told(client, past):
    for url in ("/_history", "/Observation/_history", f"{path(observation('hidden'))}/_history"):
        assert str(observation("hidden").key) not in client.ask("hospital", "GET", url).text.partition('"entry"')[2]


def test_a_deletion_is_told_with_its_id_and_no_content(client, past):
    client.ask("hospital", "PUT", "/Observation/79001-lab-7", {**result(), "id": "79001-lab-7"})
    client.ask("hospital", "DELETE", "/Observation/79001-lab-7")
    gone, made = client.ask("alice", "GET", "/Observation/_history?_count=2").json["entry"]
    assert gone["request"] == {"method": "DELETE", "url": "Observation/79001-lab-7"}
    assert (gone["response"]["status"], gone["response"]["etag"], "resource" in gone) == ("204", 'W/"2"', False)
    assert gone["fullUrl"].endswith("/Observation/79001-lab-7")
    assert made["resource"]["id"] == "79001-lab-7"


@pytest.mark.parametrize("who", ["program", "hospital", "alice"])
def test_pages_stay_right_while_others_write(client, past, who):
    chance = random.Random(1)
    names, hour = ["a", "b", "new1", "new2"], iter(range(10, 1000))

    def write():
        name = chance.choice(names)
        actions.put_many([observation(name, note=[{"text": str(chance.random())}])], later(next(hour)))

    seen = rows(persons={PERSON} if who != "program" else None, types={"Observation"}, hides_labels=who == "hospital")
    entries, pages = walk(client, who, "/Observation/_history?_count=2", write)
    assert pages > 2
    assert [named(entry) for entry in entries] == seen
    hour_left = iter(range(2))

    def write_twice():
        if next(hour_left, None) is not None:
            write()

    entries, _ = walk(client, who, "/Observation/_history?_count=2&_sort=_lastUpdated", write_twice)
    everything = rows(
        persons={PERSON} if who != "program" else None, types={"Observation"}, hides_labels=who == "hospital"
    )
    assert [named(entry) for entry in entries] == everything[::-1]


def test_who_sees_few_of_many_gets_short_pages_and_all_of_it(client, past, monkeypatch):
    """A page examines a bounded number of rows: it may be empty and still have a next one."""
    monkeypatch.setattr(versions, "MOST_EXAMINED", 4)
    monkeypatch.setattr(versions, "_GROWTH", 1)
    for n in range(3):
        many = [observation(f"x{i}", person=OTHER, note=[{"text": f"{n}"}]) for i in range(10)]
        actions.put_many(many, later(4 + n))
    seen = rows(persons={PERSON, NOBODY}, hides_labels=True)
    entries, pages = walk(client, "hospital", "/_history?_count=3")
    assert [named(entry) for entry in entries] == seen
    assert pages > len(seen) / 3 + 1


def test_since_and_at(client, past):
    since = later(2).isoformat(timespec="milliseconds").replace("+", "%2B")
    for url in ("/_history", "/Observation/_history"):
        entries, _ = walk(client, "program", f"{url}?_since={since}&_count=3")
        assert entries
        assert {e["response"]["lastModified"] >= later(2).isoformat(timespec="milliseconds") for e in entries} == {True}
    at = (later(2) + timedelta(minutes=1)).isoformat(timespec="milliseconds").replace("+", "%2B")
    entries, _ = walk(client, "program", f"/Observation/_history?_at={at}&_count=3")
    newest = {named(entry)[1:] for entry in entries}
    assert newest == {
        (str(observation("a").key), 2),
        (str(observation("o", person=OTHER).key), 2),
        (str(observation("b").key), 2),
        (str(observation("c").key), 1),
        (str(observation("hidden").key), 1),
    }
    before, _ = walk(client, "alice", f"/Observation/_history?_at={AT.date().isoformat()}")
    assert len(before) == len(rows(persons={PERSON}, types={"Observation"})), "the whole day"


def test_one_resource_pages_by_version(client, past):
    one = observation("b")
    for status in ("corrected", "final"):
        client.ask("hospital", "PUT", path(one), {**one.body, "status": status})
    entries, pages = walk(client, "alice", f"{path(one)}/_history?_count=2")
    assert [named(entry)[2] for entry in entries] == [4, 3, 2, 1]
    assert pages == 2
    entries, _ = walk(client, "alice", f"{path(one)}/_history?_count=3&_sort=_lastUpdated")
    assert [named(entry)[2] for entry in entries] == [1, 2, 3, 4]
    at = (later(2) + timedelta(minutes=1)).isoformat(timespec="milliseconds").replace("+", "%2B")
    entries, _ = walk(client, "alice", f"{path(one)}/_history?_at={at}")
    assert [named(entry)[2] for entry in entries] == [2]
    future = client.ask("alice", "GET", f"{path(one)}/_history?_since=2999-01-01")
    assert (future.status_code, "entry" in future.json) == (200, False)
    assert client.ask("charlie", "GET", f"{path(one)}/_history?_since=2999-01-01").status_code == 404


def test_every_person_on_a_page_is_in_the_trace(client, past):
    client.ask("hospital", "GET", "/_history")
    told = db.tuples("select action, kind, person, outcome from access_audit where action <> 'open' order by kind")
    assert told == [("history", "Observation", PERSON, "done"), ("history", "Patient", PERSON, "done")]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("_list=$current-allergies", "SSK-3002"),
        ("_since=yesterday", "SSK-3004"),
        ("_at=yesterday", "SSK-3004"),
        ("_sort=status", "SSK-3004"),
        ("_cursor=x", "SSK-3004"),
        ("_count=many", "SSK-3004"),
        ("status=final", "SSK-3001"),
    ],
)
@pytest.mark.parametrize("url", ["/_history", "/Observation/_history", f"{path(observation('a'))}/_history"])
def test_what_is_not_understood_is_refused(client, past, url, query, number):
    answer = client.ask("program", "GET", f"{url}?{query}")
    assert (answer.status_code, code(answer)) == (400, number)


def link(page, relation):
    return next((one["url"].split("/fhir", 1)[1] for one in page["link"] if one["relation"] == relation), None)


@pytest.mark.parametrize("order", ["", "&_sort=_lastUpdated"])
@pytest.mark.parametrize("who", ["program", "alice", "hospital"])
def test_a_walk_goes_back_as_it_came(client, past, who, order):
    for n in range(3):
        actions.put_many([observation("b", note=[{"text": f"{n}"}])], later(6 + n))
    for url in ("/_history", "/Observation/_history", f"{path(observation('b'))}/_history"):
        way = [client.ask(who, "GET", f"{url}?_count=2{order}").json]
        assert link(way[0], "previous") is None
        while after := link(way[-1], "next"):
            way.append(client.ask(who, "GET", after).json)
        page, back = way[-1], [named(entry) for entry in way[-1]["entry"]]
        while before := link(page, "previous"):
            page = client.ask(who, "GET", before).json
            back = [*(named(entry) for entry in page.get("entry", ())), *back]
            again = client.ask(who, "GET", link(page, "next")).json if page.get("entry") else None
            assert again is None or len(again["entry"]) in {1, 2}
        assert back == [named(entry) for one in way for entry in one["entry"]]
        assert page["entry"][:2] == way[0]["entry"]


def test_who_sees_few_of_many_comes_back_too(client, past, monkeypatch):
    monkeypatch.setattr(versions, "MOST_EXAMINED", 4)
    monkeypatch.setattr(versions, "_GROWTH", 1)
    for n in range(2):
        actions.put_many([observation(f"x{i}", person=OTHER, note=[{"text": f"{n}"}]) for i in range(10)], later(4 + n))
    oldest = client.ask("hospital", "GET", "/_history?_count=3&_sort=_lastUpdated").json["entry"][0]
    page = client.ask("hospital", "GET", "/_history?_count=3").json
    while not page.get("entry") or named(page["entry"][-1]) != named(oldest):
        page = client.ask("hospital", "GET", link(page, "next")).json
    back = [named(entry) for entry in page["entry"]]
    while before := link(page, "previous"):
        page = client.ask("hospital", "GET", before).json
        back = [*(named(entry) for entry in page.get("entry", ())), *back]
    assert back == rows(persons={PERSON, NOBODY}, hides_labels=True)


def chosen(name, *items, person=PERSON):
    made = draft(
        "List",
        name,
        person=person,
        status="current",
        mode="working",
        subject={"reference": f"Patient/{patient(person).key}"},
        entry=[{"item": {"reference": one}} for one in items],
    )
    actions.put_many([made], later(5))
    return str(made.key)


def only(seen, *wanted):
    return [one for one in seen if one[1:] in wanted or (one[1], 0) in wanted]


def test_a_list_names_whose_history_is_told(client, past):
    a, b, c, hidden, o = (observation(name).key for name in ("a", "b", "c", "hidden", "o"))
    others = observation("o", person=OTHER).key
    items = [f"Observation/{a}", f"Observation/{b}/_history/1", f"Observation/{hidden}", f"Observation/{others}"]
    key = chosen("mine", *items, f"Organization/{organization(2).key}", f"Observation/{o}", "#within", "urn:x")
    wanted = [(str(a), 0), (str(b), 1), (str(hidden), 0), (str(others), 0), (str(organization(2).key), 0)]
    for who, persons, hides in (
        ("program", None, False),
        ("alice", {PERSON, NOBODY}, False),
        ("hospital", {PERSON, NOBODY}, True),
    ):
        seen = only(rows(persons=persons, hides_labels=hides), *wanted)
        for count in (1, 3, 100):
            entries, _ = walk(client, who, f"/_history?_list={key}&_count={count}")
            assert [named(entry) for entry in entries] == seen, (who, count)
        entries, _ = walk(client, who, f"/Observation/_history?_list=List/{key}&_sort=_lastUpdated&_count=2")
        assert [named(entry) for entry in entries] == [one for one in seen[::-1] if one[0] == "Observation"]
    assert [one[1] for one in only(rows(), *wanted)].count(str(b)) == 1
    second = chosen("second", f"Observation/{c}", f"Observation/{a}")
    both, _ = walk(client, "alice", f"/Observation/_history?_list={key}&_list={second}")
    assert {named(entry)[1] for entry in both} == {str(a)}
    either, _ = walk(client, "alice", f"/Observation/_history?_list={key},{second}")
    assert {named(entry)[1] for entry in either} == {str(a), str(b), str(c), str(hidden)}


def test_a_list_that_may_not_be_seen_names_nothing(client, past):
    key = chosen("mine", f"Observation/{observation('a').key}", f"Organization/{organization(1).key}")
    for who in ("charlie", "stranger"):
        assert walk(client, who, f"/_history?_list={key}") == ([], 1)
    assert client.ask("officer", "GET", f"/_history?_list={key}").status_code == 403
    assert walk(client, "alice", "/_history?_list=nothing") == ([], 1)
    assert code(client.ask("alice", "GET", "/_history?_list=a%20b")) == "SSK-3004"
    assert code(client.ask("alice", "GET", f"{path(observation('a'))}/_history?_list={key}")) == "SSK-3002"


def test_a_list_of_too_many_items_is_refused(client, past, monkeypatch):
    monkeypatch.setattr(listed, "MOST_ITEMS", 1)
    key = chosen("mine", f"Observation/{observation('a').key}", f"Observation/{observation('b').key}")
    assert code(client.ask("alice", "GET", f"/_history?_list={key}")) == "SSK-3443"


def test_an_index_is_walked(past, db):
    """However many versions there are, a page reads as many rows of each type as it shows, and one more."""
    from sosuckhoe.base import db as base_db  # the fixture has its name

    for _ in range(3):
        actions.put_many([observation(f"x{i}", note=[{"text": f"{_}"}]) for i in range(300)], later(5 + _))
    base_db.execute("analyze clinical_resource, clinical_history")
    asked = versions.Asked(5)
    text = "".join(versions.statement(one, newest_first=True) for one in ("versions_walk", "versions_page"))
    values = {
        **asked.values, "types": list(number_of().values()), "window": 6, "persons": [], "everybody": True,
        "holders": [], "open": [], "hidden": 0, "limit": 6,
    }  # fmt: skip
    text = rights.narrowed_by(text, values, None)
    plan = "\n".join(row[0] for row in base_db.tuples("explain (analyze, timing off, summary off) " + text, values))
    assert "clinical_history_by_updated" in plan
    assert "clinical_resource_by_updated" in plan
    assert "Seq Scan on clinical_" not in plan
