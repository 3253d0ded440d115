"""The books that a person may open: their own, and those of the family. Where there is one, it is open already."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from sosuckhoe.access import queries as access
from sosuckhoe.base import clock
from sosuckhoe.book import queries
from sosuckhoe.doors.look.client import home_of
from sosuckhoe.doors.look.signed_in import actor_of, to_sign_in


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """'Sổ của tôi' and the books of those whom one looks after. Names only: no book is opened by this page."""
    actor = actor_of(request)
    if actor is None:
        return to_sign_in(request)
    if actor.role != "citizen":
        return redirect(home_of(actor.role))
    on = clock.today()
    own = queries.owner(actor.person) if actor.person else None
    family = [whose for person in sorted(access.dependants(actor.person)) if (whose := queries.owner(person))]
    if own and not family:
        return redirect("citizen:summary", own.patient)
    context = {
        "actor": actor,
        "own": own,
        "own_age": own.age(on) if own else None,
        "family": [(whose, whose.age(on)) for whose in family],
    }
    return render(request, "citizen/books.html", context)
