"""How an app asks: the address of the page, the answer on it, the token request."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.smart import BACK

PAGE, TOKEN = "/ung-dung/cho-phep", "/ung-dung/ma"
HOUSE = "http://testserver"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
KEYS = {"ES384": ECKey.generate_key("P-384", {"kid": "ec"}), "RS384": RSAKey.generate_key(2048, {"kid": "rsa"})}
JWKS = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def question(app, scope="openid fhirUser launch/patient patient/*.rs", /, **changed):
    """The parameters of an authorization request; None leaves one out."""
    asked = {
        "response_type": "code",
        "client_id": app.id,
        "redirect_uri": BACK,
        "scope": scope,
        "state": "a state that nobody guesses",
        "aud": f"{HOUSE}/fhir",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }
    return {name: value for name, value in asked.items() if value is not None}


def address(asked):
    return f"{PAGE}?{urlencode(asked)}"


def answer(browser, asked, said="yes", **more):
    """What the app's browser is sent back with; the page is filled in as it came."""
    page = browser.get(address(asked))
    if page.status_code == 302:
        return told(page)
    assert page.status_code == 200, page.content.decode()
    filled = filled_in(page.content.decode()) | more
    return told(browser.post(address(asked), {**filled, "answer": said}))


def filled_in(html):
    """The form with what is ticked on it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and value and ("checked" in tag or 'type="hidden"' in tag):
            found.setdefault(name[1], []).append(value[1].replace("&amp;", "&"))
    return found


def told(response):
    """The parameters of an answer through the browser."""
    assert response.status_code == 302, response.content.decode()
    parts = urlsplit(response.headers["Location"])
    assert response.headers["Location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def exchange(app, code, /, **changed):
    """A code for tokens."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": app.id,
        "code_verifier": VERIFIER,
        **changed,
    }
    return post({name: value for name, value in asked.items() if value is not None})


def refresh(app, token, **more):
    return post({"grant_type": "refresh_token", "refresh_token": token, "client_id": app.id, **more})


def post(asked, place=TOKEN):
    return Client().post(place, asked)


def assertion(app, algorithm="ES384", key=None, header=None, **changed):
    """A signed assertion; None leaves a claim out."""
    now = int(time.time())
    claims = {
        "iss": app.id,
        "sub": app.id,
        "aud": f"{HOUSE}{TOKEN}",
        "exp": now + 240,
        "jti": secrets.token_hex(8),
        **changed,
    }
    used = key or KEYS[algorithm]
    head = {"alg": algorithm, "kid": used.kid, **(header or {})}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({name: value for name, value in head.items() if value}, given, used, [algorithm])


def by_service(signed, scope="system/*.rs", **more):
    return post(
        {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": ASSERTION,
            "client_assertion": signed,
            **more,
        }
    )
