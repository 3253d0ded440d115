"""The house as a client of VNeID: authorization code with PKCE, state and nonce; Authlib speaks the protocol.

OpenID Connect Core 1.0, section 3.1. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.vneid import told

ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
"""Signatures by a key of the issuer's alone: never `none`, never a secret that both sides know."""

_LEEWAY_SECONDS = 30
_TIMEOUT_SECONDS = 5
_NAME = "vneid"
_log = logging.getLogger(__name__)


class _Straight(OAuth2Session):  # type: ignore[misc]  # authlib has no types
    """What asks the issuer: where it was told to and nowhere else, for a redirect would take code and secret along."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.max_redirects = 0
        self.trust_env = False


class _App(DjangoOAuth2App):  # type: ignore[misc]  # authlib has no types
    client_cls = _Straight


def is_offered() -> bool:
    """Whether the house knows an issuer."""
    return bool(settings.VNEID["issuer"])


def to_issuer(request: HttpRequest, back: str, *, again: bool = False) -> HttpResponse:
    """The redirect to VNeID; `back` is our address for the answer. Problem SSK-1101 when VNeID does not answer.

    `again`: VNeID is to ask for the proof anew, whoever is signed in there (OpenID Connect Core 3.1.2.1, prompt).
    """
    more = {"prompt": "login"} if again else {}
    try:
        answer: HttpResponse = _ready().authorize_redirect(request, back, **more)
    except (requests.RequestException, ValueError) as error:
        raise _away(error) from error
    return answer


def who_came_back(request: HttpRequest) -> told.Told:
    """Who VNeID says has come back with this request; Problems SSK-1100 (refused) to 1103 otherwise."""
    try:
        client = _ready()
        token = client.authorize_access_token(request, claims_options=_demanded(), leeway=_LEEWAY_SECONDS)
        claims = _claims(client, token)
    except (requests.RequestException, ValueError) as error:
        raise _away(error) from error
    except (AuthlibBaseError, JoseError, RuntimeError) as error:
        _log.warning("an answer of VNeID was refused (%s)", type(error).__name__)
        raise Problem("SSK-1100") from error
    return told.read(claims, settings.VNEID["claims"], settings.VNEID["levels"])


def _claims(client: Any, token: dict[str, Any]) -> dict[str, Any]:
    """The verified claims of the ID token; where the number is not among them, those of the same subject's userinfo."""
    claims = token.get("userinfo")
    if not claims:
        raise Problem("SSK-1100")
    if settings.VNEID["claims"]["number"] in claims or "userinfo_endpoint" not in client.server_metadata:
        return dict(claims)
    more = client.userinfo(token=token)
    if more.get("sub") != claims["sub"]:
        raise Problem("SSK-1100")
    return {**more, **claims}


def _demanded() -> dict[str, dict[str, Any]]:
    return {
        "iss": {"essential": True, "value": settings.VNEID["issuer"]},
        "aud": {"essential": True, "value": settings.VNEID["client"]},
        "exp": {"essential": True},
    }


def _ready() -> Any:
    """The client, once the issuer has said where its endpoints are and is the one that we asked."""
    if not is_offered():
        raise Problem("SSK-1101")
    known = _client(settings.VNEID["issuer"], settings.VNEID["client"])
    metadata = known.load_server_metadata()
    if metadata.get("issuer") != settings.VNEID["issuer"]:
        raise Problem("SSK-1100")
    offered = metadata.get("id_token_signing_alg_values_supported") or ALGORITHMS
    metadata["id_token_signing_alg_values_supported"] = [name for name in ALGORITHMS if name in offered]
    return known


@cache
def _client(issuer: str, client: str) -> Any:
    """One client a process: it keeps what the issuer said of itself; an unknown key makes it ask for the keys again."""
    endpoints = settings.VNEID["endpoints"]
    found = {} if endpoints else {"server_metadata_url": f"{issuer}/.well-known/openid-configuration"}
    return OAuth().register(
        _NAME,
        client_cls=_App,
        client_id=client,
        client_secret=settings.VNEID["secret"],
        client_kwargs={
            "scope": settings.VNEID["scope"],
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT_SECONDS,
        },
        **found,
        **({"issuer": issuer, **endpoints} if endpoints else {}),
    )


def _away(error: Exception) -> Problem:
    _log.warning("VNeID does not answer (%s)", type(error).__name__)
    return Problem("SSK-1101")
