"""The addresses of the gateway, and its errors as the portal words them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.gateway import forms, replies
from sosuckhoe.doors.gateway.check_in import CheckIn
from sosuckhoe.doors.gateway.feeds import Delivered, Resources, Table
from sosuckhoe.doors.gateway.profiles import Profiles
from sosuckhoe.doors.gateway.profiles import Token as ProfileToken
from sosuckhoe.doors.gateway.records import Records
from sosuckhoe.doors.gateway.token import Token

_log = logging.getLogger(__name__)


def _on_problem(_request: falcon.Request, response: falcon.Response, problem: Problem, _params: dict[str, Any]) -> None:
    response.media = replies.of_problem(problem)


def _on_fault(request: falcon.Request, response: falcon.Response, fault: Exception, _params: dict[str, Any]) -> None:
    """A fault of ours: nothing was acknowledged, so the hospital sends again."""
    _log.error("gateway %s: %s", request.path, type(fault).__name__, exc_info=fault)
    response.status = falcon.HTTP_500
    response.media = replies.of_problem(Problem("SSK-2599"))


def make_app() -> Callable[..., Any]:
    """The WSGI application that is mounted at /api, its paths whole."""
    app = falcon.App()
    app.req_options.media_handlers.update(forms.handlers())
    app.add_error_handler(Exception, _on_fault)
    app.add_error_handler(falcon.HTTPError, replies.write_http_error)
    app.add_error_handler(Problem, _on_problem)
    app.add_route("/api/token/take", Token())
    for edition in ("4750", "3176"):
        app.add_route(f"/api/qd130/guiHoSoXmlQD{edition}", Records())
        app.add_route(f"/api/qd130/checkInKcbQd{edition}", CheckIn())
    app.add_route("/api/xac-thuc/token", ProfileToken())
    app.add_route("/api/ho-so-suc-khoe/qd-831-2017/tiep-nhan", Profiles())
    app.add_route("/api/he-thong/fhir", Resources())
    app.add_route("/api/he-thong/bang/{table}", Table())
    app.add_route("/api/he-thong/lan-gui/{receipt}", Delivered())
    return app


application = make_app()
