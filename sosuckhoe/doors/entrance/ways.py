"""How can I sign in? The ways that this house offers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sosuckhoe.access import sending
from sosuckhoe.doors.entrance import arriving
from sosuckhoe.exchange.vneid import client as vneid


@require_safe
def ways(request: HttpRequest) -> HttpResponse:
    """All ways, the most usual one first."""
    arriving.remember(request)
    return render(request, "entrance/ways.html", {"has_vneid": vneid.is_offered(), "has_sms": sending.is_offered()})
