"""Every attack on the trace is found and named, and a trace that nobody touched has no findings."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings

from sosuckhoe.access import sealing, verifying, witness
from sosuckhoe.access.seal.canonical import Row
from sosuckhoe.base import db
from tests.access.attacks import KEY, START, Trace, unseal_from, write
from tests.database import owning

pytestmark = pytest.mark.django_db
DAY_2 = date(2026, 3, 2)


@pytest.fixture
def trace(db, tmp_path):
    with owning():
        trace = Trace(tmp_path)
        yield trace.day().day().day()
        trace.keeper.close()


def only(trace):
    (finding,) = trace.findings()
    return finding


def test_an_untouched_trace_has_no_findings(trace):
    assert trace.findings() == []
    assert verifying.extent() == (6, 18, 0)


def test_an_empty_trace_has_no_findings(db, tmp_path):
    trace = Trace(tmp_path)
    assert trace.findings() == []
    trace.keeper.close()


def test_a_house_that_seals_while_it_is_verified_has_no_findings(trace, monkeypatch):
    read = witness.heads_in

    def reads_and_is_overtaken(place):
        kept = read(place)
        trace.day()
        return kept

    monkeypatch.setattr(witness, "heads_in", reads_and_is_overtaken)
    assert trace.findings() == []


def test_an_edited_line_is_named(trace):
    db.execute("update access_audit set account = 8 where id = 8")
    found = only(trace)
    assert (found.kind, found.ids, found.from_day, found.first) == ("edited", (8,), DAY_2, 3)


def test_a_deleted_line_is_named(trace):
    db.execute("delete from access_audit where id in (7, 8, 11)")
    assert [(one.kind, one.ids, one.from_day) for one in trace.findings()] == [
        ("deleted", (7, 8), DAY_2),
        ("deleted", (11,), DAY_2),
    ]


def test_a_line_slipped_into_the_past_is_named(trace):
    sealing.seal(KEY, START)
    db.execute("insert into access_audit overriding system value select bucket, 0, person, at, account, role, facility,"
               " purpose, action, kind, key, outcome, detail from access_audit where id = 3")  # fmt: skip
    found = only(trace)
    assert (found.kind, found.ids, found.from_day) == ("added", (0,), date(2026, 3, 1))


def test_a_tail_cut_from_the_lines_is_named(trace):
    db.execute("delete from access_audit where id > 14")
    found = only(trace)
    assert (found.kind, found.ids, found.first, found.last) == ("truncated", (15, 16, 17, 18), 5, 6)
    assert found.from_day == date(2026, 3, 3)


def test_a_tail_cut_with_its_seals_is_named(trace):
    db.execute("delete from access_audit where id > 15")
    db.execute("delete from access_seal where number > 5")
    cut = trace.findings()[0]
    assert (cut.kind, cut.first, cut.last, cut.many) == ("seals-cut", 6, 6, 3)


def test_a_rewritten_day_is_named_by_the_witness(trace):
    """Lines changed, every seal from there made again with the real key: the database agrees with itself."""
    heads = db.rows("select number, at, ids from access_seal where number >= 3 order by number")
    unseal_from(3)
    db.execute("update access_audit set account = 8 where id = 8")
    for head in heads:
        sealing.seal(KEY, head.at, most=len(head.ids))
    assert trace.tell() == 0, "the witness refuses"
    assert db.value("select refused from access_seal_told") != ""
    found = only(trace)
    assert (found.kind, found.from_day, found.to_day, found.first, found.last) == ("rewritten", DAY_2, DAY_2, 3, 3)


def test_a_restored_backup_is_named(trace):
    """Lines, seals and the sealer's own memory all as they were after the first day."""
    db.execute("delete from access_audit where id > 6")
    unseal_from(3)
    found = only(trace)
    assert (found.kind, found.first, found.last, found.many) == ("restored", 3, 6, 12)


def test_a_restored_backup_that_went_on_is_named(trace):
    db.execute("delete from access_audit where id > 6")
    unseal_from(3)
    trace.day()
    found = only(trace)
    assert (found.kind, found.first, found.last, found.many) == ("restored", 3, 6, 12)
    assert (found.from_day, found.to_day) == (DAY_2, date(2026, 3, 3))


def test_seals_made_with_another_key_are_named(trace):
    forged = Ed25519PrivateKey.generate()
    unseal_from(5)
    for number in (5, 6):
        sealing.seal(forged, START + timedelta(days=number), most=3)
    assert {"unsigned", "restored"} & set(trace.kinds()) == {"unsigned", "restored"}


