"""Addresses of the citizen's pages. What stands in them: ids of resources and names of indicators, never a value."""

from __future__ import annotations

from django.urls import path, register_converter

from sosuckhoe.doors.citizen import (
    copying,
    desk,
    differing,
    entrance,
    family,
    insured,
    letting_in,
    pages,
    prints,
    privacy,
    requests,
    sharing,
    shelf,
    viewing,
)


class _Id:
    """An id of FHIR: of what other systems wrote by its interface, they chose it. https://hl7.org/fhir/R4/datatypes.html#id"""

    regex = r"[A-Za-z0-9\-.]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(_Id, "fhir_id")
app_name = "citizen"
_BOOK = "so/<uuid:patient>/"

urlpatterns = [
    path("", entrance.start, name="start"),
    path("dang-nhap", entrance.enter, name="sign-in"),
    path("dang-xuat", entrance.leave, name="sign-out"),
    path("giay/", prints.ask_code, name="ask-code"),
    path("giay/<str:code>", prints.verify, name="verify"),
    path("gia-dinh/", family.family, name="family"),
    path("so/", shelf.books, name="books"),
    path(_BOOK, pages.summary, name="summary"),
    path(f"{_BOOK}tien-su/", pages.background, name="background"),
    path(f"{_BOOK}lan-kham/", pages.visits, name="visits"),
    path(f"{_BOOK}lan-kham/bao-hiem/", insured.insured, name="insured"),
    path(f"{_BOOK}lan-kham/<fhir_id:key>/", pages.visit, name="visit"),
    path(f"{_BOOK}thuoc/", pages.drugs, name="medicines"),
    path(f"{_BOOK}xet-nghiem/", pages.tests, name="tests"),
    path(f"{_BOOK}xet-nghiem/<slug:key>/", pages.test, name="test"),
    path(f"{_BOOK}giay-to/", pages.papers, name="papers"),
    path(f"{_BOOK}giay-to/<uuid:key>/", pages.paper, name="paper"),
    path(f"{_BOOK}giay-to/<uuid:key>.pdf", prints.pdf, name="paper-pdf"),
    path(f"{_BOOK}tim", pages.find, name="find"),
    path(f"{_BOOK}ai-da-xem/", pages.lookers, name="lookers"),
    path(f"{_BOOK}doi-chieu/", differing.differences, name="differences"),
    path(f"{_BOOK}thong-tin/", pages.person, name="person"),
    path(f"{_BOOK}quyen/", privacy.privacy, name="privacy"),
    path(f"{_BOOK}quyen/quyet-dinh", privacy.decide, name="decide"),
    path(f"{_BOOK}yeu-cau/", requests.asked, name="requests"),
    path(f"{_BOOK}ban-sao/", copying.copy, name="copy"),
    path(f"{_BOOK}ma", desk.show, name="desk"),
    path("lay-so/<str:facility>", desk.number, name="number"),
    path(f"{_BOOK}ung-dung/", letting_in.apps, name="apps"),
    path(f"{_BOOK}chia-se/", sharing.share, name="share"),
    path(f"{_BOOK}chia-se/<uuid:key>/", sharing.link, name="link"),
    path(f"{_BOOK}chia-se/<uuid:key>/tat", sharing.end, name="link-end"),
    path("shl/<str:code>", viewing.manifest, name="link-manifest"),
    path("shl/<str:code>/<str:token>", viewing.file, name="link-file"),
    path("xem/", viewing.view, name="link-any"),
    path("xem/<str:code>", viewing.view, name="link-view"),
]
