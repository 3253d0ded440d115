"""Pages of faults: plain words and a way home; nothing of the address, the fault, the session or the database."""

from __future__ import annotations

import re
import sys
from html import unescape
from string import Formatter

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path, reverse

from sosuckhoe.access import addresses, pace
from sosuckhoe.base.errors import Problem, sentences

VALUE = "079300001234"
PAGES = {
    "400.html": ("Không đọc được điều vừa gửi", "What was sent cannot be read"),
    "404.html": ("Không tìm thấy trang này", "Page not found"),
    "403.html": ("Tài khoản này không mở được trang này", "This account cannot open this page"),
    "403_csrf.html": ("Chưa gửi được, chưa có gì thay đổi", "Not sent, and nothing has changed"),
    "500.html": ("Trang này đang gặp lỗi", "This page has a fault"),
}


def broken(_request, _value):
    raise RuntimeError(VALUE)


def bad(_request, _value):
    raise BadRequest(VALUE)


def refused(_request, _value):
    raise Problem(RAISED.number, **RAISED.places)


def forbidden(_request, _value):
    raise PermissionDenied(VALUE)


urlpatterns = [
    path("", include("sosuckhoe.site.urls")),
    path("hong/<str:_value>", broken),
    path("cam/<str:_value>", forbidden),
    path("xau/<str:_value>", bad),
    path("sai/<str:_value>", refused),
]
FAULTS = {
    f"/khong-co/{VALUE}": (404, "404.html"),
    f"/cam/{VALUE}": (403, "403.html"),
    f"/xau/{VALUE}": (400, "400.html"),
    f"/hong/{VALUE}": (500, "500.html"),
}


@pytest.fixture
def reader(settings, monkeypatch):
    """A browser that once signed in. Without the mark `django_db`, whatever asks the database fails."""
    settings.ROOT_URLCONF = __name__
    known = addresses.pages()
    faulty = dict.fromkeys(
        (f"{__name__}.{view.__name__}" for view in (broken, forbidden, bad, refused)), known["citizen:start"]
    )
    monkeypatch.setattr(addresses, "pages", lambda: {**known, **faulty})
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    return client


RAISED = Problem("SSK-1001")
EXPECTED = sorted({sentence.status for sentence in sentences().values() if sentence.status >= 400} - {500})


def one_of(status):
    """A Problem of this status that is said as it is; its places are filled with their names."""
    number, said = next(
        (number, one) for number, one in sentences().items() if one.status == status and number != pace.NUMBER
    )
    return Problem(number, **{name: name for _, name, _, _ in Formatter().parse(said.vi) if name})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", EXPECTED)
def test_a_problem_that_no_page_expects_is_told_with_its_own_status(reader, settings, monkeypatch, status, language):
    problem = one_of(status)
    monkeypatch.setattr(sys.modules[__name__], "RAISED", problem)
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = reader.get(f"/sai/{VALUE}")
    page = unescape(answer.content.decode())
    assert answer.status_code == status
    said = page.count(problem.en if language == "en" else problem.vi)
    assert said == (status not in {403, 404}), "who is not to know is told what any stranger is"
    assert ("SSK-" in page) == bool(said)
    assert '<a class="nhsuk-button" href="/">' in page
    assert VALUE not in page


def test_the_kinds_that_people_meet_are_all_told():
    assert {400, 403, 404, 409, 412, 413, 422, 429} <= set(EXPECTED)


def test_a_fault_of_ours_stays_one(reader, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "RAISED", Problem("SSK-2301"))
    answer = reader.get(f"/sai/{VALUE}")
    assert (answer.status_code, heading(answer.content.decode())) == (500, PAGES["500.html"][0])


def heading(page):
    return re.search(r"<h1>(.+?)</h1>", page)[1]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("address", FAULTS)
def test_a_fault_says_what_to_do_and_nothing_of_itself(reader, settings, address, language):
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = reader.get(address)
    status, name = FAULTS[address]
    page = answer.content.decode()
    assert answer.status_code == status
    assert heading(page) == PAGES[name][language == "en"]
    assert f'<html lang="{language}"' in page
    assert '<a class="nhsuk-button" href="/">' in page
    assert 'href="tel:115"' in page
    assert VALUE not in page
    assert "Error" not in page


def test_a_form_that_was_open_too_long_is_told_so():
    answer = Client(enforce_csrf_checks=True).post(reverse("look:text-size"), {"size": "large"})
    assert answer.status_code == 403
    assert heading(answer.content.decode()) == PAGES["403_csrf.html"][0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_fault_needs_no_request_no_form_and_no_script(name):
    page = render_to_string(name)
    assert heading(page) == PAGES[name][0]
    assert not re.search(r"<form|<script|<input|\sstyle=", page)
    assert page.count("<h1>") == page.count("<main") == 1
