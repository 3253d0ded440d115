"""A Binary as its content. https://hl7.org/fhir/R4/binary.html#rest

Who does not ask for FHIR's own types by name gets what the resource holds, under the type that it states. A browser
must neither guess another type nor run it: it is for saving, and has no rights of this origin.

Who sends a type that is none of FHIR's own, at any of their names, sends the content itself; `X-Security-Context` says
whose it is. JSON and XML are always resources, so other JSON and XML is sent within one.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Any

import falcon
import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.search import reference
from sosuckhoe.doors.fhir import asking, negotiation
from sosuckhoe.doors.look import content_security

TYPE = "Binary"
_OF_FHIR = re.compile(r"application/(fhir\+json|fhir\+xml|json\+fhir|xml\+fhir)", re.IGNORECASE)
_MEDIA = re.compile(r'[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?; ?[\w.+-]+=("[\w .+:/-]*"|[\w.+:/-]+))*', re.ASCII)
_UNKNOWN = "application/octet-stream"
_FORMS = ("multipart/", "application/x-www-form-urlencoded")
"""What browsers and tools call a body of which nobody said a type: no content."""
_CONTEXT = "X-Security-Context"
MOST_BYTES = asking.MOST_BYTES // 4 * 3
"""In base64 it is as long as a resource may be."""


def is_wanted(request: falcon.Request, type_name: str) -> bool:
    """Whether the answer to a read is the content of a Binary."""
    if type_name != TYPE or negotiation.asked_in(request.query_string) is not None:
        return False
    return not _OF_FHIR.search(request.context.get("accept") or request.accept)


def unwrap(request: falcon.Request, response: falcon.Response) -> None:
    """Send what the resource that was to be sent holds. What is not sent stays so (304)."""
    if response.data is None:
        return
    request.context.form = negotiation.JSON
    resource = orjson.loads(response.data)
    stated = resource.get("contentType") or ""
    response.content_type = stated if _MEDIA.fullmatch(stated) else _UNKNOWN
    response.data = b64decode(resource.get("data") or "")
    response.set_header("X-Content-Type-Options", "nosniff")
    response.set_header("Content-Disposition", "attachment")
    response.set_header(
        "Content-Security-Policy",
        content_security.NOTHING,
    )
    response.append_header("Vary", "Accept")


def sent(request: falcon.Request, type_name: str, name: str = "") -> tuple[bytes, dict[str, Any]]:
    """What was sent, as the bytes that tell one request from another, and as a resource.

    `name` is the id in the address. Raises SSK-3010, 3011 …, 3028, 3415; SSK-3004 for a context that is no reference.
    """
    if type_name == TYPE and _is_content(request.content_type or ""):
        body = _around(request, name)
        return orjson.dumps(body), body
    raw = asking.content(request)
    return raw, asking.resource_in(raw, type_name)


def _is_content(stated: str) -> bool:
    return bool(stated) and negotiation.named(stated) is None and not stated.lower().startswith(_FORMS)


def _around(request: falcon.Request, name: str) -> dict[str, Any]:
    """The resource around a content: its id of an address, its type, whose it is."""
    content = asking.content(request, limit=MOST_BYTES, form=_MEDIA)
    context = request.get_header(_CONTEXT)
    if context is not None and not reference.RELATIVE.fullmatch(context.removeprefix(f"{asking.base_of(request)}/")):
        raise Problem("SSK-3004", name=_CONTEXT, form="Type/id")
    return {
        "resourceType": TYPE,
        **({"id": name} if name else {}),
        "contentType": request.content_type,
        **({"securityContext": {"reference": context}} if context is not None else {}),
        **({"data": b64encode(content).decode()} if content else {}),
    }
