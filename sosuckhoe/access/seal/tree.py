"""A Merkle tree that only grows. https://www.rfc-editor.org/rfc/rfc6962#section-2.1

Only its frontier is kept: the roots of the complete subtrees, largest first, one for each bit that is set in the
size. So a leaf costs two hashes on average and the state of a tree of a billion leaves is under a kilobyte.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32


def leaf_hash(content: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier(NamedTuple):
    """A tree of `size` leaves by the roots of its complete subtrees."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """The tree with more leaf hashes at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, carry = leaf, size
            while carry & 1:
                node = node_hash(peaks.pop(), node)
                carry >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The Merkle Tree Hash of all leaves."""
        if not self.peaks:
            return sha256(b"").digest()
        *larger, found = self.peaks
        for peak in reversed(larger):
            found = node_hash(peak, found)
        return found

    def packed(self) -> bytes:
        """The subtrees' roots one after the other."""
        return b"".join(self.peaks)


def unpacked(size: int, packed: bytes) -> Frontier:
    """The frontier of a size from `Frontier.packed`. ValueError when they cannot belong together."""
    if len(packed) != size.bit_count() * HASH_BYTES:
        raise ValueError("these subtrees are not those of a tree of this size")
    return Frontier(size, tuple(hashes_in(packed)))


def hashes_in(packed: bytes) -> list[bytes]:
    """The hashes that stand one after the other. ValueError when the last one is cut off."""
    if len(packed) % HASH_BYTES:
        raise ValueError("a hash is cut off")
    return [packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)]