def test_a_missing_seal_is_named(trace):
    db.execute("delete from access_seal where number = 3")
    kinds = trace.kinds()
    assert kinds[0] == "seals-missing"
    assert "added" in kinds, "its lines are in no seal"


def test_a_changed_stand_is_named(trace):
    db.execute("update access_seal_state set frontier = sha256(frontier) || sha256('')")
    assert trace.kinds() == ["stand-changed"]


def test_a_witness_that_forgot_is_named(trace):
    place = trace.folder / "heads"
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(b"".join(lines[:3]))
    found = only(trace)
    assert (found.kind, found.first, found.last) == ("witness-lacks", 3, 6)
    place.unlink()
    assert only(trace)[:3] == ("witness-lacks", 1, 6)


def test_a_damaged_witness_is_named(trace):
    place = trace.folder / "heads"
    whole = place.read_bytes()
    place.write_bytes(whole.replace(b'"number":6', b'"number":7'))
    assert "witness-damaged" in trace.kinds()
    place.write_bytes(whole.replace(b'"number":4', b'"number:4'))
    assert trace.kinds() == ["witness-unreadable", "witness-lacks"]
    place.write_bytes(whole[:-9])
    assert only(trace)[:3] == ("witness-lacks", 6, 6)
    place.write_bytes(b'{"key":"' + b"00" * 32 + whole[len(b'{"key":"') + 64 :])
    assert trace.kinds()[0] == "other-key"


def test_every_kind_of_finding_has_its_sentence_and_every_sentence_its_finding():
    from pathlib import Path

    from sosuckhoe.access.seal import judge

    sources = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (judge, verifying))
    assert [kind for kind in verifying.sentences() if f'"{kind}"' not in sources] == []
    made = [judge.Finding(kind) for kind in verifying.sentences()]
    assert all(all(verifying.said(finding)) for finding in made)


def test_every_column_of_the_trace_is_sealed():
    columns = db.tuples(
        "select attname from pg_attribute where attrelid = 'access_audit'::regclass and attnum > 0 and not attisdropped"
    )
    assert {name for (name,) in columns} == set(Row._fields)


OTHER = {
    "bucket": "bucket + %s",
    "person": "person + %s",
    "at": "at + %s * interval '1 microsecond'",
    "account": "account + %s",
    "key": "case when key is null then lpad(to_hex(%s::int8), 32, '0')::uuid end",
    **{
        name: f"{name} || chr(64 + %s)"
        for name in ("role", "facility", "purpose", "action", "kind", "outcome", "detail")
    },
}
"""A change of every column but the id, which is what a line is named by."""

SEALED = {
    "at": "at + %s * interval '1 microsecond'",
    "size": "size + %s",
    "highest": "highest + %s",
    **{name: f"set_byte({name}, %s %% length({name}), 255 - get_byte({name}, %s %% length({name})))"
       for name in ("root", "part", "signature", "leaves")},
    "ids": "array_append(ids[2:], %s::int8 + 1000)",
}  # fmt: skip


def test_the_changes_below_cover_every_column():
    columns = db.tuples(
        "select attname from pg_attribute where attrelid = 'access_seal'::regclass and attnum > 0 and not attisdropped"
    )
    assert {*OTHER, "id"} == set(Row._fields)
    assert {*SEALED, "number"} == {name for (name,) in columns}


@given(line=st.integers(1, 18), column=st.sampled_from(sorted(OTHER)), by=st.integers(1, 50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_any_line_is_found_and_named(trace, line, column, by):
    with changed("access_audit", column, OTHER[column], f"id = {line}", by):
        found = only(trace)
    assert (found.kind, found.ids) == ("edited", (line,))


@given(number=st.integers(1, 6), column=st.sampled_from(sorted(SEALED)), by=st.integers(1, 300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_any_seal_is_found(trace, number, column, by):
    with changed("access_seal", column, SEALED[column], f"number = {number}", by):
        assert any(number in {one.first, one.last} for one in trace.findings())


class changed:  # noqa: N801 -- read as a word of the sentence
    """A change that is taken back at the end."""

    def __init__(self, table, column, made, where, by):
        values = [by] * made.replace("%%", "").count("%s")
        self._do = (f"update {table} set {column} = {made} where {where}", values)

    def __enter__(self):
        db.execute("savepoint before")
        db.execute(*self._do)

    def __exit__(self, *_error):
        db.execute("rollback to savepoint before")


def test_later_lines_are_not_a_finding(trace):
    write(3)
    assert trace.findings() == []
