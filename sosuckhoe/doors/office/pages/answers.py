"""What people ask by right of other vendors' systems: the stewards of a system's area answer for what it wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.doors.look import answering
from sosuckhoe.doors.look.signed_in import signed_in
from sosuckhoe.doors.office import steward


def _check(actor: Actor) -> None:
    policy.check(actor, "answer", "request")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(_check)
def answers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, each with a form for its answer."""
    problem = answering.take(request, actor) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        messages.success(request, gettext("Đã ghi nhận, có hiệu lực ngay."))
        return redirect("office:answers")
    facts: dict[str, Any] = {
        "actor": actor,
        "sections": steward.sections("answers"),
        **answering.facts(request, actor, problem),
    }
    return render(request, "office/answers.html", facts, status=problem.status if problem else 200)
