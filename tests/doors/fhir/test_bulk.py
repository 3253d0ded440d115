"""Bulk export and import: answered at once, run behind, and given to nobody but who asked and still may."""

import json
import shutil
from datetime import timedelta

import orjson
import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.bulk import background, export, files, loader, runner
from sosuckhoe.clinical.bulk.wanted import Wanted
from tests.clinical import synthea
from tests.clinical.made import AT, PERSON, draft, observation, patient

OTHER = 815


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BULK_FOLDER = tmp_path / "bulk"
    return settings.BULK_FOLDER


@pytest.fixture
def others(stored):
    """Somebody whom the hospital has not treated, and a practitioner."""
    made = [
        patient(OTHER),
        observation("b", person=OTHER, code="2951-2"),
        draft("Practitioner", "doctor", person=0, name=[{"text": "BS. Lan"}]),
    ]
    actions.put_many(made, AT)
    return made


def begin(client, who, path="/$export", method="GET", body=None, **headers):
    answer = client.ask(who, method, path, body, Prefer="respond-async", **headers)
    assert answer.status_code == 202, answer.text
    return answer.headers["content-location"].partition("/fhir")[2]


def finished(client, who, path="/$export", **more):
    """The manifest of an export that has run."""
    place = begin(client, who, path, **more)
    assert runner.run_all() == 1
    answer = client.ask(who, "GET", place)
    assert answer.status_code == 200, answer.text
    return answer.json


def lines(client, who, manifest, part="output"):
    made = []
    for one in manifest[part]:
        answer = client.ask(who, "GET", one["url"].partition("/fhir")[2])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/fhir+ndjson"
        found = [json.loads(line) for line in answer.text.splitlines()]
        assert len(found) == one["count"]
        assert {entry["resourceType"] for entry in found} == {one["type"]}
        made += found
    return made


def names(found):
    return sorted((one["resourceType"], one["id"]) for one in found)


def named(*drafts):
    return sorted((one.type, str(one.key)) for one in drafts)


def number(answer):
    return answer.json["issue"][0]["details"]["coding"][0]["code"]


def test_everything_goes_out_as_it_is_stored(client, stored, others):
    manifest = finished(client, "program")
    assert names(lines(client, "program", manifest)) == named(*stored.values(), *others)
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"].endswith("/fhir/$export")
    assert (manifest["error"], manifest["deleted"]) == ([], [])
    body = client.ask("program", "GET", f"/Patient/{stored['patient'].key}").text
    assert body in client.ask("program", "GET", manifest["output"][1]["url"].partition("/fhir")[2]).text.splitlines()


def test_all_synthea_bundles_come_back(client, tmp_path):
    loader.load_files(PROGRAM, synthea.files()[:4])
    manifest = finished(client, "program")
    found = {(one["resourceType"], one["id"]): synthea.compared(one, {}) for one in lines(client, "program", manifest)}
    assert found == {name: body for place in synthea.files()[:4] for name, body in synthea.sent(place).items()}


def test_a_hospital_gets_those_whom_it_has_treated_and_the_registers(client, stored, others):
    assert names(lines(client, "hospital", finished(client, "hospital"))) == named(*stored.values(), others[2])
    assert names(lines(client, "hospital", finished(client, "hospital", "/Patient/$export"))) == named(*stored.values())
    assert finished(client, "stranger", "/Patient/$export")["output"] == []


def test_a_citizen_gets_a_copy_of_their_own_record(client, stored, others):
    own = named(*stored.values())
    assert names(lines(client, "alice", finished(client, "alice", "/Patient/$export"))) == own
    assert names(lines(client, "alice", finished(client, "alice", f"/Patient/{stored['patient'].key}/$export"))) == own
    assert client.ask("alice", "GET", f"/Patient/{others[0].key}/$export", Prefer="respond-async").status_code == 404
    assert client.ask("officer", "GET", "/$export", Prefer="respond-async").status_code == 403


