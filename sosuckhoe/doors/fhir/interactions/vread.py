"""Read one version of a resource. https://hl7.org/fhir/R4/http.html#vread"""

from __future__ import annotations

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import reading
from sosuckhoe.doors.fhir import answering, asking, binary

_LONGEST = 9


def on_get(request: falcon.Request, response: falcon.Response, type_name: str, name: str, version: str) -> None:
    is_content = binary.is_wanted(request, type_name)
    if not is_content:
        asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.only_format(request)
    asking.type_of(type_name)
    if not (version.isascii() and version.isdigit() and len(version) <= _LONGEST):
        raise Problem("SSK-1002")
    stored = reading.vread(actor, type_name, name, int(version), asking.now())
    answering.send(request, response, stored)
    if is_content:
        binary.unwrap(request, response)
