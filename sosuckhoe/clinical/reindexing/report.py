"""What a `$reindex` did: counts, and keys of what failed. Never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from uuid import UUID

from sosuckhoe.clinical.search.parameters import name_of

MOST_ERRORS = 100


@dataclass(slots=True)
class Report:
    """`types`: rows looked at and changed. `parameters`: values before and after, of changed rows.

    `errors`: keys by type, with the kind of the fault, MOST_ERRORS at most; `failures` counts all. `texts`: texts of
    codes that were added; `orphans`: rows of no resource that were removed.
    """

    rows: int = 0
    mended: int = 0
    failures: int = 0
    texts: int = 0
    orphans: int = 0
    types: dict[str, list[int]] = field(default_factory=dict)
    parameters: dict[str, list[int]] = field(default_factory=dict)
    errors: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """The report as `as_json` wrote it."""
        return cls(**told)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return asdict(self)

    def looked(self, number: int) -> None:
        """A row was looked at."""
        self.rows += 1
        self._type(number)[0] += 1

    def changed(self, number: int, values: Mapping[str, tuple[int, int]]) -> None:
        """A row was written anew."""
        self.mended += 1
        self._type(number)[1] += 1
        for name, (before, after) in values.items():
            counts = self.parameters.setdefault(f"{name_of()[number]}.{name}", [0, 0])
            counts[0] += before
            counts[1] += after

    def add_again(self, again: Self) -> None:
        """What was mended when rows were looked at again; they were counted before."""
        self.mended += again.mended
        self.texts += again.texts
        for name, (_, mended) in again.types.items():
            self.types[name][1] += mended

    def failed(self, number: int, key: UUID, fault: str) -> None:
        """The values of a row cannot be computed."""
        self.failures += 1
        if self.failures <= MOST_ERRORS:
            self.errors.setdefault(name_of()[number], {})[str(key)] = fault

    def lines(self) -> Iterator[str]:
        """The report as people read it."""
        yield f"{self.rows} tài nguyên, {self.mended} sửa lại, {self.failures} lỗi"
        yield f"{self.rows} rows looked at, {self.mended} changed, {self.failures} errors"
        for name, (looked, mended) in sorted(self.types.items()):
            yield f"  {name}: {looked} · {mended}"
        for name, (before, after) in sorted(self.parameters.items()):
            yield f"  {name}: {before} → {after}"
        if self.texts or self.orphans:
            yield f"  texts of codes added: {self.texts}; rows of no resource removed: {self.orphans}"
        for type_name, keys in sorted(self.errors.items()):
            for key, fault in sorted(keys.items()):
                yield f"  {type_name}/{key}: {fault}"

    def _type(self, number: int) -> list[int]:
        return self.types.setdefault(name_of()[number], [0, 0])
