"""An owner's links: made, seen with their QR code and who opened them, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sosuckhoe.access import blind, grants
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries
from sosuckhoe.book import sharing as links
from sosuckhoe.doors.citizen import viewing, wording
from sosuckhoe.doors.citizen.opening import Book, book_page

DAYS = [("1", _("1 ngày")), ("7", _("7 ngày")), ("30", _("30 ngày")), ("365", _("1 năm"))]


class LinkForm(forms.Form):
    """What a link shows and how long; `form_key` makes a form that is sent twice one link."""

    days = forms.ChoiceField(label=_("Mở được trong bao lâu"), choices=DAYS, initial="7", widget=forms.RadioSelect)
    passcode = forms.CharField(
        label=_("Mật mã"),
        help_text=_("Từ 6 ký tự. Nói cho người xem bằng cách khác, không gửi cùng đường dẫn."),
        required=False,
        min_length=6,
        max_length=40,
        error_messages={"min_length": _("Hãy đặt mật mã từ 6 ký tự trở lên")},
    )
    once = forms.BooleanField(label=_("Chỉ mở được một lần"), required=False)
    sensitive = forms.BooleanField(
        label=_("Kèm cả mục nhạy cảm"), help_text=_("HIV, sức khỏe tâm thần, sinh sản, bạo lực…"), required=False
    )
    form_key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    papers = forms.MultipleChoiceField(
        label=_("Giấy tờ kèm theo"), choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **names: Any) -> None:
        super().__init__(*args, **names)
        self.fields["papers"].choices = papers  # type: ignore[attr-defined]  # a ChoiceField has them


@require_http_methods(["GET", "HEAD", "POST"])
@book_page("share", action="share")
def share(request: HttpRequest, book: Book) -> HttpResponse:
    """The links of a book, and a form for a new one."""
    papers = [(one.key, wording.paper(one)) for one in queries.papers_of(book.whose, book.hidden)[:20]]
    form = LinkForm(request.POST or None, papers=papers)
    if request.method == "POST" and form.is_valid():
        return redirect("citizen:link", book.id, _make(book, form.cleaned_data, dict(papers)).grant.id)
    now = clock.now()
    known = [(one, one.is_live(now)) for one in links.of_person(book.whose.person)]
    facts = {"form": form, "links": known, "book": book, "age": book.whose.age(book.on), "section": "privacy"}
    return render(request, "citizen/share.html", facts, status=422 if form.errors else 200)


@require_safe
@book_page("link", action="share")
def link(request: HttpRequest, book: Book, key: UUID) -> HttpResponse:
    """One link: its address and QR code while it lives, and who opened it."""
    known = _find(book, key)
    is_live = known.is_live(clock.now())
    facts = {
        "link": known,
        "is_live": is_live,
        "address": viewing.address(request, known) if is_live else "",
        "openings": links.openings(known),
        "book": book,
        "age": book.whose.age(book.on),
        "section": "privacy",
    }
    return render(request, "citizen/link.html", facts)


@require_POST
@book_page("link", action="share")
def end(_request: HttpRequest, book: Book, key: UUID) -> HttpResponse:
    """End a link, at once."""
    grants.end(book.actor, book.whose.person, _find(book, key).grant.id, clock.now())
    return redirect("citizen:link", book.id, key)


def _make(book: Book, asked: dict[str, Any], papers: dict[str, str]) -> links.Shared:
    now = clock.now()
    until = now + timedelta(days=int(asked["days"]))
    text = wording.link_text([papers[key] for key in asked["papers"]], until, sensitive=asked["sensitive"])
    wish = links.Wish(
        tuple(UUID(key) for key in asked["papers"]),
        asked["sensitive"],
        asked["passcode"],
        asked["once"],
        until,
        text,
        _said_once(asked),
    )
    return links.make(book.actor, book.whose.person, wish, now)


def _said_once(asked: dict[str, Any]) -> str:
    """What this form says, under its own key: a form that is sent twice says the same, a changed one something else."""
    if asked["form_key"] is None:
        return ""
    said = [str(asked["form_key"]), asked["days"], asked["passcode"], str(asked["once"])]
    return blind.digest("form of a link", *said).hex()


def _find(book: Book, key: UUID) -> links.Shared:
    known = next((one for one in links.of_person(book.whose.person) if one.grant.id == key), None)
    if known is None:
        raise Problem("SSK-1002")
    return known
