"""Words with their moments: what is known does not hang on the order in which they were heard."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.identity import dated, known
from sosuckhoe.identity.claim import Claim, Identifier

NAMES = st.sampled_from(["Nguyễn Thị Lan", "NGUYEN THI LAN", "Nguyễn Lan", "Lan Nguyễn Thị", ""])
BIRTHS = st.sampled_from(["", "1960", "1960-05", "1960-05-02", "1960-05-03"])
NUMBERS = st.lists(
    st.sampled_from([Identifier("cccd", "1"), Identifier("bhyt", "2"), Identifier("record", "a/1")]), unique=True
)
WORDS = st.builds(
    Claim,
    name=NAMES,
    birth=BIRTHS,
    sex=st.sampled_from(["", "female", "male"]),
    facility=st.just(""),
    identifiers=NUMBERS.map(tuple),
    phone=st.sampled_from(["", "0900000001", "0900000002"]),
    address=st.sampled_from(["", "12 Lê Lợi", "3 Hai Bà Trưng"]),
    extra=st.dictionaries(st.just("married"), st.sampled_from(["2001-01-01", "2002-02-02"]), max_size=1),
)
MOMENTS = st.sampled_from([f"2026-01-0{day}T00:00:00" for day in range(1, 5)])

TOLD = st.lists(st.tuples(WORDS, MOMENTS), min_size=1, max_size=5)


def heard(words):
    (first, when), *rest = words
    return reduce(lambda so_far, word: dated.join(so_far, *word, since=""), rest, dated.first(first, when))


@given(TOLD.flatmap(lambda words: st.tuples(st.just(words), st.permutations(words))))
def test_the_order_does_not_matter(orders):
    one, other = (heard(words) for words in orders)
    assert one.extra == other.extra
    assert (one.name, one.birth, one.sex, one.phone, one.address) == (
        other.name, other.birth, other.sex, other.phone, other.address
    )  # fmt: skip
    assert set(one.identifiers) == set(other.identifiers)


@given(st.lists(st.tuples(WORDS, MOMENTS), min_size=1, max_size=4))
def test_the_same_word_again_changes_nothing(words):
    so_far = heard(words)
    for word in words:
        again = dated.join(so_far, *word, since="")
        assert again.extra == so_far.extra
        assert (again.name, again.phone) == (so_far.name, so_far.phone)


def word(**more):
    return Claim(**{"name": "Nguyễn Thị Lan", "birth": "1960", "sex": "", "facility": "", **more})


def test_the_newest_word_counts_and_silence_never_erases():
    later, silent = word(phone="0900000002"), word()
    so_far = dated.first(word(phone="0900000001"), "2026-01-01T00:00:00")
    so_far = dated.join(so_far, later, "2026-01-03T00:00:00", "")
    assert dated.join(so_far, silent, "2026-01-04T00:00:00", "").phone == "0900000002"


def test_what_was_known_before_counts_with_its_own_moment():
    before = word(phone="0900000001")
    older = dated.join(before, word(phone="0900000002"), "2026-01-01T00:00:00", "2026-02-01T00:00:00")
    newer = dated.join(before, word(phone="0900000002"), "2026-03-01T00:00:00", "2026-02-01T00:00:00")
    assert (older.phone, newer.phone) == ("0900000001", "0900000002")


def test_what_is_settled_stays():
    settled = known.settle(word(), ["name"])
    heard_of = dated.join(settled, word(name="Nguyễn Thị Lan Anh", birth="1960-05-02"), "2026-03-01T00:00:00", "")
    assert (heard_of.name, heard_of.birth) == ("Nguyễn Thị Lan", "1960-05-02")
