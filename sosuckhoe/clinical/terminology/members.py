"""The codes of a value set: whether one is among them, and which they are where they can be listed.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, overload

from sosuckhoe.clinical.terminology.grammar import Grammar
from sosuckhoe.clinical.terminology.index import Index
from sosuckhoe.clinical.terminology.system import CodeSystem

System = CodeSystem | Grammar


class Member(NamedTuple):
    """A code of a value set. `display`: what the value set itself calls it, if so; `row`: its place in its system."""

    system: str
    code: str
    display: str = ""
    row: int = -1


@dataclass(frozen=True)
class Found(Sequence[Member]):
    """Rows of a system as members, each made when it is looked at."""

    url: str
    codes: Sequence[str]
    rows: Sequence[int]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Member: ...
    @overload
    def __getitem__(self, place: slice) -> list[Member]: ...
    def __getitem__(self, place: int | slice) -> Member | list[Member]:
        if isinstance(place, slice):
            return [self._member(row) for row in self.rows[place]]
        return self._member(self.rows[place])

    def _member(self, row: int) -> Member:
        return Member(self.url, self.codes[row], "", row)


def _among(rows: Sequence[int], allowed: Container[int]) -> list[int]:
    return [row for row in rows if row in allowed]


@dataclass
class Part:
    """One `include` or `exclude`: codes of one system, codes of other value sets, or what is of both.

    `codes` None means every code of the system. A part of an unknown system without a list has no codes.
    """

    url: str = ""
    version: str = ""
    system: System | None = None
    codes: Mapping[str, str] | None = None
    sets: tuple[Members, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether it names codes that are not here."""
        return bool(self.url) and self.system is None and self.codes is None

    @property
    def is_finite(self) -> bool:
        """Whether its codes can be listed."""
        listed = self.codes is not None or isinstance(self.system, CodeSystem) or self.is_unknown
        return (listed and bool(self.url)) or any(one.is_finite for one in self.sets)

    def holds(self, system: str, code: str) -> bool:
        """Whether a code is of this part."""
        if self.url and (system != self.url or not self._has(code)):
            return False
        return all((system, code) in one for one in self.sets) and bool(self.url or self.sets)

    def _has(self, code: str) -> bool:
        if self.codes is not None:
            return code in self.codes
        return self.system is not None and self.system.has(code)

    @cached_property
    def _listed(self) -> tuple[tuple[Member, ...], Index]:
        """The members of a part that gives its own names, and what a search of them runs over."""
        members = tuple(self)
        return members, Index((one.code, [one.display, *self._names(one)]) for one in members)

    def _names(self, member: Member) -> list[str]:
        if isinstance(self.system, CodeSystem) and member.row >= 0:
            return [text for _, text in self.system.names_of(member.row) if text != member.display]
        return []

    @cached_property
    def _rows(self) -> Container[int] | None:
        """The rows of its system that belong, where the system's own names count; None for any other part."""
        if not isinstance(self.system, CodeSystem) or not self.url or any((self.codes or {}).values()):
            return None
        if self.codes is None and not self.sets:
            return range(len(self.system))
        return frozenset(row for row, code in enumerate(self.system.codes) if self.holds(self.url, code))

    def find(self, text: str) -> Sequence[Member]:
        """The members that a text finds, best first; all of them in order for no text."""
        has_text = bool(text.strip())
        if isinstance(self.system, CodeSystem) and self._rows is not None and (has_text or self.codes is None):
            rows, allowed = self.system.index.find(text) if has_text else range(len(self.system)), self._rows
            return Found(self.url, self.system.codes, rows if isinstance(allowed, range) else _among(rows, allowed))
        if not has_text:
            return tuple(self)
        members, index = self._listed
        return [members[row] for row in index.find(text)]

    def __iter__(self) -> Iterator[Member]:
        if self.url:
            yield from (one for one in self._of_system() if not self.sets or self.holds(one.system, one.code))
        elif self.sets:
            finite = next((one for one in self.sets if one.is_finite), None)
            yield from (one for one in finite or () if self.holds(one.system, one.code))

    def _of_system(self) -> Iterator[Member]:
        if self.codes is not None:
            for code, display in self.codes.items():
                row = self.system.row(code) if isinstance(self.system, CodeSystem) else None
                yield Member(self.url, code, display, -1 if row is None else row)
        elif isinstance(self.system, CodeSystem):
            for row, code in enumerate(self.system.codes):
                yield Member(self.url, code, "", row)


@dataclass
class Members:
    """The codes of a value set.

    `(system, code) in members` and `members.has_code(code)` are cheap. `for member in members` lists them in the order
    of the value set, each once, when `is_finite`. Of a system among `unknown` nobody can say here which codes belong.
    """

    url: str = ""
    include: tuple[Part, ...] = ()
    exclude: tuple[Part, ...] = ()
    title: str = ""
    version: str = ""

    @cached_property
    def unknown(self) -> frozenset[str]:
        """Systems of which the value set has codes that are not here."""
        own = {part.url for part in (*self.include, *self.exclude) if part.is_unknown}
        return frozenset(own).union(*(inner.unknown for part in self.include for inner in part.sets))

    @cached_property
    def is_finite(self) -> bool:
        """Whether all of its codes can be listed (those of `unknown` systems cannot be, and are left out)."""
        return all(part.is_finite for part in self.include)

    def __contains__(self, coding: tuple[str, str]) -> bool:
        return any(part.holds(*coding) for part in self.include) and not any(
            part.holds(*coding) for part in self.exclude
        )

    def has_code(self, code: str) -> bool:
        """Whether a code belongs without regard to its system, as elements of type `code` are bound."""
        return any(self._systems_with(code))

    def systems_of(self, code: str) -> list[str]:
        """The systems of which a code belongs."""
        return list(dict.fromkeys(self._systems_with(code)))

    def _systems_with(self, code: str) -> Iterator[str]:
        return (url for url in self._urls if (url, code) in self)

    @cached_property
    def _urls(self) -> tuple[str, ...]:
        own = [part.url for part in self.include if part.url]
        inner = [url for part in self.include if not part.url for one in part.sets for url in one._urls]  # noqa: SLF001 -- of its own kind
        return tuple(dict.fromkeys((*own, *inner)))

    def part_of(self, system: str, code: str) -> Part | None:
        """The part by which a code belongs; None when it does not."""
        if (system, code) not in self:
            return None
        return next(part for part in self.include if part.holds(system, code))

    def find(self, text: str) -> Sequence[Member]:
        """The members that a text finds, best first within each part, each once."""
        if len(self.include) == 1 and not self.exclude:
            return self.include[0].find(text)
        met: dict[tuple[str, str], Member] = {}
        for part in self.include:
            for one in part.find(text):
                met.setdefault((one.system, one.code), one)
        return [one for coding, one in met.items() if not any(out.holds(*coding) for out in self.exclude)]

    def __iter__(self) -> Iterator[Member]:
        return iter(self.find(""))
