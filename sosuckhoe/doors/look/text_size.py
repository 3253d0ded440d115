"""Chữ to: a person's choice of text size, kept in a cookie of their browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

LARGE = "large"


def cookie() -> str:
    """The cookie's name."""
    return f"{settings.COOKIE_PREFIX}co-chu"


def is_large(request: HttpRequest | None) -> bool:
    """Whether this browser asked for large text; False on pages rendered without a request."""
    return request is not None and request.COOKIES.get(cookie()) == LARGE