def test_sensitive_records_never_leave_for_who_may_not_see_them(client, stored):
    security = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}]}
    hidden = observation("hidden", meta=security)
    actions.put_many([hidden], AT)
    own = named(*stored.values(), hidden)
    assert names(lines(client, "alice", finished(client, "alice", "/Patient/$export"))) == own
    assert names(lines(client, "hospital", finished(client, "hospital", "/Patient/$export"))) == named(*stored.values())


def test_types_filters_and_dates_narrow_it(client, stored, others):
    assert {one["type"] for one in finished(client, "program", "/$export?_type=Patient,Practitioner")["output"]} == {
        "Patient",
        "Practitioner",
    }
    path = "/$export?_typeFilter=Observation%3Fcode%3D2951-2&_type=Observation,Practitioner"
    assert names(lines(client, "program", finished(client, "program", path))) == named(*others[1:])
    either = f"{path}&_typeFilter=Observation%3Fcode%3D718-7"
    wanted = named(stored["observation"], *others[1:])
    assert names(lines(client, "program", finished(client, "program", either))) == wanted
    later = "/$export?_since=2026-11-04T00:00:00Z"
    actions.put_many([observation("a", status="amended")], AT + timedelta(days=2))
    actions.remove_many([others[1].key], AT + timedelta(days=2))
    manifest = finished(client, "program", later)
    assert names(lines(client, "program", manifest)) == named(stored["observation"])
    (gone,) = lines(client, "program", manifest, "deleted")
    assert gone["entry"] == [{"request": {"method": "DELETE", "url": f"Observation/{others[1].key}"}}]


def test_elements_leave_what_must_be_and_mark_the_rest(client, stored):
    manifest = finished(client, "program", "/$export?_type=Observation&_elements=Observation.subject")
    (one,) = lines(client, "program", manifest)
    assert set(one) == {"resourceType", "id", "meta", "status", "code", "subject"}
    assert one["meta"]["tag"][-1]["code"] == "SUBSETTED"


def test_a_group_is_its_active_members(client, stored, others):
    entity = [{"entity": {"reference": f"Patient/{one.key}"}} for one in (stored["patient"], others[0])]
    group = {
        "resourceType": "Group",
        "type": "person",
        "actual": True,
        "member": [entity[0], {**entity[1], "inactive": True}],
    }
    made = client.ask("program", "POST", "/Group", group)
    path = f"/Group/{made.json['id']}/$export"
    assert names(lines(client, "program", finished(client, "program", path))) == named(*stored.values())
    for who in ("hospital", "alice", "stranger"):
        assert client.ask(who, "GET", path, Prefer="respond-async").status_code == 404, "nor its members"
    asked = {"resourceType": "Parameters", "parameter": [{"name": "patient", "valueReference": entity[1]["entity"]}]}
    assert client.ask("program", "POST", path, asked, Prefer="respond-async").status_code == 404
    asked["parameter"][0]["valueReference"] = entity[0]["entity"]
    assert lines(client, "program", finished(client, "program", path, method="POST", body=asked))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("includeAssociatedData=_mine", "SSK-3004"),
        ("includeAssociatedData=LatestProvenanceResources,RelevantProvenanceResources", "SSK-3004"),
        ("includeAssociatedData=LatestProvenanceResources&_typeFilter=Provenance%3Frecorded%3Dgt2020", "SSK-3004"),
        ("_type=Nonsense", "SSK-3004"),
        ("_since=yesterday", "SSK-3004"),
        ("_outputFormat=text/csv", "SSK-3004"),
        ("_typeFilter=Observation%3Fnonsense%3D1", "SSK-3001"),
        ("_typeFilter=Observation%3Fstatus%3Dfinal&_type=Patient", "SSK-3004"),
        ("_elements=a%20b", "SSK-3004"),
        ("patient=Patient/x", "SSK-3001"),
    ],
)
def test_what_is_not_understood_is_refused_at_once(client, query, wanted):
    answer = client.ask("program", "GET", f"/$export?{query}", Prefer="respond-async")
    assert (answer.status_code, number(answer)) == (400, wanted)


