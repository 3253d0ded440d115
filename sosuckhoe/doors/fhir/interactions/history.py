"""The versions of a resource, of a type, of everything. https://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from struct import Struct, error
from typing import NamedTuple
from uuid import UUID

import falcon

from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import listed, reading, versions
from sosuckhoe.clinical.search import date, values
from sosuckhoe.clinical.search.reference import ID
from sosuckhoe.clinical.versions import Asked, Key, Page, Past
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.outcome import MEDIA

DEFAULT_COUNT, MOST_COUNT = 100, 1000
_NUMBER = re.compile(r"[0-9]{1,9}")
_PLACE = Struct(">q16si?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Pairs = list[tuple[str, str]]


def on_get_instance(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    """`[base]/[type]/[id]/_history`."""
    asking.check_accept(request)
    actor, pairs = asking.actor_of(request), asking.pairs_of(request.query_string)
    if any(pair[0] == "_list" for pair in pairs):
        raise Problem("SSK-3002", name="_list", type=f"{asking.type_of(type_name)}/…/_history")
    asked = _asked(pairs)
    asking.type_of(type_name)
    at = asking.now()
    leaf = _leaf(pairs, asked, lambda one: reading.history(actor, type_name, name, one, at))
    is_whole = leaf.after is None and asked == Asked(asked.most, newest_first=asked.newest_first)
    total = len(leaf.found) if is_whole else None
    _send(request, response, f"{type_name}/{name}/_history", pairs, leaf, total)


def on_get_type(request: falcon.Request, response: falcon.Response, type_name: str) -> None:
    """`[base]/[type]/_history`."""
    asking.check_accept(request)
    actor, pairs = asking.actor_of(request), asking.pairs_of(request.query_string)
    at = asking.now()
    asked = _listed(_asked(pairs), actor, pairs, asking.base_of(request), at)
    leaf = _leaf(pairs, asked, lambda one: versions.of_type(actor, asking.type_of(type_name), one, at))
    _send(request, response, f"{type_name}/_history", pairs, leaf, None)


def on_get_system(request: falcon.Request, response: falcon.Response) -> None:
    """`[base]/_history`."""
    asking.check_accept(request)
    actor, pairs = asking.actor_of(request), asking.pairs_of(request.query_string)
    at = asking.now()
    asked = _listed(_asked(pairs), actor, pairs, asking.base_of(request), at)
    leaf = _leaf(pairs, asked, lambda one: versions.of_system(actor, one, at))
    _send(request, response, "_history", pairs, leaf, None)


class Leaf(NamedTuple):
    """A page as it is shown: its versions, where the page before it ends and where the one behind it begins."""

    found: list[Past]
    before: Key | None
    after: Key | None


def _leaf(pairs: Pairs, asked: Asked, read: Callable[[Asked], Page]) -> Leaf:
    """The page behind a place or, of a previous link, the one that ends before it: read in the other direction."""
    if not any(name == "_cursor" and _read(text)[1] for name, text in pairs):
        page = read(asked)
        return Leaf(page.found, page.found[0].key if asked.after and page.found else None, page.after)
    page = read(asked._replace(newest_first=not asked.newest_first))
    return Leaf(page.found[::-1], page.after, page.found[0].key if page.found else None)


def _send(
    request: falcon.Request, response: falcon.Response, path: str, pairs: Pairs, leaf: Leaf, total: int | None
) -> None:
    base = asking.base_of(request)
    links = {"self": answering.address(base, path, pairs)}
    rest = [pair for pair in pairs if pair[0] != "_cursor"]
    for relation, place in (("previous", leaf.before), ("next", leaf.after)):
        if place is not None:
            cursor = _written(place, is_end=relation == "previous")
            links[relation] = answering.address(base, path, [*rest, ("_cursor", cursor)])
    response.content_type = MEDIA
    response.data = answering.history(leaf.found, base, links, total)


def _listed(asked: Asked, actor: Actor, pairs: Pairs, base: str, at: datetime) -> Asked:
    """Of what each `_list` names alone. A functional list is one person's, and a history nobody's: SSK-3002."""
    for text in (text for name, text in pairs if name == "_list"):
        ids = [values.unescaped(one).removeprefix("List/") for one in values.alternatives(text)]
        if text.startswith("$"):
            raise Problem("SSK-3002", name=f"_list={asking.shown(text)}", type="_history")
        if not all(ID.fullmatch(one) for one in ids):
            raise Problem("SSK-3004", name="_list", form="id, …")
        named = listed.named_by(actor, ids, base, at)
        asked = asked._replace(named=named if asked.named is None else asked.named & named)
    return asked


def _asked(pairs: Pairs) -> Asked:
    asked = Asked(DEFAULT_COUNT)
    for name, text in pairs:
        match name:
            case "_count":
                asked = asked._replace(most=_count(text))
            case "_cursor":
                asked = asked._replace(after=_read(text)[0])
            case "_since":
                asked = asked._replace(since=_range(name, text).low)
            case "_at":
                asked = asked._replace(at=_range(name, text))
            case "_sort":
                if text.removeprefix("-") != "_lastUpdated":
                    raise Problem("SSK-3004", name=name, form="_lastUpdated, -_lastUpdated")
                asked = asked._replace(newest_first=text.startswith("-"))
            case "_format":
                asking.check_format(text)
            case "_list":
                continue
            case _:
                raise Problem("SSK-3001", name=asking.shown(name), type="_history")
    return asked


def _count(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Problem("SSK-3004", name="_count", form=f"1 … {MOST_COUNT}")
    return max(1, min(int(text), MOST_COUNT))


def _range(name: str, text: str) -> date.Range:
    found = date.range_of(text.replace(" ", "+"))
    if found is None:
        raise Problem("SSK-3004", name=name, form="YYYY-MM-DDThh:mm:ss+hh:mm")
    return found


def _written(place: Key, *, is_end: bool) -> str:
    """A place as text for a link; it moves the place only, rights are asked anew. `is_end`: the page ends before it."""
    packed = _PLACE.pack((place.updated - _EPOCH) // _MICROSECOND, place.rid.bytes, place.version, is_end)
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _read(text: str) -> tuple[Key, bool]:
    """The place of a link, and whether the page ends before it."""
    try:
        micros, rid, version, is_end = _PLACE.unpack(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Key(_EPOCH + micros * _MICROSECOND, UUID(bytes=rid), version), is_end
    except (binascii.Error, error, OverflowError, ValueError) as fault:
        raise Problem("SSK-3004", name="_cursor", form="the next link as it was given") from fault
