"""The addresses of the FHIR interface, mounted at /fhir with their paths whole."""

from __future__ import annotations

from typing import Any

import falcon
import psycopg

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.fhir import outcome, subscriptions, wire
from sosuckhoe.doors.fhir.encoding import Encoded
from sosuckhoe.doors.fhir.interactions import (
    background,
    capabilities,
    conditional_delete,
    conditional_patch,
    conditional_update,
    create,
    delete,
    history,
    patch,
    read,
    search,
    search_compartment,
    search_system,
    transaction,
    update,
    vread,
)
from sosuckhoe.doors.fhir.openapi import serving
from sosuckhoe.doors.fhir.operations import routing
from sosuckhoe.doors.fhir.origins import Origins
from sosuckhoe.doors.fhir.pretty import Pretty


class System:
    """`[base]`."""

    on_get = staticmethod(search_system.on_get)
    on_post = staticmethod(transaction.on_post)


class SystemSearch:
    """`[base]/_search`."""

    on_post = staticmethod(search_system.on_post)


class Compartment:
    """`[base]/[compartment]/[id]/[type]`, where the type may be `*`."""

    on_get = staticmethod(search_compartment.on_get)


class CompartmentSearch:
    """`[base]/[compartment]/[id]/[type]/_search`."""

    on_post = staticmethod(search_compartment.on_post)


class Metadata:
    """`[base]/metadata`."""

    on_get = staticmethod(capabilities.on_get)


class SmartConfiguration:
    """`[base]/.well-known/smart-configuration`."""

    on_get = staticmethod(capabilities.on_get_smart)


class OpenApi:
    """`[base]/openapi.json`."""

    @staticmethod
    def on_get(request: falcon.Request, response: falcon.Response) -> None:
        """Described are the routes below, of which this is one."""
        serving.on_get(request, response, tuple(ROUTES.items()))


class Type:
    """`[base]/[type]`."""

    on_get = staticmethod(search.on_get)
    on_post = staticmethod(create.on_post)
    on_put = staticmethod(conditional_update.on_put)
    on_patch = staticmethod(conditional_patch.on_patch)
    on_delete = staticmethod(conditional_delete.on_delete)


class TypeSearch:
    """`[base]/[type]/_search`."""

    on_post = staticmethod(search.on_post)


class Instance:
    """`[base]/[type]/[id]`."""

    on_get = staticmethod(read.on_get)
    on_put = staticmethod(update.on_put)
    on_patch = staticmethod(patch.on_patch)
    on_delete = staticmethod(delete.on_delete)


class InstanceHistory:
    """`[base]/[type]/[id]/_history`."""

    on_get = staticmethod(history.on_get_instance)


class TypeHistory:
    """`[base]/[type]/_history`."""

    on_get = staticmethod(history.on_get_type)


class SystemHistory:
    """`[base]/_history`."""

    on_get = staticmethod(history.on_get_system)


class InstanceVersion:
    """`[base]/[type]/[id]/_history/[vid]`."""

    on_get = staticmethod(vread.on_get)


class Background:
    """`[base]/_async/[job]`."""

    on_get = staticmethod(background.on_get_status)
    on_delete = staticmethod(background.on_delete)


class BackgroundResult:
    """`[base]/_async/[job]/result`."""

    on_get = staticmethod(background.on_get_result)


class BackgroundFile:
    """`[base]/_async/[job]/[file]`."""

    on_get = staticmethod(background.on_get_file)


ROUTES: dict[str, type] = {
    "": System,
    "/metadata": Metadata,
    "/_history": SystemHistory,
    "/openapi.json": OpenApi,
    "/.well-known/smart-configuration": SmartConfiguration,
    "/_search": SystemSearch,
    "/Subscription": subscriptions.Subscriptions,
    "/Subscription/{name}": subscriptions.OneSubscription,
    "/_async/{job}": Background,
    "/_async/{job}/result": BackgroundResult,
    "/_async/{job}/{file}": BackgroundFile,
    "/{type_name}": Type,
    "/{type_name}/_search": TypeSearch,
    "/{type_name}/_history": TypeHistory,
    "/{type_name}/{name}": Instance,
    "/{type_name}/{name}/_history": InstanceHistory,
    "/{type_name}/{name}/{held}": Compartment,
    "/{type_name}/{name}/{held}/_search": CompartmentSearch,
    "/{type_name}/{name}/_history/{version}": InstanceVersion,
}


def make_app() -> falcon.App[Any, Any]:
    """The WSGI application."""
    made: falcon.App[Any, Any] = falcon.App(media_type=outcome.MEDIA, middleware=_wrapped())
    made.req_options.strip_url_path_trailing_slash = True
    made.add_error_handler(Exception, outcome.on_fault)
    made.add_error_handler(falcon.HTTPError, outcome.on_http_error)
    made.add_error_handler(psycopg.errors.DeadlockDetected, outcome.on_lost_race)
    made.add_error_handler(psycopg.errors.SerializationFailure, outcome.on_lost_race)
    made.add_error_handler(Problem, outcome.on_problem)
    for path, resource in ROUTES.items():
        made.add_route(f"/fhir{path}", _with_head(resource()))
    for path, called in routing.routes().items():
        made.add_route(f"/fhir{path}", _with_head(called))
    return made


def _wrapped() -> list[Any]:
    """The layers around an interaction, the outermost first."""
    return [Origins(), Encoded(), Pretty(), wire.Forms()]


def _with_head(resource: Any) -> Any:
    """HEAD stands wherever GET stands: Falcon sends its answer without the body."""
    if hasattr(resource, "on_get"):
        resource.on_head = resource.on_get
    return resource


app = application = make_app()
