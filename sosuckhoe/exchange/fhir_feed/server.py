"""Another vendor's FHIR server: requests that are patient, bounded, signed in where it demands that, never redirected.

SMART backend services (private_key_jwt): https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import yaml
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from django.conf import settings
from joserfc.jwk import ECKey, RSAKey

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.outside.breaker import Breaker
from sosuckhoe.exchange.outside.line import Away, Declined

LONGEST_PAUSE = 120.0
_CHUNK = 256 * 1024
_ASSERTION_SECONDS = 240
"""SMART backend services allow five minutes at most; the library's own is an hour."""
_PASSING = {408, 409, 425, 429}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source's server is and how we sign in. `key` is a file of a PEM; without `token` nobody signs in.

    `hour`: of the nightly pull, in Viet Nam; None: that of site/rounds/rounds.yaml.
    """

    base: str
    export: str = "$export"
    types: tuple[str, ...] = ()
    token: str = ""
    client: str = ""
    key: str = ""
    kid: str = ""
    alg: str = "RS384"
    scope: str = "system/*.read"
    hour: int | None = None


@dataclass(slots=True)
class Server:
    """A source's server. Every call raises Away after the last try, Declined at once."""

    system: str
    place: Place
    seconds: float = 60.0
    tries: int = 4
    first_pause: float = 0.5
    breaker: Breaker = field(default_factory=Breaker)
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _bearer: str = ""

    def ask(self, url: str, headers: Mapping[str, str], method: str = "GET") -> requests.Response:
        """An answer whose body is small."""
        answer: requests.Response = self._patiently(lambda: self._once(method, url, headers))
        return answer

    def take(self, url: str, keep: Callable[[Iterator[bytes]], Any]) -> Any:
        """Give a file's bytes to `keep` as they come; from the beginning again when the line breaks."""
        return self._patiently(lambda: self._stream(url, keep))

    def _patiently(self, call: Callable[[], Any]) -> Any:
        for left in reversed(range(self.tries)):
            try:
                return self._try(call)
            except Away as away:
                if not left or self.breaker.is_open:
                    raise
                tried = self.tries - left - 1
                grown = self.first_pause * float(1 << tried) * (1 + secrets.randbelow(1000) / 1000)
                self.wait(min(max(away.after, grown), LONGEST_PAUSE))
        raise Away(self.system)

    def _try(self, call: Callable[[], Any]) -> Any:
        if not self.breaker.allows(self.clock()):
            raise Away(self.system)
        try:
            answer = call()
        except (requests.RequestException, OSError) as error:
            self.breaker.failed(self.clock())
            raise Away(self.system) from error
        except Away:
            self.breaker.failed(self.clock())
            raise
        self.breaker.succeeded()
        return answer

    def _once(self, method: str, url: str, headers: Mapping[str, str]) -> requests.Response:
        with self._session() as session:
            answer = session.request(method, url, headers={**headers, **self._signed_in(url)}, **self._bounds())
            return self._judged(answer)

    def _stream(self, url: str, keep: Callable[[Iterator[bytes]], Any]) -> Any:
        with self._session() as session:
            headers = {"Accept": "application/fhir+ndjson", **self._signed_in(url)}
            with session.get(url, headers=headers, stream=True, **self._bounds()) as answer:
                return keep(self._judged(answer).iter_content(_CHUNK))

    def _bounds(self) -> dict[str, Any]:
        return {"timeout": self.seconds, "allow_redirects": False}

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            session.trust_env = False
            yield session

    def _judged(self, answer: requests.Response) -> requests.Response:
        if answer.ok and not answer.is_redirect:
            return answer
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self._bearer:
            self._bearer = ""
            raise Away(self.system)
        if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status_code not in _PASSING:
            raise Declined(self.system, answer.status_code)
        raise Away(self.system, after(answer))

    def _signed_in(self, url: str) -> dict[str, str]:
        """The header that signs us in: only at the server's own address, and only where it demands it."""
        if not self.place.token or urlsplit(url).netloc != urlsplit(self.place.base).netloc:
            return {}
        if not self._bearer:
            self._bearer = self._fetch_token()
        return {"Authorization": f"Bearer {self._bearer}"}

    def _fetch_token(self) -> str:
        place = self.place
        ends = {"exp": int(time.time()) + _ASSERTION_SECONDS}
        kid = {"kid": place.kid} if place.kid else None
        signed = PrivateKeyJWT(place.token, alg=place.alg, headers=kid, claims=ends)
        with OAuth2Session(place.client, _key_of(place), token_endpoint_auth_method=signed) as session:
            session.trust_env, session.max_redirects = False, 0
            try:
                token = session.fetch_token(
                    place.token, grant_type="client_credentials", scope=place.scope, timeout=self.seconds
                )
            except AuthlibBaseError as error:
                raise Declined(self.system, HTTPStatus.UNAUTHORIZED) from error
        return str(token["access_token"])


def _key_of(place: Place) -> RSAKey | ECKey:
    """The private key of a server's entry, of the kind that its algorithm asks for."""
    kind = ECKey if place.alg.startswith("ES") else RSAKey
    return kind.import_key(Path(place.key).read_bytes())


def after(answer: requests.Response) -> float:
    """How long a server asks to be left alone, in seconds; 0 where it does not say."""
    text = answer.headers.get("Retry-After", "")
    return min(float(text), LONGEST_PAUSE) if text.isascii() and text.isdigit() else 0.0


@cache
def places() -> dict[str, Place]:
    """The servers of the file that SOSUCKHOE_PULLS names, by their sources."""
    if not settings.PULLS:
        return {}
    told = yaml.safe_load(Path(settings.PULLS).read_text(encoding="utf-8")) or {}
    return {source: Place(**{**entry, "types": tuple(entry.get("types", ()))}) for source, entry in told.items()}


def place_of(source: str) -> Place:
    """Where a source's server is. SSK-2192 when nobody has told."""
    if source not in places():
        raise Problem("SSK-2192")
    return places()[source]