def test_it_runs_in_the_background_only_and_a_few_at_a_time(client, stored):
    assert number(client.ask("program", "GET", "/$export")) == "SSK-3221"
    places = [begin(client, "program") for _ in range(background.MOST_JOBS)]
    answer = client.ask("program", "GET", "/$export", Prefer="respond-async")
    assert (answer.status_code, number(answer)) == (429, "SSK-3220")
    begin(client, "hospital")
    waiting = client.ask("program", "GET", places[0])
    assert (waiting.status_code, waiting.headers["x-progress"], waiting.headers["retry-after"]) == (202, "waiting", "1")
    assert client.ask("program", "DELETE", places[0]).status_code == 202
    assert client.ask("program", "GET", places[0]).status_code == 404
    assert runner.run_all() == background.MOST_JOBS


def test_nobody_else_sees_a_job(client, stored):
    manifest = finished(client, "hospital")
    place = manifest["output"][0]["url"].partition("/fhir")[2]
    job = place.rpartition("/")[0]
    for who in ("stranger", "program", "alice"):
        assert client.ask(who, "GET", job).status_code == 404
        assert client.ask(who, "DELETE", job).status_code == 404
        assert client.ask(who, "GET", place).status_code == 404
    assert client.ask(None, "GET", place).status_code == 401
    for name in ("..", "progress", "nothing.ndjson", "%2e%2e%2f%2e%2e%2fsecret.ndjson"):
        assert client.ask("hospital", "GET", f"{job}/{name}").status_code == 404
    assert client.ask("hospital", "GET", "/_async/none").status_code == 404


def test_a_right_that_is_withdrawn_ends_the_download(client, stored):
    place = finished(client, "hospital")["output"][0]["url"].partition("/fhir")[2]
    assert client.ask("hospital", "GET", place).status_code == 200
    db.execute("delete from access_tie where person = %s", (PERSON,))
    assert client.ask("hospital", "GET", place).status_code == 404
    access.tie([("79001", PERSON)], AT)
    assert client.ask("hospital", "GET", place).status_code == 200
    db.execute(
        "update access_token set expires = now() from access_account account"
        " where account.id = access_token.account and account.username = 'hospital'"
    )
    assert client.ask("hospital", "GET", place).status_code == 401


def test_every_person_who_is_in_it_can_see_that(client, stored, others):
    finished(client, "hospital")
    told = db.tuples("select person, detail from access_audit where action = 'export' and person <> 0")
    assert told == [(PERSON, str(db.value("select id from clinical_job")))]


def test_a_job_that_died_is_begun_again_with_an_empty_folder(client, stored, others, monkeypatch, folder):
    place = begin(client, "program")

    def die(*_asked, **_more):
        (background.folder_of(background.waiting()[0]) / "Half.1.ndjson").write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runner.export, "write", die)
        with pytest.raises(KeyboardInterrupt):
            runner.run_all()
    assert client.ask("program", "GET", place).status_code == 202
    assert runner.run_all() == 1
    manifest = client.ask("program", "GET", place).json
    assert names(lines(client, "program", manifest)) == named(*stored.values(), *others)
    assert "Half" not in json.dumps(manifest)
    assert sorted(one.name for one in (folder / place.rpartition("/")[2]).iterdir()) == sorted(
        one["url"].rpartition("/")[2] for one in manifest["output"]
    )


def test_a_job_that_always_dies_is_given_up(client, stored):
    place = begin(client, "program")
    db.execute("update clinical_job set tries = %s", (background.MOST_TRIES,))
    runner.run_all()
    answer = client.ask("program", "GET", place)
    assert (answer.status_code, number(answer)) == (500, "SSK-3231")


