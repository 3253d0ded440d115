"""What a search asks, as values: every condition must hold."""

from __future__ import annotations

from typing import NamedTuple

from sosuckhoe.clinical.search.date import Range
from sosuckhoe.clinical.search.parameters import Parameter

MOMENT = "moment"
UPDATED = "updated"
PRESENT = "present"


class HasToken(NamedTuple):
    """One of these hashes is (or, negated, none is) among the resource's tokens."""

    any_of: tuple[int, ...]
    negated: bool = False


class HasDate(NamedTuple):
    """A date stands in one of these relations to a range.

    `where` is MOMENT, UPDATED, or the hashes of the paths in `clinical_date`.
    """

    where: str | tuple[int, ...]
    any_of: tuple[tuple[str, Range], ...]


class Text(NamedTuple):
    """A text without marks and case, and the hash of it as written."""

    folded: str
    exact: int


class HasText(NamedTuple):
    """Under one of these paths (their hashes) a text starts with, contains, or is exactly (`how`) one of these."""

    paths: tuple[int, ...]
    how: str
    any_of: tuple[Text, ...]


class Interval(NamedTuple):
    """[low, high]; infinite: open."""

    low: float
    high: float


class Units(NamedTuple):
    """Hashes of a unit: of its system and code, of its code, of its name; 0 where there is none."""

    coded: int
    code: int
    unit: int


class Comparison(NamedTuple):
    """A prefix, a number, what is near enough to it, and its unit as a hash: `coded`, or `named` (code or unit)."""

    prefix: str
    value: float
    low: float
    high: float
    coded: int = 0
    named: int = 0


class HasNumber(NamedTuple):
    """Under one of these paths (their hashes) a number stands in one of these relations."""

    paths: tuple[int, ...]
    any_of: tuple[Comparison, ...]


class HasId(NamedTuple):
    """The id is one of these."""

    any_of: tuple[str, ...]


class IsMissing(NamedTuple):
    """A parameter has (not) no value.

    `where` is MOMENT, PRESENT (`paths` is a number of bits) or a table (`paths` are hashes).
    """

    missing: bool
    where: str
    paths: tuple[int, ...] = ()


class OfPatients(NamedTuple):
    """The patient whom the resource belongs to is one of these ids: it stands among their persons' rows."""

    any_of: tuple[str, ...]


class Chained(NamedTuple):
    """A resource of a type that meets `inner` is referred to by `link`, or (reverse) refers by `link` to this one."""

    link: Parameter
    type: str
    is_reverse: bool
    inner: tuple[Condition, ...]


Condition = Chained | HasToken | HasDate | HasText | HasNumber | HasId | IsMissing | OfPatients
