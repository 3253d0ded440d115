"""Where apps ask without a person: tokens, introspection, revocation, keys, what there is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sosuckhoe.access.smart import configuration, keys
from sosuckhoe.base import clock
from sosuckhoe.doors.entrance.smart.server import Server, origin_of

Ask = Callable[[HttpRequest], HttpResponse]


def _for_programs(*methods: str) -> Callable[[Ask], Ask]:
    """A page without a session: programs in browsers that the house names may ask (`SOSUCKHOE_FHIR_ORIGINS`)."""

    def decorate(ask: Ask) -> Ask:
        @csrf_exempt
        @require_http_methods([*methods, "OPTIONS"])
        @wraps(ask)
        def answer(request: HttpRequest) -> HttpResponse:
            made = _answered(request, ask)
            if request.headers.get("Origin") in settings.FHIR_ORIGINS:
                made.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
                made.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
                made.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            made.headers["Vary"] = "Origin"
            return made

        return answer

    return decorate


def _answered(request: HttpRequest, ask: Ask) -> HttpResponse:
    """What the app asked. A form in parts with a NUL is faulty. https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if any("\0" in text for _, texts in request.POST.lists() for text in texts):
        return JsonResponse({"error": "invalid_request"}, status=400)
    return ask(request)


@_for_programs("POST")
def token(request: HttpRequest) -> HttpResponse:
    """https://www.rfc-editor.org/rfc/rfc6749#section-3.2"""
    made: HttpResponse = Server(request).create_token_response(request)
    return made


@_for_programs("POST")
def introspect(request: HttpRequest) -> HttpResponse:
    """https://www.rfc-editor.org/rfc/rfc7662"""
    made: HttpResponse = Server(request).create_endpoint_response("introspection", request)
    return made


@_for_programs("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """https://www.rfc-editor.org/rfc/rfc7009"""
    made: HttpResponse = Server(request).create_endpoint_response("revocation", request)
    return made


@_for_programs("GET", "HEAD")
def public_keys(_request: HttpRequest) -> HttpResponse:
    """The keys that verify ID tokens."""
    return JsonResponse(keys.shown(clock.now()))


@_for_programs("GET", "HEAD")
def described(request: HttpRequest) -> HttpResponse:
    """`.well-known/smart-configuration`, and the same for OpenID Connect and RFC 8414."""
    return JsonResponse(configuration.described(origin_of(request)))
