"""A copy of the whole book as PDF: everything once, in volumes, and what is sensitive only when it is asked for."""

import io

import pypdf
import pytest
from django.urls import reverse

from sosuckhoe.base import db
from sosuckhoe.book import queries
from sosuckhoe.book.papers import copying
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    return cast()


@pytest.fixture
def place(everybody):
    return reverse("citizen:copy", args=[everybody.patient])


def text_of(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_copy_holds_every_visit_medicine_result_and_paper(client, everybody, place):
    copy = sign_in(client, everybody.grandmother).post(place, {"nhay-cam": "co"})
    assert copy["Content-Disposition"] == 'attachment; filename="so-suc-khoe-1.pdf"'
    words = text_of(copy)
    whose = queries.owner(everybody.person)
    for visit in queries.timeline_of(whose):
        assert (visit.main.vi or visit.kind.vi).split()[0] in words
    for drug in queries.medicines_of(whose):
        assert drug.name.split()[0] in words
    for paper in queries.papers_of(whose):
        assert paper.kind.name.vi in words
    assert "025160001234" in words
    assert "trầm cảm" in words
    assert "Có cả mục nhạy cảm" in words


def test_what_is_sensitive_or_hidden_comes_only_as_asked(client, everybody, place):
    shown = text_of(sign_in(client, everybody.grandmother).post(place))
    assert "trầm cảm" not in shown
    assert "Không có mục nhạy cảm" in shown
    assert "Giấy chuyển cơ sở" in shown
    hide = {"viec": "giau-loai", "loai": "papers"}
    client.post(reverse("citizen:decide", args=[everybody.patient]), hide)
    assert "Giấy chuyển cơ sở" not in text_of(client.post(place))
    assert "Giấy chuyển cơ sở" in text_of(client.post(place, {"nhay-cam": "co"}))


def test_a_long_book_comes_in_volumes_that_hold_each_visit_once(client, everybody, place, monkeypatch):
    monkeypatch.setattr(copying, "VISITS_A_VOLUME", 3)
    whose = queries.owner(everybody.person)
    found = copying.volumes(whose, 0)
    keys = [visit.key for volume in found for visit in volume.visits]
    assert keys == [visit.key for visit in queries.timeline_of(whose)]
    assert {len(volume.visits) for volume in found[:-1]} == {3}
    page = sign_in(client, everybody.grandmother).get(place).content.decode()
    assert f"Tải tập {len(found)} (PDF)" in page
    whole = {"nhay-cam": "co"}
    first, last = (text_of(client.post(place, whole | {"tap": number})) for number in (1, len(found)))
    assert f"tập 1/{len(found)}" in first
    assert "Nhóm máu" in first or "Bệnh lâu dài" in first
    assert "Bệnh lâu dài" not in last


@pytest.mark.parametrize("number", ["", "x", "-1", "99999"])
def test_a_volume_that_is_none_is_not_found(client, everybody, place, number):
    assert sign_in(client, everybody.grandmother).post(place, {"tap": number}).status_code == 404


def test_each_volume_leaves_a_line_in_the_log(client, everybody, place):
    sign_in(client, everybody.grandmother).post(place)
    line = db.one("select action, detail, outcome from access_audit order by id desc limit 1")
    assert line == ("print", "copy", "done")
