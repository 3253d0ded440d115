"""A small numbered family of errors, one plain sentence each in both languages.

The sentences stand in `data/errors.yaml`. They name places and rules, never a value from a record.
Doors map them once: a page, an OperationOutcome, an exit code.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Sentence(NamedTuple):
    """What an error says: its HTTP status and the same sentence in both languages."""

    status: int
    vi: str
    en: str


class Problem(Exception):  # noqa: N818 -- it is the field's word (RFC 9457), and not every one is an error of ours
    """Something that a user or a sender can mend. `places` fill the sentence: tables, rows, fields, limits.

    `where` is the part of what was sent that it is about (`Bundle.entry[3]`), where there are several.
    """

    where: str = ""

    def __init__(self, number: str, **places: object) -> None:
        self.number = number
        self.places = places
        super().__init__(f"{number}: {self.vi}")

    def __reduce__(self) -> tuple[Any, ...]:
        """A problem may be handed from process to process."""
        return _again, (type(self), dict(vars(self)))

    @property
    def status(self) -> int:
        return sentences()[self.number].status

    @property
    def vi(self) -> str:
        return sentences()[self.number].vi.format(**self.places)

    @property
    def en(self) -> str:
        return sentences()[self.number].en.format(**self.places)


def _again(kind: type[Problem], state: dict[str, Any]) -> Problem:
    made = kind.__new__(kind)
    vars(made).update(state)
    return made


@cache
def sentences() -> dict[str, Sentence]:
    """Every error of the program by its number."""
    text = (Path(__file__).parent / "data" / "errors.yaml").read_text(encoding="utf-8")
    return {number: Sentence(**entry) for number, entry in yaml.safe_load(text).items()}
