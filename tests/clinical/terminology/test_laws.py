"""What must hold of any list: order, pages, searches. The plain way of doing it judges the quick one."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.base.text import fold
from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import expanding, parsed
from sosuckhoe.clinical.terminology.expanding import Wish
from sosuckhoe.clinical.terminology.index import Index

ROLES = terminology.BUILT_IN.system("http://terminology.hl7.org/CodeSystem/v3-RoleCode")
CODE = st.sampled_from(ROLES.codes)
WORDS = ["bệnh", "tả", "ta", "Đái", "tháo", "dai", "phổi", "A00.1", "a00", "x-ray", "(nhẹ)"]
NAME = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
LINES = st.lists(st.tuples(st.sampled_from(["A00", "A00.1", "b-2", "C"]), st.lists(NAME, max_size=2)), max_size=12)


@given(CODE, CODE, CODE)
@settings(max_examples=60, deadline=None)
def test_standing_below_is_a_partial_order(one, two, three):
    assert ROLES.is_below(one, one)
    assert not (ROLES.is_below(one, two) and ROLES.is_below(two, one)) or one == two
    assert not (ROLES.is_below(one, two) and ROLES.is_below(two, three)) or ROLES.is_below(one, three)
    assert ROLES.is_below(one, two) == (one in ROLES.below(two)) == (two in ROLES.above(one))


@st.composite
def trees(draw):
    """A CodeSystem resource of a few codes, nested at random, some of which stand twice."""
    codes = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8))
    roots, last = [], None
    for code in codes:
        concept = {"code": code}
        siblings = last.setdefault("concept", []) if last is not None and draw(st.booleans()) else roots
        siblings.append(concept)
        last = concept
    return {"resourceType": "CodeSystem", "url": "http://x", "content": "complete", "concept": roots}


def edges(concepts, parent=None):
    for concept in concepts:
        if parent not in {None, concept["code"]}:
            yield parent, concept["code"]
        yield from edges(concept.get("concept", []), concept["code"])


@given(trees())
@settings(max_examples=80, deadline=None)
def test_a_resource_becomes_the_tree_that_it_nests(resource):
    system = parsed.code_system(resource)
    expected = set(edges(resource["concept"]))
    found = {(system.codes[parent], code) for row, code in enumerate(system.codes) for parent in system.parents_of(row)}
    assert found == expected


@given(st.integers(1, 50), st.sampled_from(["", "f", "adopted", "step"]))
@settings(max_examples=20, deadline=None)
def test_pages_are_the_whole_in_order(count, text):
    members = terminology.codes_in("http://terminology.hl7.org/ValueSet/v3-RoleCode")
    whole = expanding.expand(members, Wish(text))
    pages = [
        expanding.expand(members, Wish(text, offset, count)).contains for offset in range(0, whole.total + 1, count)
    ]
    assert [one for page in pages for one in page] == whole.contains
    assert len(whole.contains) == whole.total == len({(one["system"], one["code"]) for one in whole.contains})


def plainly(lines, text):
    """The rows by looking at each: every word begins a word, or all of them together begin the code."""
    wanted = re.sub(r"\W+", " ", fold(text)).split()
    for row, (code, names) in enumerate(lines):
        words = re.sub(r"\W+", " ", fold(" ".join((code, *names)))).split()
        together = re.sub(r"\W+", "", fold(code))
        if together.startswith("".join(wanted)) or all(any(word.startswith(one) for word in words) for one in wanted):
            yield row


@given(LINES, NAME)
@settings(max_examples=150, deadline=None)
def test_a_search_finds_what_looking_at_each_line_finds(lines, text):
    found = list(Index(lines).find(text))
    assert sorted(found) == list(plainly(lines, text))
    assert len(found) == len(set(found))


def test_marks_that_were_typed_come_first():
    index = Index([("1", ["Bệnh ta"]), ("2", ["Bệnh tả"]), ("3", ["Tảo"])])
    assert list(index.find("tả")) == [1, 2, 0]
    assert list(index.find("ta")) == [0, 1, 2]
