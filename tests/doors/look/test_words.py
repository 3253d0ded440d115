"""Every text of the interface is there in both languages."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict

import pytest
from django.utils import translation

from sosuckhoe.doors.look import words
from sosuckhoe.doors.look.words import Text

APPS = {app.name: app for app in words.apps()}
DOORS = sorted(name for name, app in APPS.items() if words.texts_of(app))


@pytest.mark.parametrize("name", DOORS)
def test_every_text_has_its_english_and_every_english_its_text(name):
    assert [text.one for text in words.missing_of(APPS[name])] == []
    assert [text.one for text in words.stale_of(APPS[name])] == []


@pytest.mark.parametrize("name", DOORS)
def test_english_keeps_the_places_that_are_filled(name):
    for text, said in words.english_of(APPS[name]).items():
        for english in said:
            assert places(english) == places(text.one), text.one


def test_one_text_has_one_english():
    known = defaultdict(set)
    for app in APPS.values():
        for text, said in words.english_of(app).items():
            known[text.one, text.context].add(said[0] if not text.many else said)
    assert {text: said for text, said in known.items() if len(said) > 1} == {}


def test_texts_are_found_in_templates_and_code(tmp_path, monkeypatch):
    app = an_app(tmp_path, monkeypatch)
    assert set(words.texts_of(app)) == {
        Text("Xin chào"),
        Text("Chữ gạch", context="ngữ cảnh"),
        Text("%(n)s thuốc", "%(n)s thuốc"),
        Text("Hai dòng liền nhau"),
        Text("Trong đối số"),
        Text("Trong mã"),
        Text("%d lần", "%d lần"),
    }


def test_a_catalogue_is_written_read_compiled_and_used(tmp_path, monkeypatch):
    app = an_app(tmp_path, monkeypatch)
    assert words.write_catalogue(app, {Text("Xin chào"): ("Hello “you”\n",)}) == 6
    assert words.english_of(app)[Text("Xin chào")] == ("Hello “you”\n",)
    assert Text("Trong mã") in words.missing_of(app)
    english = {text: ("One", "Many") if text.many else ("E",) for text in words.texts_of(app)}
    assert words.write_catalogue(app, english) == 0
    assert words.missing_of(app) == words.stale_of(app) == []
    assert words.compile_app(app)
    assert not words.compile_app(app)
    import gettext

    said = gettext.translation("django", app / "locale", ["en"])
    assert (said.gettext("Xin chào"), said.ngettext("%d lần", "%d lần", 1), said.ngettext("%d lần", "%d lần", 0)) == (
        "E",
        "One",
        "Many",
    )


def test_a_text_that_is_gone_is_named(tmp_path, monkeypatch):
    app = an_app(tmp_path, monkeypatch)
    words.write_catalogue(app, {})
    shutil.rmtree(app / "templates")
    assert Text("Xin chào") in words.stale_of(app)


def test_english_is_shown_to_those_who_chose_it():
    with translation.override("en"):
        assert translation.gettext("Đến nội dung chính") == "Skip to main content"
    with translation.override("vi"):
        assert translation.gettext("Đến nội dung chính") == "Đến nội dung chính"


def places(text):
    return sorted(re.findall(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}", text)) + sorted(re.findall(r"%[sd]", text))


def an_app(folder, monkeypatch):
    app = folder / "house" / "room"
    (app / "templates").mkdir(parents=True)
    (app / "apps.py").write_text("", encoding="utf-8")
    (app / "code.py").write_text(
        'from x import gettext, ngettext\na = gettext("Trong mã") + ngettext("%d lần", "%d lần", 2)\n', encoding="utf-8"
    )
    (app / "templates" / "a.html").write_text(
        '<p>{% load i18n %}{% if a %}{% translate "Xin chào" %}{% endif %}{% translate "Chữ gạch" context "ngữ cảnh" %}'
        "{% blocktranslate count n=a %}{{ n }} thuốc{% plural %}{{ n }} thuốc{% endblocktranslate %}\n  "
        "{% blocktranslate trimmed %}\n  Hai dòng\n  liền nhau\n{% endblocktranslate %}"
        '{% include "b.html" with a=_("Trong đối số") %}</p>',
        encoding="utf-8",
    )
    monkeypatch.setattr(words, "HOUSE", folder / "house")
    return app
