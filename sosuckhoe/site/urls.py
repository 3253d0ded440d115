"""Addresses: each page door brings its own; a door without pages has none."""

from __future__ import annotations

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

DOORS = ("look", "entrance", "citizen", "facility", "office")


def alive(_request: HttpRequest) -> HttpResponse:
    """Whether this process answers (for a load balancer; it asks nothing of the database)."""
    return HttpResponse("ok", content_type="text/plain")


def _pages() -> list[URLResolver]:
    modules = (f"sosuckhoe.doors.{door}.urls" for door in DOORS)
    return [path("", include(module)) for module in modules if find_spec(module)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("song", alive, name="alive"),
    path("i18n/", include("django.conf.urls.i18n")),
    *_pages(),
]
