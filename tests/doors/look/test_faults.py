"""Pages of faults: plain words and a way home; nothing of the address, the fault, the session or the database."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path, reverse

from sosuckhoe.access import addresses

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


def forbidden(_request, _value):
    raise PermissionDenied(VALUE)


urlpatterns = [
    path("", include("sosuckhoe.site.urls")),
    path("hong/<str:_value>", broken),
    path("cam/<str:_value>", forbidden),
    path("xau/<str:_value>", bad),
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
    faulty = dict.fromkeys((f"{__name__}.{view.__name__}" for view in (broken, forbidden, bad)), known["citizen:start"])
    monkeypatch.setattr(addresses, "pages", lambda: {**known, **faulty})
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    return client


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
