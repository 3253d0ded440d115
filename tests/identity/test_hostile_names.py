"""Names that no file of a hospital tells: marks without letters, and texts of megabytes."""

import pytest

from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import levels, names
from sosuckhoe.identity.compare.names import drops, spelling
from sosuckhoe.identity.compare.score import score


@pytest.mark.parametrize(
    "name", ["Nguyễn \u0323 An", "\u0301 \u0301 \u0301", "Trần \u0309\u0309 Văn \u0323 B", "\u0323"]
)
def test_a_mark_without_a_letter_is_no_word(name):
    told = spelling(name)
    assert all(told.bare)
    assert all(all(words) for words in drops(told))
    one = Claim(name, "1960-05-02", "female", "79001", (Identifier("cccd", "079160000001"),))
    assert score(one, Claim("Nguyễn An", "1960-05-02", "female", "79001")).verdict


def test_a_long_text_is_compared_by_its_beginning_and_costs_no_more_than_a_name():
    long = "Nguyễn " + " ".join(f"x{number}" for number in range(200_000))
    told = spelling(long)
    assert told == spelling(long[:255])
    assert drops(told) == frozenset()
    one, other = (Claim(name, "1960-05-02", "female", "79001") for name in (long, f"{long} An"))
    assert score(one, other).levels["name"] == "exact"


def test_long_texts_are_not_remembered():
    before = names._spelling.cache_info().currsize, levels._digits.cache_info().currsize
    spelling("Lan " * 100_000)
    spelling("Lan " * 200_000)
    assert levels.digits("0912345678" * 100_000) == ""
    assert names._spelling.cache_info().currsize <= before[0] + 1
    assert levels._digits.cache_info().currsize == before[1]
