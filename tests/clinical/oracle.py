"""FHIR search over Python dicts: slow, plain, and written from the specification alone. SQL must agree with it.

https://hl7.org/fhir/R4/search.html. It knows nothing of hashes, columns or plans; from the product it takes only
the list of paths of each parameter.
"""

from __future__ import annotations

import calendar
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from sosuckhoe.clinical.search import parameters

FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
VIETNAM = timezone(timedelta(hours=7))


def matches(body: dict, pairs: list[tuple[str, str]], now: datetime) -> bool:
    """Whether a resource meets every parameter of a search of its type."""
    return all(_meets(body, name, text, now) for name, text in pairs)


def _meets(body: dict, name: str, text: str, now: datetime) -> bool:
    code, _, modifier = name.partition(":")
    parameter = parameters.of(body["resourceType"])[code]
    values = [(path, value) for path in parameter.paths for value in at(body, path.steps.split("."))]
    if modifier == "missing":
        return (not any(_is_value(parameter, path, value) for path, value in values)) == (text == "true")
    asked = text.split(",")
    if parameter.kind == "date":
        spans = [found for path, value in values if (found := span(path.leaf, value))]
        return any(holds(one, found, now) for one in asked for found in spans)
    if parameter.kind == "string":
        written = [one for path, value in values for one in _texts(path.leaf, value)]
        return any(_string(one, held, modifier) for one in asked for held in written)
    if parameter.kind in {"number", "quantity", "uri"}:
        return any(_plain(parameter, modifier, one, path, value) for one in asked for path, value in values)
    if parameter.kind == "token":
        found = any(_token(one, path, value, code) for one in asked for path, value in values)
        return not found if modifier == "not" else found
    return any(_reference(one, path, value, parameter, modifier) for one in asked for path, value in values)


def _plain(parameter: parameters.Parameter, modifier: str, asked: str, path: parameters.Path, value) -> bool:
    return _uri(asked, value, modifier) if parameter.kind == "uri" else _number(asked, path.leaf, value)


def _is_value(parameter: parameters.Parameter, path: parameters.Path, value) -> bool:
    if parameter.kind == "date":
        return span(path.leaf, value) is not None
    if parameter.kind == "string":
        return bool(_texts(path.leaf, value))
    if parameter.kind in {"number", "quantity"}:
        return interval(path.leaf, value) is not None
    return not path.only or _bare_reference(value).split("/")[0] == path.only


def _bare_reference(value) -> str:
    return value.get("reference", "").removeprefix("https://book.invalid/fhir/").split("/_history/")[0]


def at(value, steps: list[str]) -> list:
    if isinstance(value, list):
        return [found for item in value for found in at(item, steps)]
    if not steps:
        return [value]
    key, _, condition = steps[0].rstrip("]").partition("[")
    inner = value.get(key) if isinstance(value, dict) else None
    items = [] if inner is None else inner if isinstance(inner, list) else [inner]
    if condition:
        name, _, wanted = condition.partition("=")
        items = [item for item in items if item.get(name) == wanted]
    return [found for item in items for found in at(item, steps[1:])]


def _token(asked: str, path: parameters.Path, value, code: str) -> bool:
    if code == "_id":
        return value == asked
    return any(_coding(asked, system, one) for system, one in _codings(path, value))


def _codings(path: parameters.Path, value) -> list[tuple[list[str | None], str | None]]:
    """(systems that the code is of, code); a `code` is of the systems of its value set, or of none when asked so."""
    if path.leaf == "CodeableConcept":
        return [([c.get("system")], c.get("code")) for c in value.get("coding", [])]
    if path.leaf == "Coding":
        return [([value.get("system")], value.get("code"))]
    if path.leaf == "Identifier":
        return [([value.get("system")], value.get("value"))]
    if path.leaf == "code":
        return [([None, *path.systems], value)]
    if path.leaf == "boolean":
        return [([None], str(value).lower())]
    if path.leaf == "ContactPoint":
        return [([None], value.get("value"))]
    raise NotImplementedError(path.leaf)


def _coding(asked: str, systems: list[str | None], code: str | None) -> bool:
    system, bar, wanted = asked.rpartition("|")
    if bar and not wanted:
        return system in systems
    if code is None or code.lower() != wanted.lower():
        return False
    return not bar or (system or None) in systems


HUGE = Decimal("1e30")
TINY = Decimal("1e-12")


def interval(leaf: str, value) -> tuple[Decimal, Decimal] | None:
    """[low, high] of a value; what a comparator leaves open is huge, what it leaves out is tiny."""
    if leaf == "Range":
        low, high = value.get("low", {}).get("value"), value.get("high", {}).get("value")
        if low is None and high is None:
            return None
        return (-HUGE if low is None else Decimal(str(low))), (HUGE if high is None else Decimal(str(high)))
    if leaf in {"decimal", "integer"}:
        return Decimal(str(value)), Decimal(str(value))
    if leaf == "SampledData" or value.get("value") is None:
        return None
    at = Decimal(str(value["value"]))
    return {"<": (-HUGE, at - TINY), "<=": (-HUGE, at), ">": (at + TINY, HUGE), ">=": (at, HUGE)}.get(
        value.get("comparator"), (at, at)
    )


