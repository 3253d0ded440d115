"""Opening a book: who asks, whose it is, and what happens when they may not."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from sosuckhoe.access import policy
from sosuckhoe.access import queries as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, wall
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import actions, queries
from sosuckhoe.book.owner import Owner
from sosuckhoe.doors.look.signed_in import HIDDEN, actor_of, to_sign_in

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, "Book", Rest], HttpResponseBase]
View = Callable[..., HttpResponseBase]

READS = frozenset({"read", "print"})
"""What is done behind the wall (base/wall.py), with one person in sight; what an owner decides changes more."""


@dataclass(frozen=True)
class Book:
    """An open book: who reads it, whose it is, which labels stay hidden, and the day that it is read."""

    actor: Actor
    whose: Owner
    hidden: int
    on: date

    @property
    def id(self) -> UUID:
        """The id of the person's Patient resource: what addresses name."""
        return self.whose.patient

    @property
    def is_own(self) -> bool:
        return self.actor.person == self.whose.person and self.actor.role == "citizen"

    @property
    def is_staff(self) -> bool:
        return self.actor.role != "citizen"

    @functools.cached_property
    def hides(self) -> bool:
        """Whether the reader is one from whom the owner can hide nothing: who hides entries too."""
        return policy.can(self.actor, "hide", "book", person=self.whose.person)

    @functools.cached_property
    def asks(self) -> bool:
        """Whether the reader asks for the owner's rights to the data."""
        return policy.can(self.actor, "ask", "book", person=self.whose.person)

    @functools.cached_property
    def decides(self) -> bool:
        """Whether the reader decides for the owner who may see the book."""
        return policy.can(self.actor, "consent", "book", person=self.whose.person)


def book_page(page: str, action: str = "read") -> Callable[[Page[Rest]], View]:
    """A page of a book: rights are checked and the trace is written before the page reads anything.

    `page` is what the trace calls it. Nobody signed in: the sign-in page; no right or no such book: 404.
    """

    def decorate(view: Page[Rest]) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, patient: UUID, *args: Rest.args, **names: Rest.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if actor is None:
                return to_sign_in(request)
            try:
                book = _opened(actor, patient, page, action)
                with wall.standing(wall.sees([book.whose.person]) if action in READS else wall.OPEN):
                    return view(request, book, *args, **names)
            except Problem as problem:
                if problem.status in HIDDEN:
                    raise Http404 from problem
                raise

        return answer

    return decorate


def _opened(actor: Actor, patient: UUID, page: str, action: str) -> Book:
    person = _person(actor, patient)
    if person is None:
        raise Problem("SSK-1002")
    now = clock.now()
    whose = actions.open_book(actor, person, page, now, action)
    return Book(actor, whose, actions.hidden_from(actor, person), clock.day_of(now))


def _person(actor: Actor, patient: UUID) -> int | None:
    """Whose book an address names: the actor's own and their family's need no stored resource.

    Opening one's own reads nothing of the family.
    """
    if actor.person and _is_of(actor.person, patient):
        return actor.person
    person = queries.person_of(patient)
    if person is not None:
        return person
    return next((one for one in sorted(access.dependants(actor.person)) if _is_of(one, patient)), None)


def _is_of(person: int, patient: UUID) -> bool:
    whose = queries.owner(person)
    return whose is not None and whose.patient == patient
