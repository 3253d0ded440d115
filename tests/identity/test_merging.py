"""Two persons become one, and two again: nothing is lost, nothing is left behind, nothing is half."""

import orjson
import pytest

from sosuckhoe.access import actions as access
from sosuckhoe.access import queries as rights
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.clinical import reading
from sosuckhoe.exchange import queries as exchange
from sosuckhoe.exchange.actions import registers
from sosuckhoe.identity import actions, merging, near, queries
from tests.exchange.samples import FACILITY, package
from tests.identity.merged import AT, LATER, THEN, WITHOUT_CARD, changed, everything, send, tables, two_people

pytestmark = pytest.mark.django_db
CLERK = Actor(3, "Nhân viên", "clerk", facility=FACILITY, purpose="administration")
STEWARD = Actor(4, "Người đối soát", "steward", area="79", purpose="stewardship")
STRANGE_STEWARD = Actor(5, "Người đối soát", "steward", area="01", purpose="stewardship")
_PERSON_COLUMNS = {"person", "holder", "dependant", "other", "keep", "gone", "merged_into", "patient"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    registers.forget()


def merge(keep, gone, at=THEN, actor=PROGRAM):
    return merging.merge(actor, keep, gone, "asked_person", at)


def unmerge(number, at=LATER):
    return merging.unmerge(PROGRAM, number, "wrong_decision", at)


def bodies(person):
    return [orjson.loads(one.body) for one in clinical.of_person(person)]


def test_every_table_that_names_a_person_is_spoken_for():
    """A new table is added to MOVED or STAYS of its room's `rehoming`, or this fails."""
    found = db.tuples(
        """
        select distinct table_name from information_schema.columns
        where table_schema = 'public' and column_name = any (%s)
        """,
        (sorted(_PERSON_COLUMNS),),
    )
    named = {row[0] for row in found} & set(tables())
    spoken_for = {table for room in merging.rooms() for table in (*room.MOVED, *room.STAYS)}
    assert sorted(named - spoken_for) == []
    assert sorted(spoken_for - set(tables())) == []


def test_nothing_names_the_one_who_went():
    keep, gone = two_people()
    merge(keep, gone)
    moved = {table for room in merging.rooms() for table in room.MOVED} - {"identity_person"}
    columns = db.tuples(
        """
        select table_name, column_name from information_schema.columns
        where table_schema = 'public' and table_name = any (%s) and column_name = any (%s)
        """,
        (sorted(moved), sorted(_PERSON_COLUMNS - {"patient"})),
    )
    assert len(columns) >= len(moved) - 3
    left = [
        table
        for table, column in columns
        if db.value(f"select true from {table} where {column}::text = %s limit 1", (str(gone),))
    ]
    assert left == []
    assert all(one.person == keep for one in clinical.of_person(keep))


def test_the_book_has_both_visits_and_names_one_patient():
    keep, gone = two_people()
    both = len(clinical.of_person(keep)) + len(clinical.of_person(gone))
    merge(keep, gone)
    found = bodies(keep)
    assert len(found) == both
    patient = str(queries.known(keep).ref.patient)
    subjects = {one["subject"]["reference"] for one in found if "subject" in one}
    assert subjects == {f"Patient/{patient}"}
    old = [one for one in found if one["resourceType"] == "Patient" and one["id"] != patient]
    assert [(one["active"], one["link"][0]["type"]) for one in old] == [(False, "replaced-by")]


def test_old_ids_answer():
    keep, gone = two_people()
    before = {(one.type, str(one.key)) for one in clinical.of_person(gone)}
    merge(keep, gone)
    for type_name, name in before:
        stored = reading.read(PROGRAM, type_name, name, THEN)
        assert (stored.person, orjson.loads(stored.body)["id"]) == (keep, name)


def test_the_index_is_what_a_new_write_would_make():
    """Rows move with their index: every row has its dates, texts and numbers at its new place and nowhere else."""
    keep, gone = two_people()
    counts = {t: db.value(f"select count(*) from {t}") for t in ("clinical_date", "clinical_text", "clinical_number")}
    merge(keep, gone)
    for table, count in counts.items():
        assert db.value(f"select count(*) from {table}") >= count
        assert not db.value(
            f"""
            select true from {table} v
            where not exists (select from clinical_resource r where (r.bucket, r.rid) = (v.bucket, v.rid))
            """
        )


def test_an_undo_restores_every_row_of_every_table():
    keep, gone = two_people()
    access.give_book_to(9001, gone, "mother", "manage", AT.date())
    access.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=gone)
    before = everything()
    number = merge(keep, gone)
    assert "clinical_resource" in changed(before, everything())
    unmerge(number)
    assert changed(before, everything()) == []


