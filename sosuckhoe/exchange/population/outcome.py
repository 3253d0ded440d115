"""What came of a change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DONE, SAME, LATE, HELD, STRANGER = "done", "same", "late", "held", "stranger"
"""Applied; known already; an older one of its kind; it waits for somebody (desk.py); nobody here has the number."""

REFUSED = "refused"
"""It was held, and somebody said that it is not meant for whom we know."""


FAILED = "failed"
"""This program itself failed at it: it is set aside with its page and tried again every night (changes.py)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`word` is one of those above; `person` whom it touched, 0 for nobody; `touches` what else hangs on it."""

    word: str
    person: int = 0
    touches: Mapping[str, list[int]] = field(default_factory=dict)
