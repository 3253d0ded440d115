"""What people ask of the facility by right, overdue first, and its answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access.actor import Actor
from sosuckhoe.doors.facility.desk import desk, show
from sosuckhoe.doors.look import answering


@require_http_methods(["GET", "HEAD", "POST"])
@desk("answer", "request")
def asked(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, each with a form for its answer."""
    problem = answering.take(request, actor) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
        return redirect("facility:requests")
    status = problem.status if problem else 200
    return show(
        request, actor, "requests", section="requests", status=status, **answering.facts(request, actor, problem)
    )
