"""The versions of a resource. https://hl7.org/fhir/R4/http.html#history"""

from __future__ import annotations

import re
from typing import NamedTuple

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import reading
from sosuckhoe.clinical.search import date
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.outcome import MEDIA

_NUMBER = re.compile(r"[0-9]{1,9}")


class _Asked(NamedTuple):
    """`_count`, `_since`, and the version before which a page begins."""

    most: int
    since: date.Range | None
    before: int


def on_get(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    asking.check_accept(request)
    actor = asking.actor_of(request)
    pairs = asking.pairs_of(request.query_string)
    asked = _asked(pairs)
    versions = reading.history(actor, asking.type_of(type_name), name, asking.now())
    wanted = [one for one in versions if asked.since is None or one.updated >= asked.since.low]
    page = [one for one in wanted if one.version < asked.before][: asked.most]
    base, path = asking.base_of(request), f"{type_name}/{name}/_history"
    links = {"self": answering.address(base, path, pairs)}
    if page and page[-1] is not wanted[-1]:
        rest = [pair for pair in pairs if pair[0] != "_cursor"]
        links["next"] = answering.address(base, path, [*rest, ("_cursor", str(page[-1].version))])
    response.content_type = MEDIA
    response.data = answering.history(page, name, base, links, len(wanted))


def _asked(pairs: list[tuple[str, str]]) -> _Asked:
    count, since, before = 100, None, 1 << 31
    for name, text in pairs:
        match name:
            case "_count":
                count = max(1, min(_number(name, text), 1000))
            case "_cursor":
                before = _number(name, text)
            case "_since":
                since = date.range_of(text.replace(" ", "+"))
                if since is None:
                    raise Problem("SSK-3004", name=name, form="YYYY-MM-DDThh:mm:ss+hh:mm")
            case "_format":
                asking.check_format(text)
            case _:
                raise Problem("SSK-3001", name=asking.shown(name), type="_history")
    return _Asked(count, since, before)


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise Problem("SSK-3004", name=name, form="a number")
    return int(text)
