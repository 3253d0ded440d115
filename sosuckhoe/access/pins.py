"""PINs that are guessed first: one figure, runs, repeated pairs, the birth date. Pure."""

from __future__ import annotations

_RUNS = ("01234567890", "09876543210")


def is_weak(pin: str, born: str) -> bool:
    """Whether a PIN of six figures is among those that are tried first. `born`: an ISO date, perhaps not whole."""
    is_repeated = any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3))
    return is_repeated or any(pin in run for run in _RUNS) or pin in _of_birth(born)


def _of_birth(born: str) -> set[str]:
    """'1960-03-12' → 120360, 600312, 031260, 121960, 031960, 196003."""
    year, _, rest = born.partition("-")
    month, _, day = rest.partition("-")
    short = year[-2:]
    return {
        day + month + short, short + month + day, month + day + short, day + year, month + year, year + month,
    }  # fmt: skip
