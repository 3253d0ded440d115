"""Files are loaded whole but for what is named as refused; loading again changes nothing."""

import gzip
import json
import os
import subprocess
import sys
import zipfile

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions, codec, defined, finding, jsontext, reading
from sosuckhoe.clinical.bulk import loader, report
from sosuckhoe.clinical.bulk.lines import of_bundle
from sosuckhoe.clinical.search import custom
from sosuckhoe.clinical.search.query import parse
from tests.clinical import synthea
from tests.clinical.made import AT
from tests.served import test_database_url as database_url

pytestmark = pytest.mark.django_db

PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"text": "Nguyễn Văn Bình"}], "birthDate": "1980-02-01"}
RESULT = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"text": "Na"},
    "subject": {"reference": "Patient/p1"},
    "valueQuantity": {"value": 1.10},
}


def written(folder, name, *resources):
    place = folder / name
    lines = [one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() for one in resources]
    place.write_bytes(b"\n".join(lines) + b"\n")
    return place


def bodies():
    """Everything that is stored."""
    found = db.tuples("select codec, rid, body from clinical_resource where body is not null", binary=True)
    return [orjson.loads(codec.unpacked(*row)) for row in found]


def counts(done):
    return done.done.created, done.done.changed, done.done.unchanged, len(done.done.refused)


def reasons(done):
    return [(one.place.rpartition("/")[2], one.problem.number) for one in done.done.refused]


def test_all_synthea_bundles_come_back_as_they_went_in():
    done = loader.load_files(PROGRAM, [synthea.FOLDER])
    assert done.done.refused == []
    found = {(one["resourceType"], one["id"]): synthea.compared(one, {}) for one in bodies()}
    assert found == synthea.all_sent()
    assert db.value("select count(distinct person) from clinical_resource where person <> 0") == len(synthea.files())
    again = loader.load_files(PROGRAM, synthea.files()[:3])
    assert counts(again)[:2] == (0, 0)
    patient = synthea.bundle(synthea.files()[0])["entry"][0]["resource"]["id"]
    query = parse("Observation", [("patient", patient), ("_total", "accurate"), ("_count", "1")], base="", now=AT)
    wanted = [name for name in synthea.sent(synthea.files()[0]) if name[0] == "Observation"]
    assert finding.search(PROGRAM, query, AT).total == len(wanted)


def test_lines_are_stored_under_their_ids_with_every_digit(tmp_path):
    raw = json.dumps(RESULT).replace("1.1}", "1.10}").encode()
    done = loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", PATIENT, b"", raw)])
    assert counts(done) == (2, 0, 0, 0)
    stored = reading.read(PROGRAM, "Observation", "o1", AT)
    assert b'"value":1.10' in stored.body
    assert stored.person == reading.read(PROGRAM, "Patient", "p1", AT).person != NOBODY


def test_loading_again_changes_nothing_and_what_changed_becomes_a_version(tmp_path):
    place = written(tmp_path, "a.ndjson", PATIENT, RESULT)
    loader.load_files(PROGRAM, [place])
    assert counts(loader.load_files(PROGRAM, [place])) == (0, 0, 2, 0)
    written(tmp_path, "a.ndjson", PATIENT, {**RESULT, "status": "amended"})
    assert counts(loader.load_files(PROGRAM, [place])) == (0, 1, 1, 0)
    assert reading.read(PROGRAM, "Observation", "o1", AT).version == 2
    assert db.value("select count(*) from clinical_loaded") == 0


