"""The OpenAPI document of this interface."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import falcon
import orjson

from sosuckhoe.clinical import defined
from sosuckhoe.clinical.search import custom
from sosuckhoe.clinical.search.custom import Registry
from sosuckhoe.doors.fhir import asking, packed
from sosuckhoe.doors.fhir.openapi import document

Routes: TypeAlias = tuple[tuple[str, type], ...]


def on_get(request: falcon.Request, response: falcon.Response, routes: Routes) -> None:
    """Anybody may ask. It is made once for each address that clients use, until somebody defines a parameter."""
    asking.no_parameters(request)
    defined.refresh()
    packed.send(request, response, _document(asking.base_of(request), routes, custom.current()), "application/json")


@lru_cache(maxsize=4)
def _document(base: str, routes: Routes, registry: Registry) -> packed.Packed:
    return packed.pack(orjson.dumps(document.document(base, dict(routes), registry=registry)))
