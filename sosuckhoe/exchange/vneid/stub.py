"""A stub of VNeID: a real OpenID Connect issuer for made-up people, which can also fail in every way.

Discovery, keys, authorization code with PKCE, client authentication, ID token, userinfo. Whoever signs in chooses a
name, a level and a fault. It holds no database; its keys and codes end with its process.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import falcon
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from sosuckhoe.exchange.vneid.stub_page import choice_page

CODE_SECONDS = 60
TOKEN_SECONDS = 300
FAULTS = {
    "": "Không có lỗi",
    "signature": "Chữ ký của khóa khác",
    "none": "Không có chữ ký",
    "expired": "Đã hết hạn",
    "audience": "Cấp cho ứng dụng khác",
    "issuer": "Tên nơi cấp khác",
    "nonce": "Nonce khác",
    "no-token": "Không có ID token",
    "replay": "Mã đã dùng một lần",
    "down": "Không trả lời",
    "denied": "Người dùng từ chối",
}


class Resident(NamedTuple):
    """Somebody who has an electronic identity."""

    number: str
    name: str
    birth: str


@dataclass
class Grant:
    """What a code stands for."""

    person: Resident
    level: str
    fault: str
    asked: dict[str, str]
    ends: float


@dataclass
class Issuer:
    """The state of the stub: its keys, its one client, its codes and tokens."""

    url: str
    client: str
    secret: str
    people: Sequence[Resident]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "kid": secrets.token_hex(4)}))
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """The discovery document. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata"""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def keys(self) -> Any:
        """The public keys."""
        return KeySet([self.key]).as_dict(private=False)

    def is_asked_well(self, asked: dict[str, str]) -> bool:
        """Whether a client's question names itself, PKCE with S256, state and nonce."""
        return (
            asked.get("client_id") == self.client
            and asked.get("response_type") == "code"
            and asked.get("code_challenge_method") == "S256"
            and all(asked.get(word) for word in ("redirect_uri", "state", "nonce", "code_challenge"))
        )

    def grant(self, number: str, level: str, fault: str, asked: dict[str, str]) -> str:
        """Where the browser goes after the choice."""
        person = next(one for one in self.people if one.number == number)
        if fault == "denied":
            return _with(asked["redirect_uri"], error="access_denied", state=asked["state"])
        code = secrets.token_urlsafe(24)
        if fault != "replay":
            self.grants[code] = Grant(person, level, fault, asked, time.monotonic() + CODE_SECONDS)
        return _with(asked["redirect_uri"], code=code, state=asked["state"])

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, once; None when anything does not fit."""
        grant = self.grants.pop(form.get("code", ""), None)
        if grant is None or grant.ends < time.monotonic() or form.get("redirect_uri") != grant.asked["redirect_uri"]:
            return None
        if not hmac.compare_digest(challenge(form.get("code_verifier", "")), grant.asked["code_challenge"]):
            return None
        access = secrets.token_urlsafe(24)
        self.tokens[access] = grant
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return answer if grant.fault == "no-token" else answer | {"id_token": self.id_token(grant)}

    def id_token(self, grant: Grant) -> str:
        """The signed token, spoilt as the grant's fault says."""
        now, fault = int(time.time()), grant.fault
        claims = {
            "iss": f"{self.url}/other" if fault == "issuer" else self.url,
            "sub": subject(grant.person),
            "aud": "another" if fault == "audience" else self.client,
            "iat": now - (2 * TOKEN_SECONDS if fault == "expired" else 0),
            "exp": now - TOKEN_SECONDS if fault == "expired" else now + TOKEN_SECONDS,
            "nonce": "another" if fault == "nonce" else grant.asked["nonce"],
            **self.told(grant),
        }
        if fault == "none":
            head, _, rest = jwt.encode({"alg": "RS256"}, claims, self.key).partition(".")
            bare = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            return f"{bare}.{rest.partition('.')[0]}." if head else ""
        key = RSAKey.generate_key(2048) if fault == "signature" else self.key
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)

    def told(self, grant: Grant) -> dict[str, str]:
        """What is said of the person."""
        person = grant.person
        return {"personal_id": person.number, "name": person.name, "birthdate": person.birth, "acr": grant.level}


def challenge(verifier: str) -> str:
    """The challenge of a verifier. https://www.rfc-editor.org/rfc/rfc7636#section-4.2"""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def subject(person: Resident) -> str:
    """A subject identifier that is not the number itself."""
    return hashlib.sha256(f"stub {person.number}".encode()).hexdigest()[:24]


class Endpoints:
    """The addresses of the issuer."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    def on_get_described(self, _request: falcon.Request, response: falcon.Response) -> None:
        response.media = self.issuer.described()

    def on_get_keys(self, _request: falcon.Request, response: falcon.Response) -> None:
        response.media = self.issuer.keys()

    def on_get_authorize(self, request: falcon.Request, response: falcon.Response) -> None:
        asked = {name: str(value) for name, value in request.params.items()}
        if not self.issuer.is_asked_well(asked):
            raise falcon.HTTPBadRequest
        response.content_type = falcon.MEDIA_HTML
        response.text = choice_page(asked, self.issuer.people, FAULTS)

    def on_post_authorize(self, request: falcon.Request, response: falcon.Response) -> None:
        form = dict(request.get_media())
        if not self.issuer.is_asked_well(form) or form.get("number") not in {one.number for one in self.issuer.people}:
            raise falcon.HTTPBadRequest
        place = self.issuer.grant(form["number"], form.get("level", "2"), form.get("fault", ""), form)
        response.status, response.location = falcon.HTTP_SEE_OTHER, place

    def on_post_token(self, request: falcon.Request, response: falcon.Response) -> None:
        form = dict(request.get_media())
        grant = self.issuer.grants.get(form.get("code", ""))
        if grant and grant.fault == "down":
            raise falcon.HTTPServiceUnavailable
        expected = base64.b64encode(f"{self.issuer.client}:{self.issuer.secret}".encode()).decode()
        if not hmac.compare_digest(request.get_header("Authorization", default=""), f"Basic {expected}"):
            raise falcon.HTTPUnauthorized
        answer = self.issuer.redeem(form)
        response.media = answer or {"error": "invalid_grant"}
        response.status = falcon.HTTP_OK if answer else falcon.HTTP_BAD_REQUEST

    def on_get_userinfo(self, request: falcon.Request, response: falcon.Response) -> None:
        grant = self.issuer.tokens.get(request.get_header("Authorization", default="").removeprefix("Bearer "))
        if grant is None:
            raise falcon.HTTPUnauthorized
        response.media = {"sub": subject(grant.person), **self.issuer.told(grant)}


def application(issuer: Issuer) -> falcon.App[Any, Any]:
    """The issuer as WSGI."""
    app, endpoints = falcon.App(), Endpoints(issuer)
    app.add_route("/.well-known/openid-configuration", endpoints, suffix="described")
    for name in ("authorize", "token", "userinfo"):
        app.add_route(f"/{name}", endpoints, suffix=name)
    app.add_route("/jwks", endpoints, suffix="keys")
    return app


def serve(issuer: Issuer, port: int) -> None:
    """Answer on this machine until told to stop, one question at a time."""
    with make_server("127.0.0.1", port, application(issuer), handler_class=_Quiet) as server:
        server.serve_forever()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Addresses carry codes: nothing is written down."""


def _with(address: str, **words: str) -> str:
    return f"{address}?{urlencode(words)}"