def test_a_bad_line_is_named_and_stops_nothing(tmp_path):
    lines = [
        PATIENT,
        b'{"resourceType": "Observation", "id": "broken"',
        {**RESULT, "id": "no/id"},
        {key: value for key, value in RESULT.items() if key != "status"},
        {**RESULT, "id": "o2", "subject": {"reference": "Patient/nobody"}},
        b'{"resourceType":"Patient","id":"a","id":"b"}',
        {"resourceType": "Nonsense", "id": "x"},
        {**RESULT, "id": "ffff0000-0000-8000-8000-000000000000"},
        RESULT,
    ]
    done = loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", *lines)])
    assert counts(done) == (2, 0, 0, 7)
    assert sorted(reasons(done)) == [
        ("a.ndjson:2", "SSK-3012"),
        ("a.ndjson:3", "SSK-3222"),
        ("a.ndjson:4", "SSK-3022"),
        ("a.ndjson:5", "SSK-3225"),
        ("a.ndjson:6", "SSK-3013"),
        ("a.ndjson:7", "SSK-3027"),
        ("a.ndjson:8", "SSK-3224"),
    ]
    told = "\n".join(report.of_load(done, 1.0))
    assert "a.ndjson:4: SSK-3022" in told
    assert "Observation.status" in told
    assert "nobody" not in told


def test_what_comes_before_its_patient_waits_for_them(tmp_path):
    written(tmp_path, "a.ndjson", RESULT, {"resourceType": "Provenance", "id": "v", "recorded": "2026-01-01T00:00:00Z",
            "target": [{"reference": "Observation/o1"}], "agent": [{"who": {"display": "x"}}]})  # fmt: skip
    written(tmp_path, "b.ndjson", PATIENT)
    done = loader.load_files(PROGRAM, [tmp_path])
    assert counts(done) == (3, 0, 0, 0)
    assert {row[0] for row in db.tuples("select person from clinical_resource")} == {
        reading.read(PROGRAM, "Patient", "p1", AT).person
    }


def test_a_patient_whom_identity_knows_stays_one_person(tmp_path):
    number = {"system": "http://sosuckhoe.vn/fhir/sid/cccd", "value": "079160000001"}
    numbered = {**PATIENT, "identifier": [{**number, "system": cccd_system()}]}
    second = {**numbered, "id": "p2"}
    result = {**RESULT, "id": "o2", "subject": {"reference": "Patient/p2"}}
    done = loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", numbered, second, RESULT, result)])
    assert counts(done) == (3, 0, 1, 0)
    assert reading.read(PROGRAM, "Patient", "p2", AT).key == reading.read(PROGRAM, "Patient", "p1", AT).key
    stored = json.loads(reading.read(PROGRAM, "Observation", "o2", AT).body)
    assert stored["subject"] == {"reference": "Patient/p1"}


def test_two_records_of_one_person_load_again_with_other_content(tmp_path, monkeypatch):
    monkeypatch.setattr(loader, "BATCH_PIECES", 3)
    number = {"system": cccd_system(), "value": "079160000001"}
    first, second = ({**PATIENT, "id": name, "identifier": [number]} for name in ("p1", "p2"))
    result = {**RESULT, "id": "o2", "subject": {"reference": "Patient/p2"}}
    place = written(tmp_path, "a.ndjson", first, second, RESULT, result)
    assert counts(loader.load_files(PROGRAM, [place])) == (3, 0, 1, 0)
    assert counts(loader.load_files(PROGRAM, [place])) == (0, 0, 4, 0)
    vietnamese = [{**one, "language": "vi"} for one in (second, first, RESULT, result)]
    written(tmp_path, "a.ndjson", *vietnamese)
    for expected in ((0, 3, 1, 0), (0, 0, 4, 0)):
        assert counts(loader.load_files(PROGRAM, [place])) == expected
        stored = {one["id"]: one for one in bodies()}
        assert stored.keys() == {"p1", "o1", "o2"}, "the id that was there first stays"
        assert stored["o2"]["subject"] == {"reference": "Patient/p1"}
        assert {one["meta"]["versionId"] for one in stored.values()} == {"2"}


def test_references_to_the_other_id_are_replaced_wherever_they_stand(tmp_path):
    number = {"system": cccd_system(), "value": "079160000001"}
    both = [{**PATIENT, "id": name, "identifier": [number]} for name in ("p1", "p2")]
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="Patient/p2">Patient/p2</a></div>'
    told = {**RESULT, "text": {"status": "generated", "div": div}}
    asked = {**RESULT, "id": "o2", "performer": [{"reference": "Patient/p2"}], "note": [{"text": "Patient/p2"}]}
    loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", *both, told, asked)])
    assert b'href=\\"Patient/p1\\">Patient/p2<' in reading.read(PROGRAM, "Observation", "o1", AT).body
    stored = json.loads(reading.read(PROGRAM, "Observation", "o2", AT).body)
    assert (stored["performer"], stored["note"]) == ([{"reference": "Patient/p1"}], [{"text": "Patient/p2"}])


