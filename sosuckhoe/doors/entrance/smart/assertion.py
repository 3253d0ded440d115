"""An app proves who it is by a signed assertion.

https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from sosuckhoe.access.smart import bounds, configuration, tokens
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.entrance.smart.client import ASSERTION, Client
from sosuckhoe.exchange.app_keys import fetching


class Assertion(JWTBearerClientAssertion):  # type: ignore[misc]  # Authlib has no types
    """RS384 or ES384, a key of the app named by `kid`, five minutes at most, each `jti` once."""

    CLIENT_AUTH_METHOD = ASSERTION

    def __init__(self, audience: str) -> None:
        super().__init__(leeway=0)
        self._audience = audience

    def get_audiences(self) -> list[str]:
        return [self._audience]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        """The keys of the registration; those at an address are fetched when the key's id is known."""
        return _set(client.app.keys) if client.app.jwks else _Elsewhere(client.app.jwks_url)

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        """Verify signature and claims. Raises InvalidClientError for every fault."""
        try:
            header = jws.extract_compact(assertion.encode()).headers()
            if not header.get("kid"):
                raise InvalidClientError(description="kid is missing")
            keys = resolve_key.fetched(header["kid"]) if isinstance(resolve_key, _Elsewhere) else resolve_key
            read = jwt.decode(assertion, keys, algorithms=list(configuration.ASSERTION_ALGORITHMS))
        except (JoseError, Problem, ValueError, KeyError) as error:
            raise InvalidClientError(description="the assertion cannot be verified") from error
        self.verify_claims(read.claims)
        return read.claims

    def verify_claims(self, claims: Any) -> None:
        """Also: no assertion lives longer than five minutes, and `jti` is a text."""
        now = clock.now().timestamp()
        longest = bounds.lifetime("assertion").total_seconds()
        ends = claims.get("exp")
        if not isinstance(ends, int | float) or ends > now + longest or not isinstance(claims.get("jti"), str):
            raise InvalidClientError(description="exp and jti: five minutes at most, and a text")
        super().verify_claims(claims)

    def validate_jti(self, claims: Any, jti: str) -> bool:
        return tokens.note_assertion(claims["sub"], jti, datetime.fromtimestamp(claims["exp"], UTC))


class _Elsewhere(KeySet):
    """Keys at an address."""

    def __init__(self, address: str) -> None:
        super().__init__([])
        self._address = address

    def fetched(self, wanted: str) -> KeySet:
        return _set(fetching.keys_at(self._address, wanted))


def _set(given: dict[str, Any]) -> KeySet:
    return KeySet.import_key_set(cast("KeySetSerialization", given))
