"""An app and its tokens, as Authlib asks them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin

from sosuckhoe.access.smart import apps, scopes
from sosuckhoe.access.smart.apps import App
from sosuckhoe.access.smart.tokens import Token

ASSERTION = "private_key_jwt"
_GRANTS = {
    apps.PUBLIC: {"authorization_code", "refresh_token"},
    apps.PRIVATE: {"authorization_code", "refresh_token"},
    apps.SERVICE: {"client_credentials"},
}


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """An approved app."""

    def __init__(self, app: App) -> None:
        self.app = app

    def get_client_id(self) -> str:
        return self.app.id

    def get_default_redirect_uri(self) -> None:
        """None: an app always says where it wants its answer."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Letter by letter. https://www.rfc-editor.org/rfc/rfc9700#section-2.1"""
        return redirect_uri in self.app.redirects

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What of the asked it may have; None for nothing."""
        return " ".join(scopes.within(scopes.understood(scope or ""), self.app.scope)) or None

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == ("none" if self.app.kind == apps.PUBLIC else ASSERTION)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and bool(self.app.redirects)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in _GRANTS[self.app.kind]


class Held:
    """A code or token. What has been used, has ended or is another app's is none (`grants.py`)."""

    def __init__(self, token: Token, now: datetime) -> None:
        self.token = token
        self._now = now

    @property
    def code_challenge(self) -> str:
        return str(self.token.told.get("challenge", ""))

    code_challenge_method = "S256"

    def check_client(self, client: Client) -> bool:
        return self.token.app == client.app.id

    def get_redirect_uri(self) -> str:
        return str(self.token.told.get("redirect", ""))

    def get_scope(self) -> str:
        return self.token.scope

    def get_nonce(self) -> Any:
        return self.token.told.get("nonce")

    def get_auth_time(self) -> Any:
        return self.token.told.get("signed_in")

    def get_acr(self) -> None:
        """Not told."""

    def get_amr(self) -> None:
        """Not told."""

    def is_expired(self) -> bool:
        return self.token.expires <= self._now

    def is_revoked(self) -> bool:
        return self.token.used is not None or not self.token.is_alive