def test_again_and_again():
    keep, gone = two_people()
    before = everything()
    for _ in range(2):
        unmerge(merge(keep, gone))
    unmerge(merge(gone, keep))
    assert changed(before, everything()) == []


def three_people():
    keep, gone = two_people()
    send(
        package("LK0003", SO_CCCD="", MA_THE_BHYT="", MA_BN="BN0003", HO_TEN="Trần Văn Bích", NGAY_SINH="197001010000")
    )
    (third,) = {row[0] for row in db.tuples("select person from identity_person")} - {keep, gone}
    return keep, gone, third


def test_a_chain_comes_apart_in_the_opposite_order():
    keep, gone, third = three_people()
    states = [everything()]
    patient = str(queries.known(third).ref.patient)
    first = merge(gone, third)
    states.append(everything())
    second = merge(keep, gone)
    assert reading.read(PROGRAM, "Patient", patient, THEN).person == keep
    assert queries.keys_of_person(keep) == [keep, gone, third]
    with pytest.raises(Problem, match="SSK-4513"):
        unmerge(first)
    unmerge(second)
    assert changed(states[1], everything()) == []
    unmerge(first)
    assert changed(states[0], everything()) == []


def test_packages_find_the_kept_person_and_make_nobody_anew():
    keep, gone = two_people()
    merge(keep, gone)
    people = db.value("select count(*) from identity_person")
    send(package("LK0009", **WITHOUT_CARD), at=LATER)
    assert exchange.episodes([(FACILITY, "LK0009")])[FACILITY, "LK0009"].person == keep
    assert db.value("select count(*) from identity_person") == people
    assert all(found.person.ref.person != gone for found in near.match(queries.known(keep).claim))


def test_a_correction_of_a_moved_visit_is_a_new_version_of_it():
    keep, gone = two_people()
    old = {one.key: one.type for one in clinical.of_person(gone)}
    merge(keep, gone)
    count = len(clinical.of_person(keep))
    send(package("LK0002", **WITHOUT_CARD, CHAN_DOAN_RV="Tăng huyết áp độ 2"), at=LATER)
    assert len(clinical.of_person(keep)) == count
    for key, type_name in old.items():
        assert reading.read(PROGRAM, type_name, str(key), LATER).person == keep


def test_what_came_since_goes_to_whom_its_numbers_mean():
    keep, gone = two_people()
    number = merge(keep, gone)
    send(package("LK0010"), at=THEN.replace(hour=12))
    send(package("LK0011", **WITHOUT_CARD), at=THEN.replace(hour=13))
    send(package("LK0002", **WITHOUT_CARD, CHAN_DOAN_RV="Tăng huyết áp độ 2"), at=THEN.replace(hour=14))
    unmerge(number)
    persons = {
        name: exchange.episodes([(FACILITY, name)])[FACILITY, name].person
        for name in ("LK0001", "LK0002", "LK0010", "LK0011")
    }
    assert persons == {"LK0001": keep, "LK0002": gone, "LK0010": keep, "LK0011": gone}
    for person in (keep, gone):
        patient = str(queries.known(person).ref.patient)
        found = bodies(person)
        assert {one["subject"]["reference"] for one in found if "subject" in one} == {f"Patient/{patient}"}
        assert sum(one["resourceType"] == "Encounter" for one in found) == 2
    told = [one["text"] for one in (row.get("code", {}) for row in bodies(gone)) if "độ 2" in one.get("text", "")]
    assert told or any("độ 2" in str(one) for one in bodies(gone))
    assert [exchange.package(FACILITY, "LK0002").summary["CHAN_DOAN_RV"]] == ["Tăng huyết áp độ 2"]


