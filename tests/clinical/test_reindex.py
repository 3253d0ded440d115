"""$reindex mends what differs, that alone, and says what it did."""

from __future__ import annotations

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in
from sosuckhoe.clinical import actions, finding
from sosuckhoe.clinical.actions import phrases
from sosuckhoe.clinical.reindexing import run as runs
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.clinical.search.query import parse
from tests.clinical.custom_made import define, definition, look_anew, part, reindex, soon  # noqa: F401 -- a fixture
from tests.clinical.made import AT, PERSON, draft, observation, patient

TABLES = ("clinical_date", "clinical_text", "clinical_number")


def found(type_name, *pairs):
    return {one.key for one in finding.search(PROGRAM, parse(type_name, pairs, base="", now=AT), AT).found}


def index():
    """Everything that resources are found by, in one order."""
    columns = """
        select rid, version, moment, moment_to, present, self, array(select unnest(tokens) order by 1), body
        from clinical_resource order by rid
    """
    rows = {"clinical_resource": db.tuples(columns)}
    for table in TABLES:
        rows[table] = sorted(db.tuples(f"select t::text from {table} t"))
    rows["clinical_phrase"] = sorted(db.tuples("select path, token, folded from clinical_phrase"))
    return rows


def world():
    """A bit of every table, of persons and of registers, and a deleted one."""
    gone = draft("Condition", "gone", code={"coding": [{"code": "R50"}]})
    drafts = [
        patient(name=[{"family": "Nguyễn", "given": ["An"]}], birthDate="1961-05-02"),
        *(observation(f"r{i}", valueQuantity={"value": i, "unit": "g", "code": "g"}) for i in range(5)),
        draft("Condition", "c", code={"coding": [{"code": "J20", "display": "Viêm phế quản"}]}, recordedDate="2026"),
        draft("Composition", "p", title="Giấy ra viện", date="2026-05-02", section=[{"title": "Lời dặn"}]),
        gone,
    ]
    actions.put_many(drafts, AT)
    actions.remove_many([gone.key], AT)
    return drafts


@pytest.mark.django_db
def test_what_is_right_is_left_alone():
    world()
    before = index()
    report = reindex()
    assert (report.rows, report.mended, report.failures, report.texts) == (9, 0, 0, 0)
    assert report.parameters == {}
    assert index() == before


