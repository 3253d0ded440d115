"""Starting an app from a book that is open on a facility's page.

https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import apps, authorizations
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries as book
from sosuckhoe.clinical import reading
from sosuckhoe.doors.entrance.smart.server import origin_of
from sosuckhoe.doors.look.signed_in import signed_in


def _is_staff(actor: Actor) -> None:
    if not actor.facility:
        raise Problem("SSK-1002")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_is_staff)
def start(request: HttpRequest, actor: Actor, patient: UUID) -> HttpResponse:
    """The apps that can be started here; a post starts one, for this person and perhaps this visit."""
    stored = reading.read(actor, "Patient", str(patient), clock.now())
    known = apps.launched_from_pages()
    if request.method != "POST":
        whose = book.owner(stored.person)
        return render(request, "entrance/smart_launch.html", {"apps": known, "whose": whose, "actor": actor})
    app = next((one for one in known if one.id == request.POST.get("app")), None)
    if app is None:
        raise Http404
    launch = authorizations.start(actor, stored.person, _context(request, actor), clock.now())
    address = urlencode({"iss": f"{origin_of(request)}/fhir", "launch": launch})
    return redirect(f"{app.launch}{'&' if '?' in app.launch else '?'}{address}")


def _context(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The visit that is open, if one is named and may be seen."""
    name = request.POST.get("encounter") or request.GET.get("encounter") or ""
    if not name:
        return {}
    return {"encounter": str(reading.read(actor, "Encounter", name, clock.now()).key)}
