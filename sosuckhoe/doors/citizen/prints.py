"""Papers as PDF, and the public page that proves a print."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import actions, queries
from sosuckhoe.book.owner import Owner, initials
from sosuckhoe.book.papers import code as codes
from sosuckhoe.book.papers import printing
from sosuckhoe.book.papers.reading import Paper
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import dates
from sosuckhoe.identity import places

_SEX = {"male": "Nam", "female": "Nữ"}
_VIETNAM = {"000", "VN", "VNM"}


@require_safe
@book_page("paper-pdf", action="print")
def pdf(request: HttpRequest, book: Book, key: UUID) -> HttpResponse:
    """A paper to print or to send, with the code that proves it."""
    paper = queries.paper_of(book.whose, key, book.hidden)
    if paper is None:
        raise Problem("SSK-1002")
    answer = HttpResponse(printed(request, book.whose, paper, clock.now()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="giay-{paper.kind.template}.pdf"'
    return answer


def printed(request: HttpRequest, whose: Owner, paper: Paper, at: datetime) -> bytes:
    """The PDF of a paper, with the code that proves it."""
    code = actions.issue(whose, paper, at)
    address = request.build_absolute_uri(reverse("citizen:verify", args=[code]))
    return printing.pdf(paper, _holder(whose), printing.Issue(code, address, at))


@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a print is genuine and still the newest. For everybody: it names no diagnosis and no whole name."""
    found = queries.verification(code)
    context = {
        "found": found,
        "name": initials(found.owner.name) if found and found.owner else "",
        "code": codes.written(known) if (known := codes.read(code)) else "",
        "at": clock.now(),
    }
    return render(request, "citizen/verify.html", context, status=200 if found else 404)


@require_safe
def ask_code(request: HttpRequest) -> HttpResponse:
    """For those who cannot scan: type the code of a print."""
    if typed := request.GET.get("ma", "")[:40]:
        known = codes.read(typed)
        return redirect("citizen:verify", code=codes.written(known) if known else "0")
    return render(request, "citizen/ask_code.html")


def _holder(whose: Owner) -> printing.Holder:
    """The person as a paper names them."""
    claim = whose.claim
    return printing.Holder(
        name=whose.name,
        born=dates.day(claim.birth),
        sex=_SEX.get(claim.sex, ""),
        ethnicity=places.ethnic_group(claim.ethnicity) or "",
        nationality="Việt Nam" if claim.nationality in _VIETNAM else "",
        occupation=places.occupation(claim.occupation) or "",
        address=whose.address,
        identity=whose.number("cccd", "cmnd", "passport"),
        card=whose.number("bhyt", "temp_child"),
        card_until="",
    )
