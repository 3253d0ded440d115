"""What a search asks, as values: every condition must hold."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sosuckhoe.clinical.search.date import Range
from sosuckhoe.clinical.search.parameters import Parameter
from sosuckhoe.clinical.search.seen import Seen

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
    """Under one of these paths (their hashes) a text stands to one of these as `how` says.

    `starts`, `contains`, `ends` and `equals` compare without marks and case, `exact` does not.
    """

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


NO_UNITS = Units(0, 0, 0)


class Second(NamedTuple):
    """What is kept beside a number: the same in canonical units, or the other number of its element.

    `kind` is a hash of the path and the canonical unit, or of the other number's path; 0: nothing.
    """

    kind: int
    low: float
    high: float


NO_SECOND = Second(0, 0.0, 0.0)


class Pair(NamedTuple):
    """The coding that stands with a number in one element: hashes of path and code, and of the system; 0: none."""

    code: int
    system: int


NO_PAIR = Pair(0, 0)


class Comparison(NamedTuple):
    """A prefix, a number, what is near enough to it, and its unit as a hash: `coded`, or `named` (code or unit).

    With a `kind` the second number is compared. `pair` and `system` are of the coding beside it; `also` must hold of
    the same row.
    """

    prefix: str
    value: float
    low: float
    high: float
    coded: int = 0
    named: int = 0
    kind: int = 0
    pair: int = 0
    system: int = 0
    also: Comparison | None = None


class Together(NamedTuple):
    """Each of these holds of one and the same element, whose place stands in the last bits of its rows' paths."""

    each: tuple[HasDate | HasText | HasNumber, ...]


class HasPhrase(NamedTuple):
    """Under one of these paths (their hashes) a code stands with a text that starts with one of these.

    `name` is the parameter's, for errors.
    """

    name: str
    paths: tuple[int, ...]
    any_of: tuple[str, ...]


class HasMeaning(NamedTuple):
    """A code stands in this relation (`in`, `not-in`, `above`, `below`) to one of the value sets or codes of a text.

    What that means is looked up with the rights of who asks, at the moment of asking.
    """

    parameter: Parameter
    modifier: str
    text: str
    now: datetime


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


class IsNear(NamedTuple):
    """The position stands within so many metres of one of these places (latitude, longitude, metres)."""

    path: int
    any_of: tuple[tuple[float, float, float], ...]


class Chained(NamedTuple):
    """A resource of a type that meets `inner` is referred to by `link`, or (reverse) refers by `link` to this one."""

    link: Parameter
    type: str
    is_reverse: bool
    inner: tuple[Condition, ...]
    base: str = ""


class Beneath(NamedTuple):
    """A resource refers by `link` to what stands below (`is_above`: above) a resource of a type, or to itself.

    `part_of` is the parameter by which resources of the type are parts of each other. `plain` finds what refers to
    the resource itself, also where it is not here.
    """

    link: Parameter
    type: str
    ids: tuple[str, ...]
    part_of: Parameter
    is_above: bool
    plain: HasToken
    base: str = ""


class AllOf(NamedTuple):
    """Every one of these holds."""

    each: tuple[Condition, ...]


class AnyOf(NamedTuple):
    """One of these holds, or more."""

    each: tuple[Condition, ...]


class Negated(NamedTuple):
    """This does not hold; what cannot be told, as of a value that is missing, does not hold either."""

    inner: Condition


class HasKey(NamedTuple):
    """What `HasId` becomes once the ids are looked up."""

    any_of: tuple[UUID, ...]


class OfPersons(NamedTuple):
    """What `OfPatients` becomes."""

    any_of: frozenset[int]


class Linked(NamedTuple):
    """What `Chained` becomes: `masks` are the paths of the link (search/link.py), `seen` whose rows the hop may touch.

    `is_rare`: the hop finds so few that the search may start there.
    """

    masks: tuple[int, ...]
    type: str
    is_reverse: bool
    seen: Seen
    inner: tuple[Condition, ...]
    is_rare: bool


Condition = (
    AllOf
    | AnyOf
    | Beneath
    | Chained
    | HasDate
    | HasId
    | HasKey
    | HasMeaning
    | HasNumber
    | HasPhrase
    | HasText
    | HasToken
    | IsMissing
    | IsNear
    | Linked
    | Negated
    | OfPatients
    | OfPersons
    | Together
)
