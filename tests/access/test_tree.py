"""The tree against an independent implementation of RFC 6962, and the bytes of a line against each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import hypothesis.strategies as st
import pytest
import tamperlog.merkle as oracle
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given

from sosuckhoe.access.seal.canonical import Row, canonical
from sosuckhoe.access.seal.head import Head, as_words, from_words, signed
from sosuckhoe.access.seal.submission import Submission, read, written
from sosuckhoe.access.seal.tree import Frontier, leaf_hash, unpacked

KNOWN = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Roots of the first entries of Certificate Transparency's reference test."""

ENTRIES = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
]  # fmt: skip

hashes = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("size", sorted(KNOWN))
def test_roots_are_those_of_the_reference(size):
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES[:size]]
    assert Frontier().extended(leaves).root().hex() == KNOWN[size]


@given(st.lists(hashes, max_size=70), st.integers(0, 70))
def test_a_tree_grown_in_two_steps_is_the_oracles(leaves, cut):
    before = Frontier().extended(leaves[:cut])
    after = unpacked(before.size, before.packed()).extended(leaves[cut:])
    assert after.root() == oracle.merkle_root(leaves)
    proof = oracle.consistency_proof(before.size, leaves)
    oracle.verify_consistency(before.size, before.root(), after.size, after.root(), proof)


def test_a_frontier_of_the_wrong_size_is_refused():
    with pytest.raises(ValueError, match="subtrees"):
        unpacked(3, bytes(32))


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
big = st.integers(-(2**63), 2**63 - 1)
moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis wants them without
rows = st.builds(
    Row, big, big, big, moments, big, texts, texts, texts, texts, texts, st.none() | st.uuids(), texts, texts
)


@given(rows, rows)
def test_two_lines_have_the_same_bytes_only_when_they_are_the_same(one, other):
    assert (canonical(one) == canonical(other)) == (one == other)


@given(rows, st.sampled_from(Row._fields), st.data())
def test_a_change_of_any_column_changes_the_bytes(row, column, data):
    other = data.draw(rows)
    changed = row._replace(**{column: getattr(other, column)})
    assert (canonical(changed) == canonical(row)) == (changed == row)


def test_a_letter_that_moves_to_the_next_column_changes_the_bytes():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    row = Row(1, 2, 3, at, 4, "ab", "c", "", "", "", UUID(int=5), "", "")
    assert canonical(row) != canonical(row._replace(role="a", facility="bc"))
    assert canonical(row) != canonical(row._replace(at=at + timedelta(microseconds=1)))


KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()


def submission(before, leaves, number=1):
    after = before.extended(leaves)
    part = Frontier().extended(leaves).root()
    head = Head(number, datetime(2026, 1, 1, tzinfo=UTC), after.size, after.root(), part)
    return Submission(PUBLIC, signed(head, KEY), before, tuple(leaves))


@given(st.lists(hashes, max_size=9), st.lists(hashes, min_size=1, max_size=9))
def test_a_submission_survives_the_wire_and_has_no_fault(old, new):
    made = submission(Frontier().extended(old), new)
    assert read(written(made)) == made
    assert made.fault() == ""
    assert from_words(as_words(made.head)) == made.head


@given(st.lists(hashes, min_size=1, max_size=9), st.data())
def test_any_changed_byte_of_a_submission_is_a_fault(leaves, data):
    made = submission(Frontier().extended([bytes(32)] * 3), leaves)
    which = data.draw(st.integers(0, len(leaves) - 1))
    place = data.draw(st.integers(0, 31))
    spoilt = bytearray(leaves[which])
    spoilt[place] ^= data.draw(st.integers(1, 255))
    changed = (*leaves[:which], bytes(spoilt), *leaves[which + 1 :])
    assert made._replace(leaves=changed).fault() != ""
    signature = bytearray(made.head.signature)
    signature[place] ^= 1
    assert made._replace(head=made.head._replace(signature=bytes(signature))).fault() != ""
    assert made._replace(before=Frontier().extended([bytes(32)] * 2)).fault() != ""
