"""Keys carry their bucket, sort by the second of their birth, and are derived from what they are made of."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import keys

buckets = st.integers(0, keys.BUCKETS - 1)
moments = st.integers(31_536_000, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
parts = st.lists(st.text(max_size=8), min_size=1, max_size=4)


@given(buckets, moments)
def test_a_new_key_carries_its_bucket_and_is_ours(bucket, at):
    key = keys.new_key(bucket, at)
    assert keys.bucket_in(key) == bucket
    assert keys.is_made_here(key)
    assert key.version == 8


@given(buckets, moments, parts)
def test_a_derived_key_is_always_the_same(bucket, at, made_of):
    assert keys.derived_key(bucket, at, *made_of) == keys.derived_key(bucket, at, *made_of)


@given(buckets, moments, parts, parts)
def test_other_parts_give_another_key(bucket, at, one, other):
    same = keys.derived_key(bucket, at, *one) == keys.derived_key(bucket, at, *other)
    assert same == ("\x1f".join(one) == "\x1f".join(other))


@given(buckets, moments)
def test_later_keys_of_a_bucket_sort_later(bucket, at):
    assert keys.new_key(bucket, at) < keys.new_key(bucket, at + timedelta(seconds=1))


@given(st.integers(1, 2**62))
def test_every_person_has_a_bucket(person):
    assert 0 <= keys.bucket_of(person) < keys.BUCKETS


def test_neighbours_part():
    assert len({keys.bucket_of(person) for person in range(1, 1001)}) > 990
