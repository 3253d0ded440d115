"""The demo: a small province, so that the first start shows a book that is not empty."""

from __future__ import annotations


def load_demo() -> None:
    """Load the demo province unless it is there already."""


def who_can_sign_in() -> list[str]:
    """The people of the demo, one line each: what to type, and who that is."""
    return []
