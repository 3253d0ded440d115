"""Static files whose address changes with their content, so that a browser may keep them for a year."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedFiles(StaticFilesStorage):
    """`{% static 'x.css' %}` → `/static/x.css?v=<digest of the content>`; nothing is copied."""

    def url(self, name: str | None) -> str:
        """The address of a static file; a file that is missing has no version."""
        address = super().url(name)
        version = _version(name or "")
        return f"{address}?v={version}" if version else address


@cache
def _version(name: str) -> str:
    place = finders.find(name)
    return blake2b(Path(place).read_bytes(), digest_size=6).hexdigest() if place else ""
