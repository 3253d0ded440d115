"""Not more calls a second than the other side allows: a bucket of tokens that fills steadily. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """`a_second` calls on average, `at_once` in a burst. Moments are seconds of a steady clock."""

    a_second: float = 20.0
    at_once: float = 20.0
    left: float = 20.0
    seen: float = 0.0

    def take(self, now: float) -> float:
        """Take a place; how many seconds to wait before it comes."""
        self.left = min(self.at_once, self.left + max(0.0, now - self.seen) * self.a_second)
        self.seen = now
        self.left -= 1
        return max(0.0, -self.left / self.a_second)
