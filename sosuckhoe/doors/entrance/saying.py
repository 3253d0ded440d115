"""How a step of signing in is shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sosuckhoe.access import sending
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look import tongue


def form(
    request: HttpRequest, name: str, shown: forms.Form, problem: Problem | None = None, **more: Any
) -> HttpResponse:
    """A step with its form; with faults 422, with a problem its status."""
    if problem is not None:
        shown.is_valid()
        shown.add_error(None, sentence(problem))
    status = problem.status if problem else 422 if shown.errors else 200
    context = {"form": shown, "has_stub": is_stub_shown(), **more}
    return render(request, f"entrance/{name}.html", context, status=status)


def sentence(problem: Problem) -> str:
    """A problem in the reader's language."""
    return tongue.said(problem)


def is_stub_shown() -> bool:
    """Whether messages go to the stub, and the house is a demo."""
    return bool(settings.DEMO and settings.SMS_SENDER == sending.STUB)
