"""A system that fails again and again is left in peace for a while, so that nobody waits for it in vain. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row. Moments are seconds of a steady clock.

    After `most_failures` nothing is sent for `rest_seconds`; then one call is let through, and decides.
    """

    most_failures: int = 5
    rest_seconds: float = 30.0
    failures: int = 0
    opened: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the system has failed so often that it is left in peace."""
        return self.failures >= self.most_failures

    def allows(self, now: float) -> bool:
        """Whether a call may go out now. Letting the one trial through begins the rest anew."""
        if not self.is_open:
            return True
        if now < self.opened + self.rest_seconds:
            return False
        self.opened = now
        return True

    def succeeded(self) -> None:
        """The system has answered."""
        self.failures = 0

    def failed(self, now: float) -> None:
        """The system has not answered, or not as it should."""
        self.failures += 1
        self.opened = now
