"""Both engines agree on made-up resources and views: rows over Python dicts, and SQL in DuckDB."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.base.errors import Problem
from tests.insight.views import engines

words = st.sampled_from(["a", "b", "Đặng", "đ", "'", "", "718-7", "%", "x y"])
texts = words.filter(bool)
dates = st.sampled_from(["2025", "2025-06", "2025-06-30", "2026-01-01", "2024-02"])
clocks = st.sampled_from(["2025-06-30T23:30:00+07:00", "2025-06-30T16:30:00.5Z", "2026-01-01T00:00:00.123+07:00"])
hours = st.sampled_from(["10:00:00", "10:00:00.000", "09:59:59.9999", "10:00", "23:59:59.5"])
numbers = st.one_of(st.integers(-1000, 1000), st.decimals(-100, 100, places=2).map(float))
references = st.sampled_from(["Patient/p1", "Group/g", "urn:uuid:1", "http://x/Patient/1", "Patient/p1/_history/3"])


def shaped(**fields):
    """A dict in which every field may be absent."""
    return st.fixed_dictionaries({}, optional=fields)


def some(items):
    return st.lists(items, min_size=1, max_size=3)


def filled(made):
    """JSON of FHIR has no empty objects."""
    return made.filter(bool)


codings = filled(shaped(system=texts, code=texts))
concepts = filled(shaped(coding=some(codings), text=texts))
quantities = filled(shaped(value=numbers, unit=texts))
extensions = st.fixed_dictionaries({"url": st.sampled_from(["urn:a", "urn:b"])}, optional={"valueString": texts})
values = st.one_of(
    st.just({}),
    quantities.map(lambda one: {"valueQuantity": one}),
    texts.map(lambda one: {"valueString": one}),
    st.booleans().map(lambda one: {"valueBoolean": one}),
    st.integers(-5, 5).map(lambda one: {"valueInteger": one}),
    clocks.map(lambda one: {"valueDateTime": one}),
    hours.map(lambda one: {"valueTime": one}),
)
times = st.one_of(
    st.just({}),
    st.one_of(dates, clocks).map(lambda one: {"effectiveDateTime": one}),
    filled(shaped(start=dates, end=clocks)).map(lambda one: {"effectivePeriod": one}),
)
components = st.builds(lambda code, value: {"code": code, **value}, concepts, values)
observations = st.builds(
    lambda name, rest, value, time: {"resourceType": "Observation", "id": name, **rest, **value, **time},
    st.sampled_from(["o1", "o2"]),
    shaped(
        status=texts,
        code=concepts,
        subject=filled(shaped(reference=references)),
        performer=some(filled(shaped(reference=references))),
        issued=clocks,
        category=some(concepts),
        component=some(components),
        extension=some(extensions),
    ),
    values,
    times,
)

TEXTS = [
    "status", "code.text", "code.coding.code.first()", "code.coding.where(system = 'a').code.join('-')", "id",
    "subject.getReferenceKey(Patient)", "getResourceKey()", "category.coding.code.join()", "value.ofType(string)",
    "extension('urn:a').value.ofType(string).first()", "category[1].text", "status & '/' & code.text", "'%'",
    "code.text + value.ofType(string)", "effective.ofType(dateTime).lowBoundary()", "code.select(coding.code).first()",
    "effective.ofType(Period).highBoundary()", "issued.highBoundary()", "category.text.where($this > 'a').first()",
    "%word", "component.where(value.exists()).code.text.join('|')", "performer.first().getReferenceKey()", "%day",
    "value.ofType(Quantity).unit.upper()", "component.code.coding.where(code = %word).system.first()",
    "iif(value.ofType(boolean), 'yes', status)", "value.ofType(time).lowBoundary()",
    "value.ofType(time).highBoundary()",
    "(category.text | component.code.text).join('+')", "category[%nth].text", "status.iif($this = 'a', 'A')",
    "iif(status.exists(), code.coding.code.first(), code.text)",
]  # fmt: skip
BOOLEANS = [
    "status = 'a'", "value.exists()", "code.coding.empty()", "value.ofType(boolean)", "(status = 'a').not()",
    "value.ofType(Quantity).value > 1.5", "value.ofType(integer) <= 2 and status.exists()", "status = %word",
    "effective.ofType(dateTime) < @2025-07", "issued >= @2025-06-30T16:30:00Z", "value.ofType(boolean) or true",
    "category.exists(coding.exists(code = 'b'))", "value.ofType(boolean) xor (status = 'b')", "code.coding.code = 'a'",
    "status = 'b' implies value.ofType(boolean)", "code.text != value.ofType(string)", "category.coding.code != 'a'",
    "effective.ofType(dateTime) = issued", "effective.ofType(Period).start > %day", "value.ofType(integer) = 'a'",
    "component.where(code.text = 'a').value.exists()", "code.text.contains('a')", "status.startsWith(code.text)",
    "status.matches('^[a-c]$')", r"code.text.matches('^\\w+$')", r"code.text.matches('\\d{3}-\\d')",
    "value is Quantity",
    "value is string", "value.is(dateTime)", "code.text.matches('x.y|%')", "value.ofType(time) > @T10:00",
    "value.ofType(time) = %clock", "value.ofType(time) < %clock", "status in category.coding.code",
    "component.code.text contains status", "('a' | status).exists($this = 'b')", "effective is Period",
]  # fmt: skip
NUMBERS = [
    "value.ofType(integer) + 1", "value.ofType(Quantity).value * 2", "component.count()", "value.ofType(integer) / 4",
    "value.ofType(Quantity).value - value.ofType(Quantity).value", "-value.ofType(integer)", "%rowIndex",
    "%rowIndex + 1", "value.ofType(integer) div 2", "value.ofType(integer) mod 3", "7 mod value.ofType(integer)",
    "status.length()", "(value.ofType(integer) | %rowIndex).count()", "iif(value.exists(), 1, 2)",
    "value.ofType(Quantity).value.lowBoundary()", "value.ofType(integer).highBoundary()", "%many * 2",
]  # fmt: skip
COLLECTIONS = [
    "category.coding.code",
    "category.text | component.code.text",
    "code.coding.code | 'a'",
    "component.value.ofType(string)",
    "performer.getReferenceKey()",
    "category.text",
]
OF_CODING = ["code", "system", "$this.code", "%resource.id", "code & %word", "%rowIndex", "system.exists()"]
OF_COMPONENT = ["code.text", "value.ofType(integer)", "value.exists()", "%rowIndex", "code.coding.code.join('+')"]
LOOPS = ["code.coding", "category.coding", "category.coding.where(code = 'a')", "component.code.coding"]
CONSTANTS = [
    {"name": "word", "valueString": "a"},
    {"name": "day", "valueDate": "2025-06-30"},
    {"name": "many", "valueDecimal": 2.5},
    {"name": "nth", "valueInteger": 1},
    {"name": "clock", "valueTime": "10:00:00"},
]


@st.composite
def views(draw):
    """A definition of what SQL can do."""
    counter = iter(range(1000))

    def column(path):
        return {"name": f"c{next(counter)}", "path": path}

    def loop(kind):
        inside = draw(st.booleans())
        if inside:
            nested = {kind: "code.coding", "column": [column(draw(st.sampled_from(OF_CODING)))]}
            outer = draw(st.sampled_from(["forEach", "forEachOrNull"]))
            return {outer: "component", "column": [column(draw(st.sampled_from(OF_COMPONENT)))], "select": [nested]}
        paths = draw(st.lists(st.sampled_from(OF_CODING), min_size=1, max_size=2))
        return {kind: draw(st.sampled_from(LOOPS)), "column": [column(path) for path in paths]}

    def union():
        name = f"c{next(counter)}"
        return {
            "unionAll": [
                {"forEach": draw(st.sampled_from(LOOPS)), "column": [{"name": name, "path": "code"}]},
                {"column": [{"name": name, "path": draw(st.sampled_from(TEXTS))}]},
                {"forEachOrNull": "component.code", "column": [{"name": name, "path": "text"}]},
            ]
        }

    own = draw(st.lists(st.sampled_from(TEXTS + BOOLEANS + NUMBERS), min_size=1, max_size=4))
    lists = draw(st.lists(st.sampled_from(COLLECTIONS), max_size=1))
    selects = [{"column": [column(path) for path in own] + [{**column(path), "collection": True} for path in lists]}]
    more = draw(st.lists(st.sampled_from(["forEach", "forEachOrNull", "union"]), max_size=2))
    selects += [union() if kind == "union" else loop(kind) for kind in more]
    wheres = [{"path": path} for path in draw(st.lists(st.sampled_from(BOOLEANS), max_size=1))]
    return {"resource": "Observation", "constant": CONSTANTS, "where": wheres, "select": selects}


@given(views(), st.lists(observations, min_size=1, max_size=4))
@settings(max_examples=60)
def test_both_engines_make_the_same_rows(view, resources):
    assert answer(engines.by_sql, view, resources) == answer(engines.plain, view, resources)


def answer(engine, view, resources):
    try:
        return engine(view, resources)
    except Problem as problem:
        return problem.number


@pytest.mark.parametrize("paths", [TEXTS, BOOLEANS, NUMBERS])
def test_every_expression_of_these_has_sql(paths):
    """What hypothesis draws is run by both engines, so none of it may fall to one of them alone."""
    columns = [{"name": f"c{at}", "path": path} for at, path in enumerate(paths)]
    assert engines.by_sql({"resource": "Observation", "constant": CONSTANTS, "select": [{"column": columns}]}, []) == []