def _number(asked: str, leaf: str, value) -> bool:
    held = interval(leaf, value)
    written, *unit = asked.split("|")
    if held is None or (unit and not _is_of_unit(unit[0], unit[1], leaf, value)):
        return False
    relation, text = (written[:2], written[2:]) if written[:2].isalpha() else ("eq", written)
    low, high, at = *held, Decimal(text)
    digits = text.lower().partition("e")[0].partition(".")[2]
    half = Decimal(10) ** -len(digits) / 2
    if "e" in text:
        half = half * 10 ** int(text.partition("e")[2]) / 10
    contains = at - half <= low and high < at + half
    return {
        "eq": contains,
        "ne": not contains,
        "gt": high > at,
        "lt": low < at,
        "ge": high >= at,
        "le": low <= at,
        "sa": low > at,
        "eb": high < at,
        "ap": low <= at + abs(at) / 10 and high >= at - abs(at) / 10,
    }[relation]


def _is_of_unit(system: str, code: str, leaf: str, value) -> bool:
    if leaf == "Money":
        value = {"system": "urn:iso:std:iso:4217", "code": value.get("currency")}
    if leaf == "Range":
        value = value.get("low") or value.get("high") or {}
    if system:
        return (value.get("system"), value.get("code")) == (system, code)
    return code in (value.get("code"), value.get("unit"))


def _uri(asked: str, held: str, modifier: str) -> bool:
    if modifier:
        above, below = (asked, held) if modifier == "below" else (held, asked)
        above, below = above.rstrip("/"), below.rstrip("/")
        return above == below or ("://" in above and below.startswith(above + "/"))
    return asked == held


def _texts(leaf: str, value) -> list[str]:
    """What a string parameter looks at: of a name and an address every part; a name also as it is said in Vietnam."""
    if leaf == "HumanName":
        parts = [value.get("text"), value.get("family"), *value.get("given", []), *value.get("prefix", [])]
        if not value.get("text") and value.get("family") and value.get("given"):
            parts.append(" ".join([value["family"], *value["given"]]))
        return [one for one in parts if one]
    if leaf == "Address":
        keys = ("text", "city", "district", "state", "postalCode", "country")
        return [one for one in [*(value.get(key) for key in keys), *value.get("line", [])] if one]
    return [value]


def _string(asked: str, held: str, modifier: str) -> bool:
    if modifier == "exact":
        return unicodedata.normalize("NFC", asked) == unicodedata.normalize("NFC", held)
    asked, held = _bare(asked), _bare(held)
    return asked in held if modifier == "contains" else held.startswith(asked)


def _bare(text: str) -> str:
    """No case, no marks, single spaces."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in letters if unicodedata.category(c) != "Mn").split())


def _reference(asked: str, path: parameters.Path, value, parameter: parameters.Parameter, modifier: str) -> bool:
    held = _bare_reference(value)
    asked = asked.removeprefix("https://book.invalid/fhir/")
    held_type = held.split("/", maxsplit=1)[0]
    if path.only and held_type != path.only:
        return False
    if modifier and held_type != modifier:
        return False
    if "*" not in parameter.targets and held_type not in parameter.targets:
        return False
    return held == asked if "/" in asked else held == f"{held_type}/{asked}"


def span(leaf: str, value) -> tuple[datetime, datetime] | None:
    """[start, end) of a value."""
    if leaf == "Period":
        start, end = value.get("start"), value.get("end")
        if not (start or end):
            return None
        low, high = (text_span(start)[0] if start else FIRST), (text_span(end)[1] if end else LAST)
        return (low, high) if low < high else text_span(start)
    if leaf == "Timing":
        parts = [text_span(event) for event in value.get("event", [])]
        bounds = value.get("repeat", {}).get("boundsPeriod")
        parts += [span("Period", bounds)] if bounds else []
        return (min(p[0] for p in parts), max(p[1] for p in parts)) if parts else None
    return text_span(value) if leaf in {"date", "dateTime", "instant"} else None


def text_span(text: str) -> tuple[datetime, datetime]:
    if len(text) == 4:
        return datetime(int(text), 1, 1, tzinfo=VIETNAM), datetime(int(text) + 1, 1, 1, tzinfo=VIETNAM)
    if len(text) == 7:
        start = datetime(int(text[:4]), int(text[5:]), 1, tzinfo=VIETNAM)
        return start, start + timedelta(days=calendar.monthrange(start.year, start.month)[1])
    if len(text) == 10:
        start = datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
        return start, start + timedelta(days=1)
    start = datetime.fromisoformat(text)
    start = start if start.tzinfo else start.replace(tzinfo=VIETNAM)
    if "." in text:
        return start, start + timedelta(milliseconds=1)
    return start, start + (timedelta(seconds=1) if text.count(":", 0, 19) == 2 else timedelta(minutes=1))


def holds(asked: str, held: tuple[datetime, datetime], now: datetime) -> bool:
    """Whether a value stands in the relation `ge2026-05` to a date."""
    relation, text = (asked[:2], asked[2:]) if asked[:2].isalpha() else ("eq", asked)
    (a, b), (low, high) = text_span(text), held
    contains = a <= low and high <= b
    if relation == "ap":
        gap = max(abs(now - a), abs(now - b)) / 10
        return low < b + gap and high > a - gap
    return {
        "eq": contains,
        "ne": not contains,
        "gt": high > b,
        "lt": low < a,
        "ge": high > b or contains,
        "le": low < a or contains,
        "sa": low >= b,
        "eb": high <= a,
    }[relation]
