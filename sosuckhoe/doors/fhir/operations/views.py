"""What the operations on views share. https://sql-on-fhir.org/ig/latest/operations.html

Which view is meant, in which form its rows go out, and where the data may come from: from this server alone.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Any

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import jsontext, reading
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import Call
from sosuckhoe.insight.copied import shipped
from sosuckhoe.insight.views import formats

SOURCE = "source"
MOST_VIEW_BYTES = 1_000_000
_BINARY = re.compile(r"Binary/([A-Za-z0-9.-]{1,64})")
_JSON = frozenset({"application/json", "application/fhir+json"})
_REFERENCES = (
    "viewReference: ViewDefinition/[id] and the canonical address, with or without |version, of views that come with"
    " this server; Binary/[id] of a view that is kept here. Formats: json, ndjson, csv, parquet."
)
ABOUT_RUN = f"{_REFERENCES} Every parameter but source."
ABOUT_EXPORT = f"{_REFERENCES} Every parameter but source; an ended job leads by 303 to its result."
"""What the guide wants to be said: which references, forms and parameters are taken."""

_FORMS = {
    **{name: name for name in formats.MEDIA},
    **dict.fromkeys(("application/json", "application/fhir+json"), "json"),
    **dict.fromkeys(("application/x-ndjson", "application/ndjson", "application/fhir+ndjson"), "ndjson"),
    "text/csv": "csv",
    **dict.fromkeys(("application/vnd.apache.parquet", "application/octet-stream"), "parquet"),
}


def check_source(asked: Asked) -> None:
    """SSK-3350 for data from outside: nobody may make this server fetch from an address that they name."""
    if SOURCE in asked:
        raise Problem("SSK-3350")


def form_of(wanted: Iterable[str]) -> str:
    """The first of these, names or media types, that there is. SSK-3296 when there is none."""
    form = next((_FORMS[one] for one in wanted if one in _FORMS), None)
    if form is None:
        raise Problem("SSK-3296", formats=", ".join(formats.MEDIA))
    return form


def referred_to(call: Call, value: Any) -> Any:
    """The JSON of the definition that a Reference, or the text of one, leads to. SSK-3004, SSK-3297, SSK-1002."""
    address = reference_in(value, "viewReference")
    if (found := shipped.by_address(address)) is not None:
        return found
    local = address.removeprefix(f"{call.base}/")
    if binary := _BINARY.fullmatch(local):
        return _kept(call, binary[1])
    return shipped_as(local.removeprefix("ViewDefinition/"))


def shipped_as(name: str) -> Any:
    """The JSON of a view that comes with the program. SSK-3297."""
    try:
        return shipped.body(name)
    except KeyError:
        raise Problem("SSK-3297") from None


def reference_in(value: Any, name: str) -> str:
    """A Reference, or the text of one in an address. SSK-3004."""
    text = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text:
        raise Problem("SSK-3004", name=name, form="Type/id")
    return text


def _kept(call: Call, name: str) -> Any:
    """A definition that is kept here as a Binary, which the caller must be able to read (SSK-1002).

    R4 has no type for views; the guide's own examples are Binaries too. Raises SSK-3290, and SSK-3010 … for its JSON.
    """
    kept = jsontext.read_own(reading.read(call.actor, "Binary", name, call.at).body)
    if kept.get("contentType", "").partition(";")[0].strip() not in _JSON:
        raise Problem("SSK-3290", place=f"Binary/{name}", form=" | ".join(sorted(_JSON)))
    try:
        content = b64decode(kept.get("data", ""), validate=True)
    except binascii.Error as error:
        raise Problem("SSK-3290", place=f"Binary/{name}.data", form="base64") from error
    return jsontext.read_any(content, MOST_VIEW_BYTES)