def test_two_ids_of_a_deleted_patient_change_them_one_after_the_other(tmp_path):
    number = {"system": cccd_system(), "value": "079160000001"}
    both = [{**PATIENT, "id": name, "identifier": [number]} for name in ("p1", "p2")]
    place = written(tmp_path, "a.ndjson", *both)
    loader.load_files(PROGRAM, [place])
    actions.remove_many([reading.read(PROGRAM, "Patient", "p1", AT).key], AT)
    assert counts(loader.load_files(PROGRAM, [place])) == (0, 1, 1, 0)
    assert [(one["id"], one["meta"]["versionId"]) for one in bodies()] == [("p1", "3")]


def search_parameter(name, **content):
    return {
        "resourceType": "SearchParameter",
        "id": name,
        "url": f"http://ministry.invalid/{name}",
        "name": name,
        "status": "active",
        "description": f"What {name} finds",
        "code": name,
        "base": ["Observation"],
        "type": "token",
        "expression": "Observation.status",
        **content,
    }


@pytest.fixture
def _definitions():
    yield
    defined.forget()
    custom.use(custom.NONE)


@pytest.mark.usefixtures("_definitions")
def test_a_search_parameter_that_cannot_be_read_is_a_line_like_any_other(tmp_path):
    part = {"definition": "http://ministry.invalid/own", "expression": "status"}
    lost = {**part, "definition": "http://ministry.invalid/never"}
    joint = {"type": "composite", "expression": "Observation"}
    lines = [
        PATIENT,
        search_parameter("half", expression="Observation.("),
        search_parameter("both", **joint, component=[part, part]),
        search_parameter("own"),
        search_parameter("taken", code="own"),
        search_parameter("wanting", **joint, component=[part, lost]),
        search_parameter("unknown", base=["Patient"], expression="Patient.colour"),
        RESULT,
    ]
    done = loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", *lines)])
    assert counts(done) == (4, 0, 0, 4)
    assert sorted(reasons(done)) == [
        ("a.ndjson:2", "SSK-3285"),
        ("a.ndjson:5", "SSK-3284"),
        ("a.ndjson:6", "SSK-3287"),
        ("a.ndjson:7", "SSK-3285"),
    ]
    told = "\n".join(report.of_load(done, 1.0))
    assert "a.ndjson:7: SSK-3285: SearchParameter.expression" in told
    assert "colour" not in told
    assert db.tuples("select code, kind from clinical_parameter order by code") == [
        ("both", "composite"),
        ("own", "token"),
    ]


def cccd_system():
    from sosuckhoe.identity import identifiers

    return identifiers.systems()["cccd"].uri


def test_conditional_references_are_found_across_files(tmp_path):
    doctor = {"resourceType": "Practitioner", "id": "d1", "identifier": [{"system": "urn:x", "value": "7"}]}
    asking = {**RESULT, "performer": [{"reference": "Practitioner?identifier=urn:x|7"}]}
    lost = {**RESULT, "id": "o9", "performer": [{"reference": "Practitioner?identifier=urn:x|8"}]}
    again = {**doctor, "id": "d2"}
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}},
        {"resource": asking, "request": {"method": "POST", "url": "Observation"}},
        {"resource": lost, "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "DELETE", "url": "Observation/o1"}},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    (tmp_path / "z.json").write_text(json.dumps(doctor))
    done = loader.load_files(PROGRAM, [tmp_path])
    assert counts(done) == (3, 0, 0, 2)
    assert sorted(reasons(done)) == [("a.json entry[2]", "SSK-3145"), ("a.json entry[3]", "SSK-3425")]
    assert b'"Practitioner/d1"' in reading.read(PROGRAM, "Observation", "o1", AT).body
    entry = {"resource": again, "request": {"method": "POST", "ifNoneExist": "identifier=urn:x|7"}}
    (tmp_path / "z.json").write_text(json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [entry]}))
    assert counts(loader.load_files(PROGRAM, [tmp_path / "z.json"])) == (0, 0, 1, 0)


