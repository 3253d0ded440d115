"""A link as text, and its files as JWE: direct A256GCM, deflated. Pure.

https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html#construct-a-smart-health-link-payload
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, NamedTuple

import orjson
from joserfc import jwe
from joserfc.jwk import OctKey

from sosuckhoe.base.errors import Problem

SCHEME = "shlink:/"
CONTENT = "application/fhir+json"
LONG_TERM, PASSCODE = "L", "P"
_ALGORITHMS = ["dir", "A256GCM", "DEF"]
_LONGEST_LABEL = 80


class Link(NamedTuple):
    """What a link says. `key`: 32 bytes in base64url; `flag`: letters in order; `until`: seconds since 1970, or 0."""

    url: str
    key: str
    flag: str = ""
    label: str = ""
    until: int = 0


def written(link: Link) -> str:
    """`shlink:/…`."""
    said: dict[str, Any] = {"url": link.url, "flag": link.flag, "key": link.key, "label": link.label[:_LONGEST_LABEL]}
    if link.until:
        said["exp"] = link.until
    return SCHEME + encoded(orjson.dumps({name: value for name, value in said.items() if value}))


def read(text: str) -> Link:
    """The link in a text, with or without the address of a viewer before it. Problem SSK-1142 for anything else."""
    _, found, rest = text.strip().partition(SCHEME)
    try:
        said = orjson.loads(decoded(rest)) if found else {}
        link = Link(said["url"], said["key"], said.get("flag", ""), said.get("label", ""), int(said.get("exp") or 0))
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise Problem("SSK-1142") from fault
    if len(decoded(link.key)) != 32:  # noqa: PLR2004 -- bytes of an A256GCM key
        raise Problem("SSK-1142")
    return link


def encrypted(content: bytes, key: str, kind: str = CONTENT) -> str:
    """A file as compact JWE. `key` as a link has it, `kind` its content type."""
    header = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": kind}
    return jwe.encrypt_compact(header, content, OctKey.import_key(decoded(key)), algorithms=_ALGORITHMS)


def decrypted(text: str, key: str) -> bytes:
    """The content of a file. Problem SSK-1142 when this is no file of this key."""
    try:
        found = jwe.decrypt_compact(text, OctKey.import_key(decoded(key)), algorithms=_ALGORITHMS).plaintext
    except Exception as fault:
        raise Problem("SSK-1142") from fault
    return found or b""


def encoded(content: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """What `encoded` wrote. Problem SSK-1142 for anything else."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as fault:
        raise Problem("SSK-1142") from fault
