"""The entries of a transaction or batch, understood. https://hl7.org/fhir/R4/bundle.html#transaction"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import parameters, reference

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})


class Entry(NamedTuple):
    """One entry. `name` is the id in its address ("" for a create), `links` how other entries refer to it."""

    number: int
    method: str
    url: str
    type: str
    name: str
    resource: dict[str, Any]
    full_url: str
    if_match: int | None
    if_none_exist: str

    @property
    def links(self) -> list[str]:
        found = reference.RELATIVE.search(self.full_url)
        is_address = found is not None and not self.full_url.startswith("urn:")
        return [self.full_url, *([found.group(0)] if found and is_address else [])] if self.full_url else []


def read_entries(bundle: dict[str, Any], base: str) -> list[Entry]:
    """The entries in order; SSK-3425 names the first that cannot be understood."""
    return [read_entry(index, entry, base) for index, entry in enumerate(bundle.get("entry") or ())]


def read_entry(index: int, entry: dict[str, Any], base: str) -> Entry:
    """One entry; SSK-3425 when it cannot be understood."""
    request = entry.get("request") or {}
    method = request.get("method", "")
    if method not in _METHODS:
        raise Problem("SSK-3425", entry=index, field="request.method")
    url = str(request.get("url", "")).removeprefix(f"{base}/")
    made = Entry(
        index,
        method,
        url,
        *_address(index, method, url),
        entry.get("resource") or {},
        entry.get("fullUrl") or "",
        etag(request["ifMatch"]) if "ifMatch" in request else None,
        request.get("ifNoneExist", ""),
    )
    _check_resource(made)
    return made


def etag(text: str) -> int:
    """The version of a weak entity tag, `W/"3"`; SSK-3412 for anything else, which no resource can match."""
    found = _ETAG.fullmatch(text.strip())
    if found is None:
        raise Problem("SSK-3412")
    return int(found.group(1))


def _address(index: int, method: str, url: str) -> tuple[str, str]:
    if method in {"GET", "HEAD"}:
        return "", ""
    type_name, _, name = url.partition("/")
    if type_name not in parameters.number_of() or bool(name) == (method == "POST") or not _is_id(name or "x"):
        raise Problem("SSK-3425", entry=index, field="request.url")
    return type_name, name


def _is_id(text: str) -> bool:
    return reference.ID.fullmatch(text) is not None


def _check_resource(entry: Entry) -> None:
    if entry.method not in {"POST", "PUT"}:
        return
    if entry.resource.get("resourceType") != entry.type:
        raise Problem("SSK-3425", entry=entry.index, field="resource")
    if entry.method == "PUT" and entry.resource.get("id") != entry.name:
        raise Problem("SSK-3425", entry=entry.index, field="resource.id")
