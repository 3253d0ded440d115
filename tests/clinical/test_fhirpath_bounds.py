"""Expressions that somebody sends end in time, and hold no more than memory has."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace

import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.fhirpath import Allowance, ExecutionProblem, Outside, compile_expression
from sosuckhoe.clinical.fhirpath import allowance as bounds
from sosuckhoe.clinical.graphql import answer, question
from sosuckhoe.clinical.patch import fhirpath_patch
from sosuckhoe.insight.views import definition, rows
from tests.cheaply import cheaply

NAMES = {"resourceType": "Patient", "name": [{"text": f"x{number}"} for number in range(3_000)]}
LOOPS = (
    "name.where(text in %resource.name.text).count() > 0",
    "name.where(%resource.name.where(%resource.name.where(text = 'y').exists()).exists()).exists()",
    "name.all(%resource.name.all(text.exists()))",
    "name.aggregate($total + %resource.name.where(text = 'y').count(), 0)",
    "name.select(id | text | %resource.name.text).count()",
    "name.repeat(%resource.name.text).exists()",
    "name.distinct().count()",
    "name.intersect(name).count()",
)
LARGE = (
    "'a'.replace('', 'aaaaaaaaaaaaaaaa')" + ".replace('', 'aaaaaaaaaaaaaaaa')" * 8,
    "'a'" + ".encode('hex')" * 40,
    "'a'.replaceMatches('a', '$0$0$0$0$0$0$0$0$0$0$0$0')" + ".replaceMatches('.*', '$0$0$0$0$0$0$0$0')" * 8,
    "'a'" + ".replaceMatches('a', 'aaaaaaaaaaaaaaaa')" * 8,
    "name.select(text.toChars().join('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" + ".toChars().join('aaaaaaaa')" * 7 + ")",
    "name.select(%resource.name).select(%resource.name).count()",
    "name.aggregate($total.combine($total), 1).count()",
)
PATTERNS = ("'^(a+)+$'", "'(a|aa)+$'", "'(.*a){25}!!'")


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_within_loops_ends_when_the_allowance_does(text):
    def ended():
        with pytest.raises(Problem, match="SSK-3481"), Allowance(0.1).spent():
            compile_expression(text).evaluate(NAMES)

    cheaply(ended, seconds=1)


@pytest.mark.parametrize("text", LARGE)
def test_what_grows_past_a_record_is_no_value(monkeypatch, text):
    monkeypatch.setattr(bounds, "MOST_VALUES", 10_000)
    with pytest.raises(ExecutionProblem):
        compile_expression(text).evaluate(NAMES)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("function", ["matches({})", "matchesFull({})", "replaceMatches({}, 'b')"])
def test_a_pattern_that_takes_for_ever_ends(monkeypatch, pattern, function):
    monkeypatch.setattr("sosuckhoe.clinical.fhirpath.texts.PATTERN_SECONDS", 0.05)
    text = "'" + "a" * 5_000 + "!'"

    def looked_for():
        with suppress(ExecutionProblem):
            compile_expression(f"{text}.{function.format(pattern)}").evaluate(NAMES)

    cheaply(looked_for, seconds=2)


def test_ordinary_texts_and_patterns_are_as_before():
    for text, expected in {
        "'Nguyễn Thị Lan'.replace('Thị ', '')": ["Nguyễn Lan"],
        "'11/30/1972'.replaceMatches('(\\\\d+)/(\\\\d+)/(\\\\d+)', '$2-$1-$3')": ["30-11-1972"],
        "'abc'.replaceMatches('b', '')": ["ac"],
        "'a'.encode('hex')": ["61"],
        "'Đỗ'.matches('^[\\\\w]+$')": [True],
        "name.text.first().matchesFull('x\\\\d')": [True],
    }.items():
        assert compile_expression(text).evaluate(NAMES) == expected, text


def test_an_allowance_is_spent_over_all_expressions():
    allowance = Allowance(0.05)

    def evaluated():
        with allowance.spent():
            return compile_expression("name.where(text = 'y').exists()").evaluate(NAMES)

    assert evaluated() == [False]
    with pytest.raises(Problem, match="SSK-3481"):
        [evaluated() for _ in range(100_000)]


def test_a_view_ends_when_its_allowance_does():
    loop = [{"forEach": "%resource.name.where(false)", "column": [{"name": "t", "path": "text"}]}]
    for path in ("%resource.name", "%resource.name.where(text='x1')"):
        select = [{"forEach": "name", "select": [{"forEach": path, "select": loop}]}]
        ready = rows.plan(definition.read({"resource": "Patient", "select": select}))
        with pytest.raises(Problem, match="SSK-3481"):
            list(rows.rows(ready, [NAMES], seconds=0.1))


def test_a_patch_ends_when_its_allowance_does(monkeypatch):
    monkeypatch.setattr(fhirpath_patch, "MOST_SECONDS", 0.1)
    part = [{"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": f"Patient.{LOOPS[1]}"}]
    with pytest.raises(Problem, match="SSK-3481"):
        fhirpath_patch.apply(NAMES, {"parameter": [{"name": "operation", "part": part}]})


def test_a_question_ends_when_its_allowance_does(monkeypatch):
    monkeypatch.setattr(answer, "MOST_SECONDS", 0.05)
    asked = question.read(f'{{ name(fhirpath: "{" and ".join(["text.exists()"] * 100)}") {{ text }} }}')
    made = answer.Answer(asked, SimpleNamespace(outside=Outside()))
    with pytest.raises(Problem, match="SSK-3481"):
        made.of_resource(NAMES)


@pytest.mark.parametrize("text", ["<" * 100_000, "<!--" * 50_000, "<img " * 50_000])
def test_what_is_no_narrative_is_told_at_once(text):
    checks, note = compile_expression("text.htmlChecks()"), {"resourceType": "Annotation", "text": text}
    assert cheaply(lambda: checks.evaluate(note, type_name="Annotation"), seconds=1) == [False]


def test_values_that_are_flattened_are_gathered_once():
    asked = question.read("{name @flatten{text}}", "", {})
    names = {"resourceType": "Patient", "name": [{"text": "x"}] * 60_000}
    told = cheaply(lambda: answer.Answer(asked, None).of_resource(names), seconds=2)
    assert told == {"text": ["x"] * 60_000}
