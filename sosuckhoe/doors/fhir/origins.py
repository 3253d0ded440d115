"""Programs in browsers that come from elsewhere. https://fetch.spec.whatwg.org/#http-cors-protocol

Nobody's, unless the house names their origins (SOSUCKHOE_FHIR_ORIGINS). They sign in with a token: cookies are never
taken along, so the session of a signed-in person is of no use to them.
"""

from __future__ import annotations

import falcon
from django.conf import settings

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_HEADERS = (
    "Accept, Authorization, Content-Type, Content-Encoding, Idempotency-Key, If-Match, If-Modified-Since, "
    "If-None-Exist, If-None-Match, Prefer, X-Request-Id, X-Security-Context"
)
_EXPOSED = "Content-Location, ETag, Last-Modified, Location"
_KEPT_SECONDS = "600"


class Origins:
    """The middleware. A house that names nobody pays one look-up a request."""

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """A browser's question whether it may send a request is answered here, before anybody has to sign in."""
        if request.method == "OPTIONS" and _is_known(request) and request.get_header("Access-Control-Request-Method"):
            response.set_header("Access-Control-Allow-Methods", _METHODS)
            response.set_header("Access-Control-Allow-Headers", _HEADERS)
            response.set_header("Access-Control-Max-Age", _KEPT_SECONDS)
            response.status = falcon.HTTP_204
            response.complete = True

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _is_well: object
    ) -> None:
        """Falcon's names of parameters and their order."""
        if not settings.FHIR_ORIGINS:
            return
        response.append_header("Vary", "Origin")
        if _is_known(request):
            response.set_header("Access-Control-Allow-Origin", request.get_header("Origin", required=True))
            response.set_header("Access-Control-Expose-Headers", _EXPOSED)


def _is_known(request: falcon.Request) -> bool:
    return request.get_header("Origin") in settings.FHIR_ORIGINS
