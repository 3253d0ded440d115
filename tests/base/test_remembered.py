"""What a process remembers of texts is bounded by bytes, and is what was computed."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base.remembered import remembered
from sosuckhoe.clinical.search import phrase, token, uri

ASKED = []


@remembered(4, 10)
def doubled(first: str, second: str) -> str:
    ASKED.append(first)
    return f"{first}{second}" * 2


@given(st.text(max_size=12), st.text(max_size=12))
def test_it_answers_as_the_function_does(first, second):
    assert doubled(first, second) == doubled(first, second) == f"{first}{second}" * 2


def test_short_questions_are_asked_once_and_long_ones_each_time():
    ASKED.clear()
    for _ in range(3):
        doubled("ab", "cd")
        doubled("ab" * 20, "cd")
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
