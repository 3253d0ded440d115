"""What a process remembers of texts is bounded by bytes, and is what was computed."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import phrase, token, uri

ASKED = []


@remembered(4, 10)
def one(start: bytes, text: str) -> str:
    ASKED.append(text)
    return f"{start!r}{text}"


@remembered(4, 10)
def two(start: bytes, first: str, second: str) -> str:
    return f"{start!r}{first}|{second}"


@remembered(4, 10)
def three(start: bytes, first: str, second: str, third: str) -> str:
    return f"{start!r}{first}|{second}|{third}"


@pytest.mark.parametrize(("function", "texts"), [(one, 1), (two, 2), (three, 3)])
@given(data=st.data())
def test_it_answers_as_the_function_does(function, texts, data):
    asked = b"a", *(data.draw(st.text(max_size=12)) for _ in range(texts))
    assert function(*asked) == function(*asked) == function.__wrapped__(*asked)


@pytest.mark.parametrize(("function", "asked"), [(two, ("abcde", "f")), (three, ("abc", "de", "f"))])
def test_the_texts_count_together(function, asked):
    short, long = asked, (*asked[:-1], "f" * 6)
    assert function(b"", *short) is function(b"", *short)
    assert function(b"", *long) is not function(b"", *long)


def test_short_questions_are_asked_once_and_long_ones_each_time():
    ASKED.clear()
    for _ in range(3):
        one(b"", "ab")
        one(b"", "ab" * 20)
    assert ASKED == ["ab", "ab" * 20, "ab" * 20, "ab" * 20]


def test_texts_of_any_length_leave_nothing_behind():
    """300 displays, texts, codes and addresses of 100,000 letters are 120 MB where they are remembered."""
    start = b"\0" * 8
    tracemalloc.start()
    for number in range(300):
        long = f"Đường huyết {number} " + "ộ" * 100_000
        assert len(phrase.phrase(start, long)) == 1
        token._named_elements(start, "http://loinc.org", long, long)
        token.coding_elements(start, long, "1")
        uri._elements(start, long)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3_000_000