BREAKS = {
    "no tokens": "update clinical_resource set tokens = '{}' where body is not null",
    "a token less": "update clinical_resource set tokens = tokens[2:]",
    "a strange token": "update clinical_resource set tokens = tokens || 17::int8",
    "no presence": "update clinical_resource set present = null",
    "wrong presence": "update clinical_resource set present = present # 1",
    "no hash of their own": "update clinical_resource set self = null",
    "another main date": "update clinical_resource set moment = '2001-01-01', moment_to = '2001-01-02'",
    "no main date": "update clinical_resource set moment = null, moment_to = null",
    "tokens of what is deleted": "update clinical_resource set tokens = '{5}' where body is null",
    "no dates": "delete from clinical_date",
    "no texts": "delete from clinical_text",
    "no numbers": "delete from clinical_number",
    "dates twice": "insert into clinical_date select * from clinical_date",
    "another date": "update clinical_date set high = high + interval '1 day'",
    "other texts": "update clinical_text set folded = folded || 'x'",
    "other numbers": "update clinical_number set pair = 7",
    "no texts of codes": "delete from clinical_phrase",
}
STRANGERS = {
    "clinical_date": "insert into clinical_date select bucket, rid, 7, '2020-01-01', '2020-01-02' from {}",
    "clinical_text": "insert into clinical_text select bucket, rid, 7, 7, 'x' from {}",
    "clinical_number": "insert into clinical_number (bucket, rid, path, low, high, coded, code, unit)"
    " select bucket, rid, 7, 1, 1, 0, 0, 0 from {}",
}
BREAKS |= {f"strangers in {name}": text.format("clinical_resource") for name, text in STRANGERS.items()}
NOWHERE = "(select 5 as bucket, gen_random_uuid() as rid) nowhere"
BREAKS |= {f"rows of nothing in {name}": text.format(NOWHERE) for name, text in STRANGERS.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("breaking", BREAKS.values(), ids=BREAKS)
def test_what_was_broken_is_as_before_and_a_second_run_changes_nothing(breaking):
    world()
    before = index()
    assert db.execute(breaking)
    assert index() != before
    report = reindex()
    assert index() == before
    assert report.mended or report.orphans or report.texts
    again = reindex()
    assert (again.rows, again.mended, again.orphans, again.texts, again.parameters) == (9, 0, 0, 0, {})


@pytest.mark.django_db
def test_exactly_the_rows_that_were_broken_are_written_anew():
    one, other, *_ = world()[1:]
    place = "select ctid::text, xmin::text from clinical_resource where rid = %s"
    untouched = db.tuples(place, (other.key,))
    db.execute("update clinical_resource set tokens = tokens[3:] where rid = %s", (one.key,))
    db.execute("delete from clinical_number where rid = %s", (one.key,))
    report = reindex("Observation")
    assert report.types == {"Observation": [5, 1]}
    assert report.parameters["Observation.value-quantity"] == [0, 1]
    assert sum(after - before for before, after in report.parameters.values()) > 2
    assert db.tuples(place, (other.key,)) == untouched


@pytest.mark.django_db
def test_strangers_are_counted_apart():
    one = world()[1]
    db.execute("update clinical_resource set tokens = tokens || '{17,18}'::int8[] where rid = %s", (one.key,))
    assert reindex("Observation").parameters == {"Observation.?": [2, 0]}


@pytest.mark.django_db
def test_one_resource_alone():
    one, other, *_ = world()[1:]
    db.execute("update clinical_resource set tokens = '{}' where type = %s", (number_of()["Observation"],))
    report = runs.one(PROGRAM, "Observation", str(one.key), AT)
    assert (report.rows, report.mended) == (1, 1)
    assert found("Observation", ("code", "718-7")) == {one.key}
    assert other.key not in found("Observation", ("status", "final"))


@pytest.mark.django_db
def test_a_row_that_cannot_be_computed_is_named_and_the_others_are_mended():
    one, other, *_ = world()[1:]
    db.execute("update clinical_resource set tokens = '{}' where type = %s", (number_of()["Observation"],))
    db.execute("update clinical_resource set codec = 0, body = '{\"id\":1}' where rid = %s", (one.key,))
    report = reindex("Observation")
    assert report.errors == {"Observation": {str(one.key): "KeyError"}}
    assert (report.rows, report.failures, report.mended) == (5, 1, 4)
    assert other.key in found("Observation", ("code", "718-7"))


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "size"), [(1, 1 << 20), (2, 1 << 20), (500, 1), (500, 2_000)])
def test_batches_of_any_size_look_at_every_row_once(monkeypatch, rows, size):
    world()
    monkeypatch.setattr(runs, "BATCH_ROWS", rows)
    monkeypatch.setattr(runs, "BATCH_BYTES", size)
    db.execute("update clinical_resource set tokens = '{}' where body is not null")
    report = reindex()
    assert (report.rows, report.mended) == (9, 8)


@pytest.mark.django_db
def test_a_version_that_was_written_meanwhile_keeps_its_own_values(monkeypatch):
    """The row is read, then a writer replaces it: what was computed from the old one is not written."""
    one = observation("a")
    actions.put_many([one], AT)
    db.execute("update clinical_resource set tokens = '{}'")
    mend = runs.walk.mend

    def overtaken(batch, report):
        actions.put_many([observation("a", code="4548-4")], AT)
        mend(batch, report)

    monkeypatch.setattr(runs.walk, "mend", overtaken)
    report = runs.one(PROGRAM, "Observation", str(one.key), AT)
    assert report.mended == 0
    assert found("Observation", ("code", "4548-4")) == {one.key}
    assert not found("Observation", ("code", "718-7"))
    versions = db.tuples("select version from clinical_resource where bucket = %s", (bucket_in(one.key),))
    assert versions == [(2,)]


