"""Pages for people who have signed in. A stranger is asked to sign in; a page that is not theirs does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from sosuckhoe.access import pace, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]

SIGN_IN = "citizen:sign-in"
HIDDEN = frozenset({401, 403, 404})
"""Problems of these statuses answer 404: a stranger does not learn what there is."""


def signed_in(may_open: Callable[[Actor], None]) -> Callable[[Page[Rest]], View[Rest]]:
    """A page gets its actor, after `may_open` has raised no Problem for them."""

    def decorate(page: Page[Rest]) -> View[Rest]:
        @wraps(page)
        def answer(request: HttpRequest, *args: Rest.args, **names: Rest.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if actor is None:
                return to_sign_in(request)
            try:
                may_open(actor)
                return page(request, actor, *args, **names)
            except Problem as problem:
                if problem.status in HIDDEN:
                    raise Http404 from problem
                raise

        return cast("View[Rest]", answer)

    return decorate


def actor_of(request: Any) -> Actor | None:
    """Who has signed in to this session. Problem SSK-9350 for who asks too fast: each request counts once."""
    actor = sign_in.actor_of_session(request.session)
    if actor is not None and not getattr(request, "is_counted", False):
        request.is_counted = True
        pace.spend(actor)
    return actor


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back here."""
    return redirect(f"{reverse(SIGN_IN)}?{urlencode({'next': request.get_full_path()})}")
