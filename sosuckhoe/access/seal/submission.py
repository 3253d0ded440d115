"""What the sealer says to the witness: a head, and everything needed to see that it only adds to the one before."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, NamedTuple

import orjson

from sosuckhoe.access.seal.head import SignedHead, as_words, from_words
from sosuckhoe.access.seal.tree import Frontier, hashes_in, unpacked


class Submission(NamedTuple):
    """`before` is the tree that the last head covered, `leaves` are the leaf hashes that this one adds."""

    key: bytes
    head: SignedHead
    before: Frontier
    leaves: tuple[bytes, ...]

    def fault(self) -> str:
        """Why this is no signed head over `before` with `leaves` added; "" when it is one."""
        head = self.head.head
        after = self.before.extended(self.leaves)
        if not self.head.is_signed_by(self.key):
            return "the signature is not the key's"
        if (after.size, after.root()) != (head.size, head.root):
            return "the lines do not lead to this head"
        return "" if Frontier().extended(self.leaves).root() == head.part else "the lines are not this seal's"


def written(submission: Submission) -> bytes:
    """One line of JSON."""
    words = {
        "key": submission.key.hex(),
        "head": as_words(submission.head),
        "before": {"size": submission.before.size, "peaks": submission.before.packed().hex()},
        "leaves": b64encode(b"".join(submission.leaves)).decode(),
    }
    return orjson.dumps(words) + b"\n"


def read(line: bytes) -> Submission:
    """A submission from `written`. KeyError, TypeError or ValueError when it is none."""
    words: dict[str, Any] = orjson.loads(line)
    before = unpacked(int(words["before"]["size"]), bytes.fromhex(words["before"]["peaks"]))
    leaves = hashes_in(b64decode(words["leaves"], validate=True))
    return Submission(bytes.fromhex(words["key"]), from_words(words["head"]), before, tuple(leaves))
