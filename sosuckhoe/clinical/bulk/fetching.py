"""Files that an import names by their address: only from hosts that the house allows, whole, and bounded."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings

from sosuckhoe.base.errors import Problem

MOST_BYTES = 16 * 1024 * 1024 * 1024
TIMEOUT_SECONDS = 60.0
_CHUNK = 1024 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An allowed host may not lead to another one."""

    def redirect_request(self, *_asked: Any, **_more: Any) -> None:
        return None


def check(url: str) -> None:
    """SSK-3229 unless the address is https (or http where so allowed) at a host of SOSUCKHOE_IMPORT_HOSTS."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in {"http", "https"} or origin not in settings.IMPORT_HOSTS:
        raise Problem("SSK-3229")


def fetch_all(inputs: Iterable[Mapping[str, str]], folder: Path) -> None:
    """Fetch every input into the folder, one file each, unless it is there already."""
    for number, one in enumerate(inputs):
        place = folder / f"{one.get('type', 'input')}.{number}.ndjson"
        if not place.exists():
            _fetch(one["url"], place)


def _fetch(url: str, place: Path) -> None:
    check(url)
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    part = place.with_suffix(".part")
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as answer, part.open("wb") as out:
            _copy(answer, out)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise Problem("SSK-3230") from error
    part.rename(place)


def _copy(answer: Any, out: IO[bytes]) -> None:
    left = MOST_BYTES
    while chunk := answer.read(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise Problem("SSK-3227", limit=MOST_BYTES // _CHUNK)
        out.write(chunk)
