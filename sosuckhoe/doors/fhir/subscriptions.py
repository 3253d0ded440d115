"""Subscriptions: each is its owner's alone. https://hl7.org/fhir/R4/subscription.html

They stand apart from the repository: what they watch says something of a person, and their headers are secrets.
"""

from __future__ import annotations

from uuid import UUID

import falcon
import orjson
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.subscribing import kept
from sosuckhoe.clinical.subscribing.kept import Place, Subscription
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.interactions import declared
from sosuckhoe.doors.fhir.outcome import MEDIA

_CREATED = falcon.HTTP_201


class Subscriptions:
    """`[base]/Subscription`."""

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """One's own, all on one page."""
        asking.check_accept(request)
        found = kept.listed(asking.actor_of(request))
        for name, text in asking.pairs_of(request.query_string):
            if name not in declared.SEARCHED_BY["Subscription"]:
                raise Problem("SSK-3001", name=asking.shown(name), type="Subscription")
            wanted = text.split(",")
            found = [one for one in found if (one.status if name == "status" else str(one.id)) in wanted]
        base = asking.base_of(request)
        entries = [
            orjson.dumps({"fullUrl": f"{base}/Subscription/{one.id}", "resource": one.resource}) for one in found
        ]
        response.content_type = MEDIA
        response.data = answering.bundle("searchset", {"self": f"{base}/Subscription"}, entries, len(entries))

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """A new one."""
        asking.check_accept(request)
        actor = asking.actor_of(request)
        body = asking.resource_in(asking.content(request), "Subscription")
        made = kept.create(actor, body, place(request), asking.now())
        response.status = _CREATED
        response.set_header("Location", f"{asking.base_of(request)}/Subscription/{made.id}/_history/1")
        _send(response, made)


class OneSubscription:
    """`[base]/Subscription/[id]`."""

    def on_get(self, request: falcon.Request, response: falcon.Response, name: str) -> None:
        asking.check_accept(request)
        _send(response, kept.read(asking.actor_of(request), key_of(name)))

    def on_put(self, request: falcon.Request, response: falcon.Response, name: str) -> None:
        """Another wish; it begins anew."""
        asking.check_accept(request)
        actor = asking.actor_of(request)
        body = asking.resource_in(asking.content(request), "Subscription")
        if body.get("id") != name:
            raise Problem("SSK-3029")
        _send(response, kept.update(actor, key_of(name), body, place(request), asking.now()))

    def on_delete(self, request: falcon.Request, response: falcon.Response, name: str) -> None:
        """The end of it."""
        kept.delete(asking.actor_of(request), key_of(name), asking.now())
        response.status = falcon.HTTP_204


def key_of(name: str) -> UUID:
    """The key of an id; SSK-1002 for what can be none."""
    try:
        return UUID(name)
    except ValueError as error:
        raise Problem("SSK-1002") from error


def place(request: falcon.Request) -> Place:
    """Where a subscription is asked for."""
    return Place(settings.SUBSCRIBER_HOSTS, asking.base_of(request))


def _send(response: falcon.Response, one: Subscription) -> None:
    response.set_header("ETag", f'W/"{one.version}"')
    response.set_header("Last-Modified", answering.http_date(one.updated))
    response.content_type = MEDIA
    response.data = orjson.dumps(one.resource)
