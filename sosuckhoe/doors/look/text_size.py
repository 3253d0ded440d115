"""Chữ to: a person's choice of text size, kept in a cookie of their browser."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "co-chu"
LARGE = "large"


def is_large(request: HttpRequest | None) -> bool:
    """Whether this browser asked for large text; False on pages rendered without a request."""
    return request is not None and request.COOKIES.get(COOKIE) == LARGE
