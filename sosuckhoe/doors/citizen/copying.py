"""A copy of the whole book as PDF, for its owner and who may ask for it: in volumes, sensitive entries as asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sosuckhoe.access import policy
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book.papers import copying
from sosuckhoe.doors.citizen.opening import Book, book_page
from sosuckhoe.doors.look import asked


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("copy", action="print")
def copy(request: HttpRequest, book: Book) -> HttpResponse:
    """The volumes; by POST, so that nothing is copied by following a link, one of them as a PDF."""
    policy.check(book.actor, "ask", "book", person=book.whose.person)
    is_whole = request.POST.get("nhay-cam") == "co"
    hidden = copying.hidden_of(book.hidden, is_whole=is_whole)
    found = copying.volumes(book.whose, hidden)
    if request.method != "POST":
        count = len(copying.volumes(book.whose, copying.hidden_of(book.hidden, is_whole=True)))
        facts = {"volumes": range(1, count + 1), "book": book, "age": book.whose.age(book.on), "section": "privacy"}
        return render(request, "citizen/copy.html", facts)
    number = asked.number_in(request.POST.get("tap", "1"))
    if number is None:
        raise Problem("SSK-1002")
    volume = found[min(max(number, 1), len(found)) - 1]
    made = copying.pdf(book.whose, volume, len(found), hidden, clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="so-suc-khoe-{volume.number}.pdf"'
    return answer