def test_what_was_written_directly_since_stays_and_is_listed():
    from sosuckhoe.clinical import actions as repository

    keep, gone = two_people()
    number = merge(keep, gone)
    patient = queries.known(keep).ref.patient
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Cân nặng"},
        "subject": {"reference": f"Patient/{patient}"},
    }
    made = repository.create(PROGRAM, "Observation", body, THEN.replace(hour=12))
    undone = unmerge(number)
    assert undone.left_over == [{"type": "Observation", "id": made.name}]
    assert reading.read(PROGRAM, "Observation", made.name, LATER).person == keep


def test_a_child_tied_to_the_mother_keeps_her():
    keep, gone = two_people()
    mother = 9001
    for child in (keep, gone):
        access.give_book_to(mother, child, "mother", "manage", AT.date())
    number = merge(keep, gone)
    assert rights.dependants(mother) == {keep}
    unmerge(number)
    assert rights.dependants(mother) == {keep, gone}


def test_the_trace_is_not_rewritten_and_the_owner_sees_the_lines_of_both_keys():
    keep, gone = two_people()
    before = db.tuples("select * from access_audit order by id")
    merge(keep, gone)
    assert db.tuples("select * from access_audit order by id")[: len(before)] == before
    keys = queries.keys_of_person(keep)
    lines = [one for by in (True, False) for one in rights.lookers(keys, apart_from=-1, automatic=by)]
    assert sum(line.times for line in lines) == 4
    assert {line.action for line in lines} == {"file", "merge"}


@pytest.mark.parametrize("actor", [CLERK, STRANGE_STEWARD])
def test_nobody_else_may(actor):
    keep, gone = two_people()
    with pytest.raises(Problem, match="SSK-1002"):
        merge(keep, gone, actor=actor)
    assert db.value("select count(*) from access_audit where action = 'merge' and outcome = 'refused'") == 1


def test_a_steward_of_the_province_may_and_may_undo():
    keep, gone = two_people()
    number = merge(keep, gone, actor=STEWARD)
    merging.unmerge(STEWARD, number, "wrong_decision", LATER)


def test_what_cannot_be_merged():
    keep, gone = two_people()
    cases = [((keep, keep), "SSK-4510"), ((keep, 999_999), "SSK-4510")]
    for pair, number in cases:
        with pytest.raises(Problem, match=number):
            merge(*pair)
    with pytest.raises(Problem, match="SSK-4515"):
        merging.merge(PROGRAM, keep, gone, "because", THEN)
    number = merge(keep, gone)
    with pytest.raises(Problem, match="SSK-4511"):
        merge(keep, gone)
    unmerge(number)
    with pytest.raises(Problem, match="SSK-4513"):
        unmerge(number)


@pytest.mark.parametrize("last", ["sosuckhoe.insight", "sosuckhoe.book", "sosuckhoe.exchange"])
def test_a_crash_in_the_middle_leaves_nothing_half(monkeypatch, last):
    keep, gone = two_people()
    before = everything()
    room = next(one for one in merging.rooms() if one.__name__ == f"{last}.rehoming")

    def crash(_move):
        raise RuntimeError

    monkeypatch.setattr(room, "move", crash)
    with pytest.raises(RuntimeError):
        merge(keep, gone)
    assert changed(before, everything()) == []
    assert db.value("select count(*) from identity_merge") == 0


def test_persons_of_one_bucket(monkeypatch):
    """One pair in 65,536 shares its bucket: then keys do not change at all."""
    keep, gone = two_people()
    twin = next(key for key in range(gone + 1, 10_000_000) if bucket_of(key) == bucket_of(gone))
    monkeypatch.setattr(queries, "new_person_keys", lambda count: [twin] * count)
    send(
        package("LK0003", SO_CCCD="", MA_THE_BHYT="", MA_BN="BN0003", HO_TEN="Trần Văn Bích", NGAY_SINH="197001010000")
    )
    before = everything()
    number = merge(gone, twin)
    assert {one.person for one in clinical.of_person(gone)} == {gone}
    assert clinical.of_person(twin) == []
    unmerge(number)
    assert changed(before, everything()) == []
    del keep


def test_a_claim_that_found_one_of_them_a_moment_ago_begins_again():
    keep, gone = two_people()
    db.execute("update identity_person set merged_into = %s where person = %s", (keep, gone))
    with pytest.raises(actions.Raced):
        actions.find_or_create([queries.known(gone).claim], LATER)
