"""The rules of a value set, each operator once. https://hl7.org/fhir/R4/valueset.html#compositions"""

import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import parsed

LIST = {
    "resourceType": "CodeSystem", "url": "http://x/cs", "content": "complete", "caseSensitive": False,
    "concept": [
        {"code": "a", "display": "one", "concept": [
            {"code": "a1", "property": [{"code": "floor", "valueInteger": 1}]},
            {"code": "a2", "property": [{"code": "floor", "valueInteger": 2}], "concept": [{"code": "a21"}]},
        ]},
        {"code": "b", "property": [{"code": "notSelectable", "valueBoolean": True}]},
    ],
}  # fmt: skip


class Shelf:
    """A library of one system and the value sets that a case brings."""

    def __init__(self, **sets):
        self.sets = sets

    def system(self, url, version=""):
        return parsed.code_system(LIST) if url == "http://x/cs" else None

    def value_set(self, url, version=""):
        return self.sets.get(url)


def codes(compose, **sets):
    return [one.code for one in terminology.compose({"compose": compose}, Shelf(**sets))]


def part(*filters, **more):
    named = [dict(zip(("property", "op", "value"), one, strict=True)) for one in filters]
    return {"system": "http://x/cs", **({"filter": named} if named else {}), **more}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([], ["a", "a1", "a2", "a21", "b"]),
        ([("concept", "is-a", "a2")], ["a2", "a21"]),
        ([("concept", "descendent-of", "a2")], ["a21"]),
        ([("concept", "is-not-a", "a")], ["b"]),
        ([("concept", "generalizes", "a21")], ["a", "a2", "a21"]),
        ([("floor", "=", "2")], ["a2"]),
        ([("floor", "in", "1,2")], ["a1", "a2"]),
        ([("floor", "not-in", "1,2")], ["a", "a21", "b"]),
        ([("floor", "exists", "true")], ["a1", "a2"]),
        ([("code", "regex", "a[0-9]")], ["a1", "a2"]),
        ([("display", "=", "one")], ["a"]),
        ([("parent", "=", "a2")], ["a21"]),
        ([("child", "=", "a21")], ["a2"]),
        ([("notSelectable", "=", "true")], ["b"]),
        ([("concept", "is-a", "a"), ("floor", "exists", "false")], ["a", "a21"]),
    ],
)
def test_filters(filters, found):
    assert codes({"include": [part(*filters)]}) == found


def test_lists_exclusions_and_other_value_sets():
    deep = {"compose": {"include": [part(("concept", "is-a", "a2"))]}}
    assert codes({"include": [part(concept=[{"code": "b"}, {"code": "a"}])]}) == ["b", "a"]
    assert codes({"include": [part()], "exclude": [part(("concept", "is-a", "a"))]}) == ["b"]
    assert codes({"include": [{"valueSet": ["deep"]}]}, deep=deep) == ["a2", "a21"]
    assert codes({"include": [part(concept=[{"code": "a1"}, {"code": "a2"}], valueSet=["deep"])]}, deep=deep) == ["a2"]
    assert codes({"include": [part(), part(concept=[{"code": "a"}])]}) == ["a", "a1", "a2", "a21", "b"]


def test_codes_are_compared_as_their_system_compares_them():
    system = parsed.code_system(LIST)
    assert system.has("A21")
    assert system.is_below("A21", "a")


def test_what_is_not_here_is_unknown():
    include = [part(("colour", "=", "red")), {"valueSet": ["none"]}]
    made = terminology.compose({"compose": {"include": include}}, Shelf())
    assert made.unknown == {"http://x/cs", "none"}
    assert list(made) == []


@pytest.mark.parametrize("kind", ["include", "exclude", "valueSet"])
def test_a_value_set_of_too_many_parts_is_refused(kind):
    """Each part may be a whole system: two thousand of them took a process a quarter of a minute."""
    many = [{"system": "http://hl7.org/fhir/sid/icd-10"}] * 201
    compose = {"include": [{"valueSet": ["urn:none"] * 201}]} if kind == "valueSet" else {kind: many}
    with pytest.raises(Problem, match="SSK-1190"):
        terminology.compose({"compose": compose}, Shelf())
