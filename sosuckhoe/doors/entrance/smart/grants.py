"""The three ways to a token: a code, a refresh token, an assertion of a service."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749 import grants as authlib
from authlib.oauth2.rfc6749.hooks import hooked
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import ECKey

from sosuckhoe.access import blind
from sosuckhoe.access import queries as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import authorizations, bounds, configuration, scopes, tokens
from sosuckhoe.base import clock
from sosuckhoe.book import queries as book
from sosuckhoe.doors.entrance.smart.client import ASSERTION, Held
from sosuckhoe.exchange.register import queries as register

_ID_TOKEN_SECONDS = 600


class Code(authlib.AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib has no types
    """https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-access-token"""

    TOKEN_ENDPOINT_AUTH_METHODS = (ASSERTION, "none")

    def generate_authorization_code(self) -> str:
        return str(self.server.code_of_consent())

    def save_authorization_code(self, code: str, request: Any) -> None:
        """It is kept when it is made."""

    def query_authorization_code(self, code: str, client: Any) -> Held | None:
        """A code of this app that is good. One that comes again ends what came from it."""
        return _good(code, tokens.CODE, client)

    def authenticate_user(self, authorization_code: Held) -> Actor | None:
        return _taken(self.server, authorization_code)

    def delete_authorization_code(self, authorization_code: Held) -> None:
        """It stays as used, for its reuse to show."""


class Refresh(authlib.RefreshTokenGrant):  # type: ignore[misc]  # Authlib has no types
    """A refresh token is good once; the one that comes again ends the whole authorization."""

    TOKEN_ENDPOINT_AUTH_METHODS = (ASSERTION, "none")
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Held | None:
        return _good(refresh_token, tokens.REFRESH, self.request.client)

    def authenticate_user(self, refresh_token: Held) -> Actor | None:
        return _taken(self.server, refresh_token)

    def revoke_old_credential(self, refresh_token: Held) -> None:
        """It was taken before the new one was made."""


class Service(authlib.ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    """https://hl7.org/fhir/smart-app-launch/STU2.2/backend-services.html"""

    TOKEN_ENDPOINT_AUTH_METHODS = (ASSERTION,)

    def validate_requested_scope(self) -> None:
        if not self.client.get_allowed_scope(self.request.payload.scope):
            raise InvalidScopeError

    @hooked  # type: ignore[untyped-decorator]  # Authlib has no types
    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        app = self.client.app
        actor = authorizations.actor_of(app.account)
        if actor is None:
            raise InvalidClientError
        scope, at = self.client.get_allowed_scope(self.request.payload.scope), clock.now()
        family = authorizations.begin_service(app, actor, scope, at)
        return 200, self.server.access_token(family, scope, bounds.lifetime("service"), at), self.TOKEN_RESPONSE_HEADER


class Proof(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE, always and by S256 alone. https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1"""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        if not grant.request.payload.data.get("code_challenge_method"):
            raise InvalidRequestError("code_challenge and code_challenge_method=S256 are demanded")
        super().validate_code_challenge(grant, redirect_uri)


class Identity(OpenIDCode):  # type: ignore[misc]  # Authlib has no types
    """The ID token. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#scopes-for-requesting-identity-data"""

    def __init__(self, origin: str, key: ECKey) -> None:
        super().__init__(require_nonce=False)
        self._origin = origin
        self._key = key

    def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002 -- Authlib's names
        """A code is bound to its nonce and good once."""
        return False

    def resolve_client_private_key(self, client: Any) -> ECKey:  # noqa: ARG002 -- Authlib's names
        return self._key

    def get_client_algorithm(self, client: Any) -> str:  # noqa: ARG002 -- Authlib's names
        return configuration.SIGNED_BY

    def get_encode_header(self, client: Any) -> dict[str, str]:  # noqa: ARG002 -- Authlib's names
        return {"alg": configuration.SIGNED_BY, "kid": str(self._key.kid), "typ": "JWT"}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self._origin, "aud": client.get_client_id(), "iat": now, "exp": now + _ID_TOKEN_SECONDS}

    def generate_user_info(self, user: Actor, scope: str) -> dict[str, str]:
        """A name for the account that says nothing, and which Patient or Practitioner it is where that was asked."""
        told = {"sub": subject_of(user.account)}
        who = _resource_of(user) if "fhirUser" in scope.split() else None
        return told | ({"fhirUser": f"{self._origin}/fhir/{who}"} if who else {})


def _resource_of(user: Actor) -> str | None:
    """A citizen is a Patient, one of a facility's staff the Practitioner with the licence of the account."""
    if user.person:
        whose = book.owner(user.person)
        return f"Patient/{whose.patient}" if whose else None
    key = register.practitioner_of(access.licence_of(user.account))
    return f"Practitioner/{key}" if key else None


def subject_of(account: int) -> str:
    """What apps know an account by."""
    return blind.digest("subject", str(account)).hex()[:32]


def _good(text: str, kind: str, client: Any) -> Held | None:
    found, now = tokens.find(text, kind), clock.now()
    if found is None or client is None or found.app != client.app.id:
        return None
    if found.used is not None:
        tokens.end_reused(found, now)
        return None
    held = Held(found, now)
    return None if held.is_expired() or held.is_revoked() else held


def _taken(server: Any, held: Held) -> Actor | None:
    """Who let the app in, once the code or refresh token is taken: of two at the same time one gets nothing."""
    if not tokens.use(held.token, clock.now()):
        return None
    server.serving = held.token
    return authorizations.actor_of(held.token.account)


def refreshes(scope: str) -> timedelta | None:
    """How long a refresh token of these scopes is good; None where there is none."""
    words = scopes.understood(scope)
    return bounds.lifetime("refresh") if {"offline_access", "online_access"} & {*words} else None
