"""In which form a client wants its answers. https://hl7.org/fhir/R4/http.html#mime-type"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

import falcon

JSON = "application/fhir+json"
XML = "application/fhir+xml"
FORMS = f"{JSON}, {XML}"
"""As an error names what is possible."""

_NAMES = {
    "json": JSON, "application/json": JSON, JSON: JSON, "application/json+fhir": JSON, "text/json": JSON,
    "xml": XML, "application/xml": XML, XML: XML, "application/xml+fhir": XML, "text/xml": XML,
}  # fmt: skip
_VERSIONS = frozenset({"4.0", "4.0.1"})
_QUALITY = re.compile(r"[01](\.[0-9]{0,3})?")
_MOST_RANGES = 32


class _Range(NamedTuple):
    """One part of an Accept header."""

    name: str
    quality: float


def named(text: str) -> str | None:
    """The form that `_format` names, `+` also where a client forgot to write it as %2B; None when unknown."""
    return _NAMES.get(text.replace(" ", "+").partition(";")[0].lower())


def asked_in(query: str) -> str | None:
    """The form that the last `_format` of a query string names, None when there is none that is known."""
    if "_format" not in query:
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    asked = [named(text) for name, text in pairs if name == "_format"]
    return asked[-1] if asked else None


def choose(request: falcon.Request, form: str) -> None:
    """Remember the form of the answer; what comes after is asked for JSON."""
    request.context.form = form
    request.context.accept = request.accept
    request.env["HTTP_ACCEPT"] = JSON


@lru_cache(maxsize=256)
def accepted(header: str) -> str | None:
    """The form that an Accept header likes best, JSON when it likes both alike; None when it takes neither.

    A browser, which asks for text/html before all, gets JSON wherever it takes anything.
    """
    ranges = [one for part in header.split(",")[:_MOST_RANGES] if (one := _range(part))]
    json, xml = _quality(ranges, JSON), _quality(ranges, XML)
    if not json and not xml:
        return None
    is_browser = any(one.name == "text/html" for one in ranges)
    return XML if xml > json and not (is_browser and json) else JSON


def _range(part: str) -> _Range | None:
    """A media range with its quality; None for one that asks for another version of FHIR."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    given = dict(piece.partition("=")[::2] for piece in parameters)
    if given.get("fhirversion", "4.0").strip('"') not in _VERSIONS:
        return None
    quality = given.get("q", "1")
    return _Range(name, min(float(quality), 1.0) if _QUALITY.fullmatch(quality) else 0.0)


def _quality(ranges: list[_Range], form: str) -> float:
    """How much a form is wanted: what is said of it by name counts before application/* and */*."""
    by_name = [one.quality for one in ranges if _NAMES.get(one.name) == form]
    for found in (by_name, *([one.quality for one in ranges if one.name == wide] for wide in ("application/*", "*/*"))):
        if found:
            return max(found)
    return 0.0
