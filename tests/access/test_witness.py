"""What the witness refuses: it has only hashes and a signature to judge by, and needs no more."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosuckhoe.access import witness
from sosuckhoe.access.seal.head import Head, signed
from sosuckhoe.access.seal.submission import Submission
from sosuckhoe.access.seal.tree import Frontier

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
START = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW, OTHER = [b"a" * 32] * 3, [b"b" * 32] * 2, [b"c" * 32] * 2


def submission(number, before, leaves, key=KEY, **head):
    tree = Frontier().extended(before)
    after = tree.extended(leaves)
    facts = {"size": after.size, "root": after.root(), "part": Frontier().extended(leaves).root(), **head}
    made = signed(Head(number, START + timedelta(seconds=number), **facts), key)
    return Submission(key.public_key().public_bytes_raw(), made, tree, tuple(leaves))


@pytest.fixture
def keeper(tmp_path):
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        assert keeper.keep(submission(1, [], OLD)) == ""
        yield keeper


@pytest.mark.parametrize(
    ("offered", "why"),
    [
        (submission(2, OLD, NEW, OTHER_KEY), "another key signed the heads before"),
        (submission(3, OLD, NEW), "the head after 1 is awaited"),
        (submission(1, [], OTHER), "the head after 1 is awaited"),
        (submission(2, OTHER, NEW), "the tree before is not that of head 1"),
        (submission(2, OLD[:2], NEW), "the tree before is not that of head 1"),
        (submission(2, [*OLD[:2], NEW[0]], NEW), "the tree before is not that of head 1"),
        (submission(2, OLD, NEW, root=b"x" * 32), "the lines do not lead to this head"),
        (submission(2, OLD, NEW, size=6), "the lines do not lead to this head"),
        (submission(2, OLD, NEW, part=b"x" * 32), "the lines are not this seal's"),
        (
            submission(2, OLD, NEW)._replace(head=submission(2, OLD, NEW, OTHER_KEY).head),
            "the signature is not the key's",
        ),
    ],
)
def test_what_does_not_only_add_is_refused_and_leaves_nothing(keeper, tmp_path, offered, why):
    before = (tmp_path / "heads").read_bytes()
    assert keeper.keep(offered) == why
    assert (tmp_path / "heads").read_bytes() == before
    assert keeper.keep(submission(2, OLD, NEW)) == "", "the right one is still taken"


def test_what_is_kept_already_is_kept_once(keeper, tmp_path):
    assert keeper.keep(submission(1, [], OLD)) == ""
    assert len(witness.heads_in(tmp_path / "heads")[1]) == 1


def test_a_first_head_with_a_fault_fixes_no_key(tmp_path):
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        assert keeper.keep(submission(1, [], OLD, OTHER_KEY, size=9)) != ""
        assert keeper.keep(submission(1, [], OLD)) == ""
    key, _ = witness.heads_in(tmp_path / "heads")
    assert key == KEY.public_key().public_bytes_raw()


def test_a_witness_that_starts_again_knows_its_key_and_its_last_head(tmp_path):
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        keeper.keep(submission(1, [], OLD))
    with contextlib.closing(witness.Keeper(tmp_path)) as keeper:
        assert keeper.keep(submission(2, OLD, NEW, OTHER_KEY)) == "another key signed the heads before"
        assert keeper.keep(submission(1, [], OTHER)) == "the head after 1 is awaited"
        assert keeper.keep(submission(2, OLD, NEW)) == ""
    assert (tmp_path / "heads").stat().st_mode & 0o777 == 0o600
