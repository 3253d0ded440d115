"""FHIR search over Python dicts: slow, plain, and written from the specification alone. SQL must agree with it.

https://hl7.org/fhir/R4/search.html. It knows nothing of hashes, columns or plans; from the product it takes only
the list of paths of each parameter.
"""

from __future__ import annotations

import calendar
import math
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from sosuckhoe.clinical.search import parameters
from tests.clinical import oracle_numbers as numbers

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
    found = any(_is_met(one, parameter, modifier, values, body, now) for one in text.split(","))
    return not found if modifier in {"not", "not-in"} else found


def _is_met(
    asked: str, parameter: parameters.Parameter, modifier: str, values: list, body: dict, now: datetime
) -> bool:
    """Whether a resource meets one alternative, a negation aside."""
    if parameter.groups:
        return _joined(body, parameter, asked.split("$"), now)
    if parameter.code == "near":
        return _is_near(asked, body.get("position", {}))
    if parameter.code == "phonetic":
        return _sounds(asked) <= _sounds(" ".join(_parts_of_names(body)))
    return any(_matches(asked, parameter, modifier, path, value, now) for path, value in values)


def _matches(
    asked: str, parameter: parameters.Parameter, modifier: str, path: parameters.Path, value, now: datetime
) -> bool:
    """Whether one value is what was asked."""
    if modifier == "identifier":
        return _token(asked, IDENTIFIER, value.get("identifier", {}), "")
    if parameter.kind == "token" and modifier in _MODIFIED:
        return _MODIFIED[modifier](asked, path.leaf, value)
    return {
        "date": lambda: bool(found := span(path.leaf, value)) and holds(asked, found, now),
        "string": lambda: any(_string(asked, held, modifier) for held in _texts(path.leaf, value)),
        "number": lambda: numbers.is_met(asked, path.leaf, value),
        "quantity": lambda: numbers.is_met(asked, path.leaf, value),
        "uri": lambda: _uri(asked, value, modifier),
        "token": lambda: _token(asked, path, value, parameter.code),
        "reference": lambda: _reference(asked, path, value, parameter, modifier),
    }[parameter.kind]()


IDENTIFIER = parameters.Path("", "Identifier")
VALUE_SETS = {"http://a.vn/vs": {("http://loinc.org", "718-7"), ("urn:oid:1.2.3", "b")}, "http://a.vn/none": set()}


def joined(body: dict, parameter: parameters.Parameter, text: str, now: datetime) -> bool:
    """Whether all parts of one of the alternatives hold in one element, of a parameter that HL7 does not have."""
    return any(_joined(body, parameter, one.split("$"), now) for one in text.split(","))


def _joined(body: dict, parameter: parameters.Parameter, asked: list[str], now: datetime) -> bool:
    """Whether all parts hold in one element."""
    return any(
        all(_part(body, element, part, text, now) for part, text in zip(group.parts, asked, strict=True))
        for group in parameter.groups
        for element in (at(body, group.where.split(".")) if group.where else [body])
    )


def _part(body: dict, element: dict, part: parameters.Part, asked: str, now: datetime) -> bool:
    for path in part.paths:
        held = at(body, path.steps[1:].split(".")) if path.steps[0] == "/" else at(element, path.steps.split("."))
        for value in held:
            if part.kind == "date":
                found = span(path.leaf, value)
                if found and holds(asked, found, now):
                    return True
            elif _HELD[part.kind](asked, path, value):
                return True
    return False


_HELD = {
    "token": lambda asked, path, value: _token(asked, path, value, ""),
    "quantity": lambda asked, path, value: numbers.is_met(asked, path.leaf, value),
    "number": lambda asked, path, value: numbers.is_met(asked, path.leaf, value),
    "string": lambda asked, _, value: _string(asked, value, ""),
    "reference": lambda asked, path, value: _reference(
        asked, path, value, parameters.Parameter("", "", "", (), ("*",)), ""
    ),
}


def _coded(leaf: str, value) -> list[dict]:
    return value.get("coding", []) if leaf == "CodeableConcept" else [value] if leaf == "Coding" else []


def _with_text(asked: str, leaf: str, value) -> bool:
    written = [one.get("display") for one in _coded(leaf, value)]
    written.append(value.get("type", {}).get("text") if leaf == "Identifier" else value.get("text"))
    return any(_bare(one).startswith(_bare(asked)) for one in written if one)


def _of_type(asked: str, leaf: str, value) -> bool:
    system, code, number = asked.split("|")
    kinds = value.get("type", {}).get("coding", []) if leaf == "Identifier" and value.get("value") else []
    return any(
        one.get("system", "") == system
        and one.get("code", "").lower() == code.lower()
        and value["value"].lower() == number.lower()
        for one in kinds
    )


def _below(asked: str, leaf: str, value) -> bool:
    """Codes of ICD-10: a longer one is below the one that it begins with."""
    system, _, code = asked.partition("|")
    return any(
        one.get("system") == system and one.get("code", "").lower().startswith(code.lower())
        for one in _coded(leaf, value)
    )


def _above(asked: str, leaf: str, value) -> bool:
    system, _, code = asked.partition("|")
    return any(
        one.get("system") == system and code.lower().startswith(one["code"].lower())
        for one in _coded(leaf, value)
        if one.get("code")
    )


def _in(asked: str, leaf: str, value) -> bool:
    held = {(one.get("system"), one.get("code", "").lower()) for one in _coded(leaf, value)}
    return bool(held & {(system, code.lower()) for system, code in VALUE_SETS[asked]})


_MODIFIED = {"text": _with_text, "of-type": _of_type, "below": _below, "above": _above, "in": _in, "not-in": _in}


def _is_near(asked: str, position: dict) -> bool:
    """The great circle by the cosine rule, computed the long way."""
    if "latitude" not in position or "longitude" not in position:
        return False
    latitude, longitude, distance, unit = (f"{asked}|10|km" if asked.count("|") == 1 else asked).split("|")
    places = ((float(latitude), float(longitude)), (position["latitude"], position["longitude"]))
    one, other = ((math.radians(a), math.radians(b)) for a, b in places)
    vectors = [(math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)) for a, b in (one, other)]
    apart = 2 * math.asin(min(1, math.dist(*vectors) / 2)) * 6_371_008.8
    return apart <= float(distance) * {"km": 1000, "m": 1, "[mi_i]": 1609.344}[unit]


def _parts_of_names(body: dict) -> list[str]:
    parts = ((name.get("text"), name.get("family"), *name.get("given", [])) for name in body.get("name", []))
    return [part for name in parts for part in name if part]


def _sounds(text: str) -> set[str]:
    """Words without marks; a lone y is an i."""
    return {f"{word[:-1]}i" if _ends_in_lone_y(word) else word for word in _bare(text).split()}


def _ends_in_lone_y(word: str) -> bool:
    return len(word) > 1 and word.endswith("y") and not set(word[:-1]) & set("aeiou")


def _is_value(parameter: parameters.Parameter, path: parameters.Path, value) -> bool:
    if parameter.kind == "date":
        return span(path.leaf, value) is not None
    if parameter.kind == "string":
        return bool(_texts(path.leaf, value))
    if parameter.kind in {"number", "quantity"}:
        return numbers.interval(path.leaf, value) is not None
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
