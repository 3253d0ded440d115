"""The parts of pages: `{% load look %}`. docs/look.md shows each with an example that a test renders."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

from sosuckhoe.access.sign_in import SESSION_KEY
from sosuckhoe.doors.look import text_size

register = template.Library()


@register.filter
def has_large_text(request: HttpRequest | None) -> bool:
    """Whether the reader chose *chữ to*."""
    return text_size.is_large(request or None)


@register.filter
def is_signed_in(request: HttpRequest | None) -> bool:
    """Whether somebody is signed in; asks the session only."""
    session = getattr(request, "session", None)
    return session is not None and SESSION_KEY in session


@register.filter
def is_demo(_request: Any) -> bool:
    """Whether this house shows made-up people."""
    return bool(getattr(settings, "DEMO", False))