def test_a_cancelled_job_leaves_nothing(client, stored, monkeypatch, folder):
    place = begin(client, "program")
    monkeypatch.setattr(export, "_LOOK_EVERY", 1)
    write = export.write

    def cancelled(*asked, going, **more):
        def cancel(count):
            shutil.rmtree(asked[2], ignore_errors=True)
            going(count)

        return write(*asked, going=cancel, **more)

    monkeypatch.setattr(runner.export, "write", cancelled)
    runner.run_all()
    assert not (folder / place.rpartition("/")[2]).exists()


def test_a_full_disk_fails_the_job_with_a_sentence(client, stored, monkeypatch, folder):
    place = begin(client, "program")
    monkeypatch.setattr(files, "RESERVE_BYTES", 1 << 60)
    runner.run_all()
    answer = client.ask("program", "GET", place)
    assert (answer.status_code, number(answer)) == (507, "SSK-3228")
    assert list(folder.iterdir()) == []


def test_files_go_when_their_time_has_come(client, stored, folder):
    place = finished(client, "program")["output"][0]["url"].partition("/fhir")[2]
    assert background.remove_old(clock.now()) == 0
    assert background.remove_old(clock.now() + background.KEPT * 2) == 1
    assert client.ask("program", "GET", place).status_code == 404
    assert list(folder.iterdir()) == []


def test_files_are_cut_at_their_size(stored, tmp_path):
    actions.put_many([observation(f"n{number}") for number in range(50)], AT)
    made = export.write(PROGRAM, Wanted(types=("Observation",)), tmp_path, AT, going=lambda _count: None, file_bytes=1)
    assert sum(one.lines for one in made.files) == 51
    found = [orjson.loads(line) for one in made.files for line in (tmp_path / one.name).read_bytes().splitlines()]
    assert len({one["id"] for one in found}) == 51


def test_lines_that_are_sent_are_stored_and_the_refused_are_told(client, stored):
    good = {"resourceType": "Patient", "id": "new-one", "name": [{"text": "Trần Thị Na"}]}
    text = json.dumps(good) + "\n" + '{"resourceType":"Observation","id":"bad"}\n'
    place = begin(client, "program", "/$import", "POST", text, Content_Type="application/fhir+ndjson")
    assert runner.run_all() == 1
    manifest = client.ask("program", "GET", place).json
    (refused,) = lines(client, "program", manifest, "error")
    assert [one["details"]["coding"][0]["code"] for one in refused["issue"]] == ["SSK-3022", "SSK-3022"]
    assert refused["issue"][0]["diagnostics"] == "upload.ndjson:2"
    assert refused["issue"][0]["expression"] == ["Observation.status"]
    assert client.ask("program", "GET", "/Patient/new-one").json["name"] == good["name"]


def test_only_who_may_imports_and_only_from_where_it_is_allowed(client, stored, settings):
    sent = {"Prefer": "respond-async", "Content_Type": "application/fhir+ndjson"}
    assert client.ask("hospital", "POST", "/$import", "{}", **sent).status_code == 403
    assert client.ask("alice", "POST", "/$import", "{}", **sent).status_code == 403
    assert client.ask("program", "GET", "/$import", Prefer="respond-async").status_code == 405
    part = [{"name": "type", "valueCode": "Patient"}, {"name": "url", "valueUrl": "http://127.0.0.1:1/x.ndjson"}]
    asked = {"resourceType": "Parameters", "parameter": [{"name": "input", "part": part}]}
    answer = client.ask("program", "POST", "/$import", asked, Prefer="respond-async")
    assert (answer.status_code, number(answer)) == (403, "SSK-3229")
    settings.IMPORT_HOSTS = frozenset({"http://127.0.0.1:1"})
    place = begin(client, "program", "/$import", "POST", asked)
    runner.run_all()
    answer = client.ask("program", "GET", place)
    assert (answer.status_code, number(answer)) == (502, "SSK-3230")
