"""Large answers that change only with the program: made once, compressed once, known by their tag."""

from __future__ import annotations

import gzip
import hashlib
from typing import NamedTuple

import falcon


class Packed(NamedTuple):
    """The bytes of an answer, the same compressed by gzip, and their tag."""

    plain: bytes
    gzipped: bytes
    tag: str


def pack(plain: bytes) -> Packed:
    """Compressed and tagged."""
    return Packed(plain, gzip.compress(plain, 6, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"')


def send(request: falcon.Request, response: falcon.Response, packed: Packed, media: str) -> None:
    """The answer, compressed for who takes gzip; 304 for who has it."""
    response.set_header("ETag", packed.tag)
    response.append_header("Vary", "Accept-Encoding")
    if packed.tag in (request.get_header("If-None-Match") or ""):
        response.status = falcon.HTTP_304
        return
    response.content_type = media
    if "gzip" in (request.get_header("Accept-Encoding") or ""):
        response.set_header("Content-Encoding", "gzip")
        response.data = packed.gzipped
    else:
        response.data = packed.plain
