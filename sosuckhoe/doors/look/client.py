"""What a request says of where it comes from, and where its sender may go next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

_HOMES = {
    "citizen": "citizen:books",
    "officer": "office:home",
    "steward": "office:reviews",
    "admin": "facility:staff",
}
_STAFF_HOME = "facility:home"
_BROWSERS = (("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("CocCoc", "Cốc Cốc"), ("Firefox", "Firefox"),
             ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("Linux", "Linux"))  # fmt: skip


def whence(request: HttpRequest) -> dict[str, str]:
    """The coarse name of the device and the network address, as a session keeps them."""
    return {"device": device(request.headers.get("User-Agent", "")), "place": address(request)}


def device(words: str) -> str:
    """'Chrome, Android' from what a browser says of itself; '' for what is not known."""
    named = (next((name for mark, name in known if mark in words), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, named))


def address(request: HttpRequest) -> str:
    """Who asks, by network address."""
    return address_in(request.META)


def address_in(environ: Mapping[str, Any]) -> str:
    """The same of a WSGI request: behind a proxy that we trust the address that it saw, the last one of the header."""
    told = environ.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    last = told.rpartition(",")[2].strip()
    return last if re.fullmatch(r"[0-9a-fA-F:.]{2,45}", last) else str(environ.get("REMOTE_ADDR", ""))


def home_of(role: str) -> str:
    """The address where people of a role begin; a door that is not there yet leads to the sign-in page."""
    try:
        return reverse(_HOMES.get(role, _STAFF_HOME))
    except NoReverseMatch:
        return reverse("citizen:sign-in")


def safe_next(address: str, request: HttpRequest) -> str:
    """Where to go after signing in, if that is a place of ours."""
    hosts = {request.get_host()}
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, hosts, request.is_secure())
    return address if is_ours else ""
