"""A code system: its codes in order, their names by language, what stands below what, their properties.

https://hl7.org/fhir/R4/codesystem.html
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from sosuckhoe.clinical.terminology.column import Column
from sosuckhoe.clinical.terminology.index import Index

COMPLETE = "complete"
FRAGMENT = "fragment"
GRAMMAR = "not-present"
"""A system of rules, not of a list: of units, media types, languages."""


class Concept(NamedTuple):
    """One code as lists are written: its depth in the tree, its marks ("a" not to be chosen, "i" out of use)."""

    code: str
    names: tuple[str, ...] = ()
    depth: int = 0
    marks: str = ""
    more_parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What is said of a system as a whole. `names` are the languages of its concepts' names, the first one its own."""

    url: str
    version: str = ""
    name: str = ""
    title: str = ""
    content: str = COMPLETE
    languages: tuple[str, ...] = ("en",)
    case_sensitive: bool = True
    source: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass
class CodeSystem:
    """A system whose codes are listed. Rows are places in `codes`; `more_names` come from `supplements`."""

    about: About
    codes: Sequence[str]
    names: dict[str, Column]
    parents: Sequence[int]
    marks: Mapping[int, str] = field(default_factory=dict)
    more_parents: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    properties: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    more_names: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    supplements: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> dict[str, int]:
        """Code → row, in the form in which codes are compared."""
        return {self._form(code): row for row, code in enumerate(self.codes)}

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row in range(len(self.codes)):
            for parent in self.parents_of(row):
                found.setdefault(parent, []).append(row)
        return found

    @cached_property
    def index(self) -> Index:
        """The rows by words; made on first use."""
        return Index((code, [text for _, text in self.names_of(row)]) for row, code in enumerate(self.codes))

    @property
    def is_whole(self) -> bool:
        """Whether a code that is not here does not exist."""
        return self.about.content == COMPLETE

    def row(self, code: str) -> int | None:
        """The row of a code."""
        return self.rows.get(self._form(code))

    def has(self, code: str) -> bool:
        """Whether it is a code of this system."""
        return self.row(code) is not None

    def display(self, code: str, language: str = "") -> str | None:
        """The name of a code in a language, else in the first that has one; None for an unknown code."""
        row = self.row(code)
        return None if row is None else self.name(row, language)

    def name(self, row: int, language: str = "") -> str:
        """The name of a row; the code itself when there is none."""
        return self.named(row, language) or next((text for _, text in self.names_of(row)), self.codes[row])

    def named(self, row: int, language: str) -> str:
        """The name of a row in this very language; nothing when there is none."""
        tag = language.split("-", maxsplit=1)[0].lower()
        known = self.names.get(tag)
        if known and (text := known[row]):
            return text
        return next((text for other, text in self.more_names.get(row, ()) if other == tag), "")

    def names_of(self, row: int) -> list[tuple[str, str]]:
        """Language and name, as many as there are."""
        own = [(tag, text) for tag, column in self.names.items() if (text := column[row])]
        return [*own, *self.more_names.get(row, ())]

    def parents_of(self, row: int) -> tuple[int, ...]:
        """The rows right above."""
        first = self.parents[row]
        return (*(() if first < 0 else (first,)), *self.more_parents.get(row, ()))

    def children_of(self, row: int) -> Sequence[int]:
        """The rows right below, in order."""
        return self._children.get(row, ())

    def below(self, code: str) -> frozenset[str]:
        """The codes below and the code itself; empty for an unknown one."""
        return self._walk(code, self.children_of)

    def above(self, code: str) -> frozenset[str]:
        """The codes above and the code itself; empty for an unknown one."""
        return self._walk(code, self.parents_of)

    def is_below(self, code: str, other: str) -> bool:
        """Whether a code is another, or stands below it."""
        row, goal = self.row(code), self.row(other)
        if row is None or goal is None:
            return False
        return self.codes[goal] in self.above(code)

    def is_abstract(self, row: int) -> bool:
        """Whether it only groups others and is not to be chosen."""
        return "a" in self.marks.get(row, "")

    def is_active(self, row: int) -> bool:
        """Whether it is in use."""
        return "i" not in self.marks.get(row, "")

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def _form(self, code: str) -> str:
        return code if self.about.case_sensitive else code.lower()

    def _walk(self, code: str, onward: Any) -> frozenset[str]:
        start = self.row(code)
        met: set[int] = set()
        left = [] if start is None else [start]
        while left:
            row = left.pop()
            if row not in met:
                met.add(row)
                left += onward(row)
        return frozenset(self.codes[row] for row in met)


def build(
    about: About, concepts: Iterable[Concept], properties: Mapping[str, Mapping[str, Any]] | None = None
) -> CodeSystem:
    """A system from its concepts in the order of the tree. `properties`: name → code → value.

    A code that stands twice is one code below both places; its first name counts.
    """
    rows: dict[str, int] = {}
    parents = array("i")
    marks: dict[int, str] = {}
    named: dict[str, list[str]] = {tag: [] for tag in about.languages}
    more: dict[int, list[str | int]] = {}
    path: list[int] = []
    for concept in concepts:
        parent = path[concept.depth - 1] if concept.depth else -1
        row = rows.setdefault(concept.code, len(rows))
        path[concept.depth :] = [row]
        if row < len(parents):
            more.setdefault(row, []).append(parent)
            continue
        parents.append(parent)
        for tag, text in zip(about.languages, (*concept.names, *("",) * len(about.languages)), strict=False):
            named[tag].append(text)
        if concept.marks:
            marks[row] = concept.marks
        if concept.more_parents:
            more[row] = list(concept.more_parents)
    return CodeSystem(
        about,
        tuple(rows),
        {tag: Column(texts) for tag, texts in named.items()},
        parents,
        marks,
        {row: _rows_of(row, named_parents, rows, parents[row]) for row, named_parents in more.items()},
        {
            name: {rows[code]: value for code, value in given.items() if code in rows}
            for name, given in (properties or {}).items()
        },
    )


def _rows_of(row: int, given: Iterable[str | int], rows: Mapping[str, int], first: int) -> tuple[int, ...]:
    found = (rows.get(one, -1) if isinstance(one, str) else one for one in given)
    return tuple(dict.fromkeys(one for one in found if one not in (-1, row, first)))
