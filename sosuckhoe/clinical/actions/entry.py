"""The entries of a transaction or batch, understood. https://hl7.org/fhir/R4/bundle.html#transaction"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import conditional
from sosuckhoe.clinical.actions.conditional import Criteria
from sosuckhoe.clinical.search import parameters, reference

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
LOOKS = frozenset({"GET", "HEAD"})
_METHODS = LOOKS | {"POST", "PUT", "PATCH", "DELETE"}
_WITH_CONTENT = frozenset({"POST", "PUT", "PATCH"})


class Entry(NamedTuple):
    """One entry. `name` is the id in its address, `criteria` the search in its place, or in `ifNoneExist`."""

    number: int
    method: str
    url: str
    type: str
    name: str
    criteria: Criteria | None
    resource: dict[str, Any]
    full_url: str
    if_match: int | None
    if_none_match: str

    @property
    def links(self) -> list[str]:
        """How other entries refer to it."""
        found = reference.RELATIVE.search(self.full_url)
        is_address = found is not None and not self.full_url.startswith("urn:")
        made = [self.full_url, *([found.group(0)] if found and is_address else [])] if self.full_url else []
        if self.name:
            made.append(f"{self.type}/{self.name}")
        return [*made, self.criteria.words] if self.criteria else made


def read_entries(bundle: dict[str, Any], base: str) -> list[Entry]:
    """The entries in order; SSK-3425 names the first that cannot be understood."""
    return [read_entry(index, entry, base) for index, entry in enumerate(bundle.get("entry") or ())]


def read_entry(index: int, entry: dict[str, Any], base: str) -> Entry:
    """One entry; SSK-3425 when it cannot be understood, and what its criteria raise."""
    request = entry.get("request") or {}
    method = request.get("method", "")
    if method not in _METHODS:
        raise Problem("SSK-3425", entry=index, field="request.method")
    url = str(request.get("url", "")).removeprefix(f"{base}/").removeprefix("/")
    with of_entry(index):
        type_name, name, criteria = _address(index, method, url)
        if method == "POST" and "ifNoneExist" in request:
            criteria = conditional.read(type_name, request["ifNoneExist"])
        if_match = etag(request["ifMatch"]) if "ifMatch" in request else None
    resource, full_url = entry.get("resource") or {}, entry.get("fullUrl") or ""
    if_none_match = request.get("ifNoneMatch", "")
    made = Entry(index, method, url, type_name, name, criteria, resource, full_url, if_match, if_none_match)
    _check_resource(made)
    return made


@contextmanager
def of_entry(index: int) -> Iterator[None]:
    """Name the entry in whatever problem it raises."""
    try:
        yield
    except Problem as problem:
        problem.where = problem.where or f"Bundle.entry[{index}]"
        raise


def etag(text: str) -> int:
    """The version of a weak entity tag, `W/"3"`; SSK-3412 for anything else, which no resource can match."""
    found = _ETAG.fullmatch(text.strip())
    if found is None:
        raise Problem("SSK-3412")
    return int(found.group(1))


def _address(index: int, method: str, url: str) -> tuple[str, str, Criteria | None]:
    """The type, the id and the criteria in the address of a change; a look is understood by who answers it."""
    if method in LOOKS:
        return "", "", None
    path, is_search, query = url.partition("?")
    type_name, _, name = path.partition("/")
    is_named = bool(name) or bool(is_search)
    if type_name not in parameters.number_of() or is_named == (method == "POST") or (name and is_search):
        raise Problem("SSK-3425", entry=index, field="request.url")
    if name and not reference.ID.fullmatch(name):
        raise Problem("SSK-3425", entry=index, field="request.url")
    return type_name, name, conditional.read(type_name, query) if is_search else None


def _check_resource(entry: Entry) -> None:
    if entry.method not in _WITH_CONTENT:
        return
    if entry.method == "PATCH":
        if entry.resource.get("resourceType") not in {"Parameters", "Binary"}:
            raise Problem("SSK-3425", entry=entry.number, field="resource: Parameters, Binary")
        return
    if entry.resource.get("resourceType") != entry.type:
        raise Problem("SSK-3425", entry=entry.number, field="resource")
    if entry.method == "PUT" and entry.name and entry.resource.get("id") != entry.name:
        raise Problem("SSK-3425", entry=entry.number, field="resource.id")
