"""A Binary as its content. https://hl7.org/fhir/R4/binary.html#rest

Who does not ask for FHIR's own types by name gets what the resource holds, under the type that it states. A browser
must neither guess another type nor run it: it is for saving, and has no rights of this origin.
"""

from __future__ import annotations

import re
from base64 import b64decode

import falcon
import orjson

from sosuckhoe.doors.fhir import negotiation
from sosuckhoe.doors.look import content_security

TYPE = "Binary"
_OF_FHIR = re.compile(r"application/(fhir\+json|fhir\+xml|json\+fhir|xml\+fhir)", re.IGNORECASE)
_MEDIA = re.compile(r'[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?; ?[\w.+-]+=("[\w .+:/-]*"|[\w.+:/-]+))*', re.ASCII)
_UNKNOWN = "application/octet-stream"


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