@pytest.mark.django_db
def test_rows_from_before_the_migrations_are_found_again():
    """Rows as the first version wrote them: no texts, numbers, presence, hash of their own, composites, phrases."""
    one = world()[1]
    quantity = {"value": 5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    actions.put_many([observation("u", valueQuantity=quantity)], AT)
    asked = [
        [("code-value-quantity", "718-7$lt1")],
        [("code:text", "huyết sắc tố"), ("value-quantity", "0")],
        [("value-quantity", "0"), ("subject.name", "nguyen")],
        [("value-quantity", "0"), ("performer:missing", "true")],
        [("value-quantity", "0.005|http://unitsofmeasure.org|g")],
    ]
    before = [found("Observation", *pairs) for pairs in asked]
    assert before[:4] == [{one.key}] * 4
    assert len(before[4]) == 1
    for table in ("clinical_text", "clinical_number", "clinical_phrase"):
        db.execute(f"delete from {table}")
    phrases.KNOWN.clear()
    db.execute("update clinical_resource set present = null, self = null, tokens = tokens[1:4]")
    assert [found("Observation", *pairs) for pairs in asked] != before
    reindex()
    assert [found("Observation", *pairs) for pairs in asked] == before


@pytest.mark.django_db
def test_a_parameter_is_searchable_when_its_type_was_walked():
    results = [observation(f"r{i}", method={"text": "m", "coding": [{"code": "auto"}]}) for i in range(3)]
    actions.put_many(results, AT)
    define(definition("how", "token", "Observation", "Observation.method"))
    actions.put_many([observation("new", method={"coding": [{"code": "auto"}]})], AT)
    with pytest.raises(Exception, match="SSK-3280"):
        found("Observation", ("how", "auto"))
    report = reindex("Observation")
    assert report.parameters["Observation.how"] == [0, 12]  # of three rows; the new one had them
    assert report.mended == 3
    assert len(found("Observation", ("how", "auto"))) == 4
    assert reindex("Observation").mended == 0


@pytest.mark.django_db
def test_a_run_over_another_type_makes_nothing_searchable():
    define(definition("how", "token", ["Observation", "Condition"], "Observation.method | Condition.severity"))
    reindex("Condition")
    assert not found("Condition", ("how", "x"))
    with pytest.raises(Exception, match="SSK-3280"):
        found("Observation", ("how", "x"))


@pytest.mark.django_db
def test_a_changed_expression_has_to_be_walked_again_and_a_changed_sentence_not():
    actions.put_many([observation("a", bodySite={"text": "Tay"}, method={"text": "Máy"})], AT)
    define(definition("how", "string", "Observation", "Observation.method.text"))
    reindex("Observation")
    assert found("Observation", ("how", "may"))
    define(definition("how", "string", "Observation", "Observation.method.text", description="Cách đo"))
    assert found("Observation", ("how", "may"))
    define(definition("how", "string", "Observation", "Observation.bodySite.text"))
    with pytest.raises(Exception, match="SSK-3280"):
        found("Observation", ("how", "tay"))
    assert reindex("Observation").mended == 1
    assert found("Observation", ("how", "tay"))
    assert not found("Observation", ("how", "may"))


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "retired", "deleted"])
def test_what_is_not_active_is_no_parameter(status):
    made = definition("how", "token", "Observation", "Observation.method")
    define(made)
    reindex("Observation")
    assert found("Observation", ("how", "x")) == set()
    if status == "deleted":
        actions.remove_many([made.key], AT)
    else:
        actions.put_many([made._replace(body={**made.body, "status": status})], AT)
    look_anew()
    with pytest.raises(Exception, match="SSK-3001"):
        found("Observation", ("how", "x"))


@pytest.mark.django_db
def test_values_of_a_parameter_that_is_gone_go_with_the_next_run():
    made = definition("how", "date", "Observation", "Observation.issued")
    define(made)
    actions.put_many([observation("a", issued="2026-05-02T00:00:00Z")], AT)
    assert db.value("select count(*) from clinical_date where rid = %s", (observation("a").key,)) == 1
    actions.remove_many([made.key], AT)
    look_anew()
    assert reindex("Observation").parameters == {"Observation.?": [1, 0]}
    assert db.value("select count(*) from clinical_date where rid = %s", (observation("a").key,)) == 0


@pytest.mark.django_db
def test_a_composite_waits_for_its_own_walk():
    shared = {"status": "final", "code": {"text": "x"}, "subject": {"reference": f"Patient/{patient(PERSON).key}"}}
    parts = [{"code": {"coding": [{"code": "a"}]}, "valueString": "đỏ"}, {"code": {"coding": [{"code": "b"}]}}]
    actions.put_many([draft("Observation", "a", **shared, component=parts)], AT)
    define(
        definition(
            "shade",
            "composite",
            "Observation",
            "Observation.component",
            component=[
                part("Observation-component-code", "code"),
                part("Observation-value-string", "value.as(string)"),
            ],
        )
    )
    reindex("Observation")
    assert found("Observation", ("shade", "a$do"))
    assert not found("Observation", ("shade", "b$do"))
