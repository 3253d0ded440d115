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
    count = len(copying.volumes(book.whose, copying.hidden_of(book.hidden, is_whole=True)))
    if request.method != "POST":
        facts = {"volumes": range(1, count + 1), "book": book, "age": book.whose.age(book.on), "section": "privacy"}
        return render(request, "citizen/copy.html", facts)
    number = asked.number_in(request.POST.get("tap", "1"))
    if number is None or not 1 <= number <= count:
        raise Problem("SSK-1002")
    hidden = copying.hidden_of(book.hidden, is_whole=request.POST.get("nhay-cam") == "co")
    found = copying.volumes(book.whose, hidden)
    volume = found[min(number, len(found)) - 1]  # without what is sensitive there may be fewer
    made = copying.pdf(book.whose, volume, len(found), hidden, clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="so-suc-khoe-{volume.number}.pdf"'
    return answer
