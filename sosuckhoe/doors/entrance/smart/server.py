"""Authlib's authorization server, for one request: it stands at an origin, keeps nothing itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from authlib.integrations.django_oauth2.requests import DjangoOAuth2Payload, DjangoOAuth2Request
from authlib.oauth2 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc9207 import IssuerParameter
from django.http import HttpRequest, HttpResponse

from sosuckhoe.access.smart import apps, bounds, configuration, keys, tokens
from sosuckhoe.access.smart.tokens import Token
from sosuckhoe.base import clock
from sosuckhoe.doors.entrance.smart import grants
from sosuckhoe.doors.entrance.smart.assertion import Assertion
from sosuckhoe.doors.entrance.smart.client import ASSERTION, Client, Held


class Consent(NamedTuple):
    """What somebody has just let an app do, and what its code is bound to."""

    family: UUID
    scope: str
    told: dict[str, Any]


class Asked(DjangoOAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """A request. Whether the house speaks TLS is decided where it starts (`site/production.py`), not by Authlib."""

    def __init__(self, request: HttpRequest) -> None:
        address = request.build_absolute_uri().partition("://")[2]
        OAuth2Request.__init__(self, str(request.method), f"https://{address}", headers=request.headers)
        self.payload = DjangoOAuth2Payload(request)
        self._request = request


class Sent(HttpResponse):
    """An answer whose place Authlib may add to."""

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    @location.setter
    def location(self, address: str) -> None:
        self.headers["Location"] = address


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """`consent` is set by the page of consent, `serving` by the grant that was good."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.origin = origin_of(request)
        self.consent: Consent | None = None
        self.serving: Token | None = None
        identity = grants.Identity(self.origin, keys.signing(clock.now()))
        self.register_grant(grants.Code, [grants.Proof(), identity])
        self.register_grant(grants.Refresh, [identity])
        self.register_grant(grants.Service)
        assertion = Assertion(configuration.endpoints(self.origin)["token_endpoint"])
        self.register_client_auth_method(ASSERTION, assertion)
        self.register_endpoint(Introspection)
        self.register_endpoint(Revocation)
        self.register_extension(_Issuer)

    def add_issuer(self, answer: Sent) -> None:
        """Say who answers, in a refusal too."""
        self.execute_hook("after_create_authorization_response", answer)

    def query_client(self, client_id: str) -> Client | None:
        found = apps.approved(client_id)
        return None if found is None else Client(found)

    def create_oauth2_request(self, request: Any) -> Any:
        return request if isinstance(request, Asked) else Asked(request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Sent:
        """An answer; nobody keeps it (RFC 6749, 5.1)."""
        made = Sent(orjson.dumps(body) if isinstance(body, dict) else body, status=status)
        for name, value in headers:
            made.headers[name] = value
        made.headers["Cache-Control"], made.headers["Pragma"] = "no-store", "no-cache"
        return made

    def send_signal(self, name: str, *_args: Any, **_names: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: Any, request: Any) -> None:
        """It is kept when it is made."""

    def code_of_consent(self) -> str:
        """The code for what was let."""
        if self.consent is None:
            raise RuntimeError("nobody has let this app in")
        at = clock.now()
        family, scope, told = self.consent
        return tokens.issue(family, tokens.CODE, scope, at, at + bounds.lifetime("code"), told)

    def generate_token(self, *, scope: str, **_names: Any) -> dict[str, Any]:
        """The answer to a good code or refresh token, with what was open when the app was started."""
        if self.serving is None:
            raise RuntimeError("nothing was taken")
        at = clock.now()
        made = self.access_token(self.serving.family, scope, bounds.lifetime("access"), at)
        if lasting := grants.refreshes(scope):
            made["refresh_token"] = tokens.issue(self.serving.family, tokens.REFRESH, scope, at, at + lasting)
        return made | self.serving.context

    @staticmethod
    def access_token(family: UUID, scope: str, lasting: timedelta, at: datetime) -> dict[str, Any]:
        """A new access token as it is answered."""
        text = tokens.issue(family, tokens.ACCESS, scope, at, at + lasting)
        return {
            "access_token": text,
            "token_type": "Bearer",
            "expires_in": int(lasting.total_seconds()),
            "scope": scope,
        }


class _Issuer(IssuerParameter):  # type: ignore[misc]  # Authlib has no types
    """Who answers, in every answer through the browser. https://www.rfc-editor.org/rfc/rfc9207"""

    def __init__(self, server: Server) -> None:
        self._origin = server.origin
        self(server)

    def get_issuer(self) -> str:
        return self._origin


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """https://hl7.org/fhir/smart-app-launch/STU2.2/token-introspection.html"""

    CLIENT_AUTH_METHODS = (ASSERTION,)

    def query_token(self, token_string: str, _token_type_hint: str | None) -> Held | None:
        return _held(token_string)

    def check_permission(self, token: Held, client: Client, request: Any) -> bool:  # noqa: ARG002 -- Authlib's names
        """Whoever holds a token and has proved who they are: with the token they could ask for more than this."""
        return True

    def introspect_token(self, token: Held) -> dict[str, Any]:
        kept = token.token
        return {
            "active": True, "scope": kept.scope, "client_id": kept.app, "token_type": "Bearer",
            "exp": int(kept.expires.timestamp()), "iat": int(kept.issued.timestamp()),
            "sub": grants.subject_of(kept.account), "iss": self.server.origin, **kept.context,
        }  # fmt: skip


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """https://www.rfc-editor.org/rfc/rfc7009"""

    CLIENT_AUTH_METHODS = (ASSERTION, "none")

    def query_token(self, token_string: str, _token_type_hint: str | None) -> Held | None:
        return _held(token_string)

    def revoke_token(self, token: Held, request: Any) -> None:  # noqa: ARG002 -- Authlib's names
        tokens.end(token.token, clock.now())


def origin_of(request: HttpRequest) -> str:
    """This house as the browser or app sees it, without a slash at the end: the issuer."""
    return request.build_absolute_uri("/").rstrip("/")


def _held(text: str) -> Held | None:
    found = tokens.find(text, tokens.ACCESS) or tokens.find(text, tokens.REFRESH)
    return None if found is None else Held(found, clock.now())
