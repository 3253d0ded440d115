"""Read a resource. https://hl7.org/fhir/R4/http.html#read"""

from __future__ import annotations

import falcon

from sosuckhoe.clinical import reading
from sosuckhoe.doors.fhir import answering, asking, binary


def on_get(request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
    is_content = binary.is_wanted(request, type_name)
    if not is_content:
        asking.check_accept(request)
    actor = asking.actor_of(request)
    asking.only_format(request)
    stored = reading.read(actor, asking.type_of(type_name), name, asking.now())
    answering.send(request, response, stored)
    if is_content:
        binary.unwrap(request, response)