def test_packed_files_zips_and_damage(tmp_path):
    lines = b"\n".join(json.dumps(one).encode() for one in (PATIENT, RESULT)) + b"\n"
    (tmp_path / "whole.ndjson.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "cut.ndjson.gz").write_bytes(gzip.compress(lines)[:-20])
    (tmp_path / "wrong.ndjson.gz").write_bytes(b"no gzip")
    (tmp_path / "wrong.zip").write_bytes(b"no zip")
    (tmp_path / "notes.txt").write_text("not looked at")
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside/o.ndjson", json.dumps({**RESULT, "id": "zipped"}))
        archive.writestr("readme.md", "-")
    done = loader.load_files(PROGRAM, [tmp_path])
    assert sorted(reasons(done)) == [
        ("cut.ndjson.gz", "SSK-3226"),
        ("wrong.ndjson.gz", "SSK-3226"),
        ("wrong.zip", "SSK-3226"),
    ]
    assert reading.read(PROGRAM, "Observation", "zipped", AT)
    assert counts(done)[0] == 3


def test_bombs_and_endless_lines_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(jsontext, "MOST_BYTES", 1_000)
    monkeypatch.setattr(loader.sources, "MOST_BUNDLE_BYTES", 10_000)
    monkeypatch.setattr(loader.sources, "MOST_FILE_BYTES", 1_000_000)
    endless = json.dumps({**PATIENT, "id": "long", "name": [{"text": "x" * 50_000}]}).encode()
    (tmp_path / "patient.bomb.ndjson.gz").write_bytes(gzip.compress(b"\n" * 2_000_000))
    (tmp_path / "patient.bomb.json.gz").write_bytes(gzip.compress(b" " * 2_000_000))
    written(tmp_path, "a.ndjson", endless, PATIENT)
    done = loader.load_files(PROGRAM, [tmp_path])
    assert counts(done)[0] == 1
    assert sorted(number for _, number in reasons(done)) == ["SSK-3010", "SSK-3227", "SSK-3227"]


def test_a_load_that_was_killed_leaves_out_what_is_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(loader, "BATCH_PIECES", 2)
    others = [{**RESULT, "id": f"o{number}"} for number in range(5)]
    place = written(tmp_path, "a.ndjson", PATIENT, *others)
    told = []

    def die(made):
        told.append(made)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load_files(PROGRAM, [place], tell=die)
    done = loader.load_files(PROGRAM, [place])
    assert done.skipped == 2
    assert counts(done) == (2, 0, 0, 0)
    assert counts(loader.load_files(PROGRAM, [place])) == (0, 0, 6, 0)


def test_every_person_whose_record_was_loaded_has_a_line_of_the_trace(tmp_path):
    loader.load_files(PROGRAM, [written(tmp_path, "a.ndjson", PATIENT, RESULT)])
    person = reading.read(PROGRAM, "Patient", "p1", AT).person
    assert db.tuples("select person, outcome from access_audit where action = 'import'") == [(person, "done")]


def test_a_bundle_that_cannot_be_read_is_one_refusal():
    assert [one.problem.number for one in of_bundle("x", b'{"resourceType":"Bundle","entry":[').refused] == ["SSK-3012"]


@pytest.mark.django_db(transaction=True)
def test_the_command_loads_with_two_processes_and_names_what_it_refused(tmp_path):
    written(tmp_path, "Patient.ndjson", *[{**PATIENT, "id": f"p{number}"} for number in range(3)])
    written(tmp_path, "results.ndjson", RESULT, b"nothing")
    command = [sys.executable, "-m", "sosuckhoe.site.command_line", "fhir", "load", "--processes", "2", str(tmp_path)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "4 new, 0 changed, 0 unchanged, 1 refused" in told
    assert "results.ndjson:2: SSK-3012" in told
