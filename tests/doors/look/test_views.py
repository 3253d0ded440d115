"""Switches, manifest, guide: what everybody may have, and what leads nowhere else."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from sosuckhoe.doors.look import text_size, urls
from sosuckhoe.doors.look.views import manifest


@pytest.fixture
def client(db):
    return Client()


@pytest.fixture
def guide(settings, client):
    settings.DEMO = True

    def html():
        return client.get(reverse("look:guide")).content.decode()

    return html


def test_large_text_is_remembered_and_forgotten(client, guide):
    assert 'class="look-large"' not in guide()
    answer = client.post(reverse("look:text-size"), {"size": "large", "next": "/look/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/look/?a=1")
    cookie = answer.cookies[text_size.cookie()]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert 'class="look-large"' in guide()
    client.post(reverse("look:text-size"), {"size": "normal", "next": "/"})
    assert 'class="look-large"' not in guide()


@pytest.mark.parametrize(
    "address", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "look"]
)
def test_a_switch_leads_nowhere_else(client, address):
    answer = client.post(reverse("look:text-size"), {"size": "large", "next": address})
    assert answer["Location"] == "/"


def test_switches_are_pressed_not_followed(client):
    assert client.get(reverse("look:text-size")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("look:text-size"), {"size": "large"}).status_code == 403


def test_the_language_can_be_changed_and_changed_back(client, guide):
    assert '<html lang="vi"' in guide()
    client.post(reverse("set_language"), {"language": "en", "next": "/look/"})
    page = guide()
    assert '<html lang="en"' in page
    assert "Skip to main content" in page
    client.post(reverse("set_language"), {"language": "vi", "next": "/look/"})
    assert '<html lang="vi"' in guide()


def test_the_guide_is_only_where_people_are_made_up(client, settings):
    settings.DEMO = settings.DEBUG = False
    assert client.get(reverse("look:guide")).status_code == 404
    settings.DEMO = True
    assert client.get(reverse("look:guide")).status_code == 200


def test_the_manifest_describes_the_app_and_its_icons():
    answer = manifest(RequestFactory().get("/"))
    assert answer["Content-Type"] == "application/manifest+json"
    import json

    said = json.loads(answer.content)
    assert (said["name"], said["start_url"], said["lang"]) == ("Sổ Sức Khỏe", "/", "vi")
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    assert "serviceworker" not in said


def test_the_frame_holds_without_a_request():
    """Pages of faults are rendered without one."""
    page = render_to_string("look/base.html")
    assert "<form" not in page
    assert 'id="noi-dung"' in page


def test_the_frame_says_each_thing_once(guide):
    page = guide()
    assert page.index('class="nhsuk-skip-link"') < page.index("<header")
    assert len(re.findall(r"<h1[ >]", page)) == 2, "the guide's own, and the confirmation it shows"
    assert page.count("<main") == page.count("<footer") == 1
    assert isinstance(page, str)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_address_is_walked_here():
    assert {pattern.name for pattern in urls.urlpatterns} == {"text-size", "manifest", "guide"}
    assert isinstance(manifest(RequestFactory().get("/")), HttpResponse)
