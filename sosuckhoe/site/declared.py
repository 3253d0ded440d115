"""Deny by default: a page that `access/data/addresses.yaml` does not name answers nobody, nor does another method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from sosuckhoe.access import addresses

Respond = Callable[[HttpRequest], HttpResponseBase]


class OnlyDeclared:
    """Asks before any view. HEAD stands where GET does."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _names: Any) -> HttpResponseBase | None:
        """404 for a page that is not declared, 405 for a method that is not."""
        match = request.resolver_match
        page = addresses.pages().get(match.view_name if match else "")
        if page is None:
            raise Http404
        method = "GET" if request.method == "HEAD" else request.method
        return None if method in page.methods else HttpResponseNotAllowed(sorted(page.methods))
