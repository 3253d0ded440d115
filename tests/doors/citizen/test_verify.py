"""The public page of a print: open to everybody, and silent about everything that is nobody's business."""

import io
from uuid import UUID

import pypdf
import pytest
from django.urls import reverse

from sosuckhoe.base import db
from sosuckhoe.book import queries
from sosuckhoe.book.papers import code as codes
from sosuckhoe.clinical import actions as clinical
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    return cast()


@pytest.fixture
def printed(client, everybody):
    """The referral as the owner prints it: the paper, and the address on the print."""
    whose = queries.owner(everybody.person)
    paper = next(paper for paper in queries.papers_of(whose) if paper.kind.table == "XML13")
    answer = sign_in(client, everybody.grandmother).get(
        reverse("citizen:paper-pdf", args=[everybody.patient, paper.key])
    )
    assert answer["Content-Type"] == "application/pdf"
    page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    (address,) = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
    client.cookies.clear()
    return paper, address, page.extract_text()


def test_the_print_holds_what_the_form_asks(printed):
    text = " ".join(printed[2].split())
    for wanted in ("NGUYỄN THỊ LỤA", "12/03/1960", "025160001234", "GD4252500012345", "Đau ngực khi gắng sức", "Mường"):
        assert wanted in text
    assert "Kính gửi: Bệnh viện Đa khoa tỉnh Phú Thọ" in text


def test_a_genuine_print_says_so_to_everybody_without_a_diagnosis(client, printed):
    page = client.get(printed[1]).content.decode()
    for wanted in ("Giấy thật, còn mới nhất", "26.00123/GCT", "Trung tâm Y tế huyện Thanh Sơn", "N••••• T•• L••"):
        assert wanted in page
    for hidden in ("Lụa", "đau thắt ngực", "Đau ngực", "025160001234", "1960"):
        assert hidden not in page


def test_a_replaced_print_says_so(client, everybody, printed):
    packages = library.grandmothers_year()
    packages[9].tables["XML13"][0]["HUONG_DIEU_TRI"] = "Siêu âm tim"
    library.file(packages)
    assert "Bản này đã được thay bằng bản mới" in client.get(printed[1]).content.decode()


def test_a_withdrawn_print_says_so(client, printed):
    clinical.remove_many([UUID(printed[0].key)], library.NOW)
    assert "Giấy này đã được rút lại" in client.get(printed[1]).content.decode()


@pytest.mark.parametrize("code", ["0", "AAAA", "000K-AAAA-AAAA-AAAA-AAAA-AAAA", "x" * 300])
def test_an_unknown_code_is_unknown(client, printed, code):
    answer = client.get(reverse("citizen:verify", args=[code]))
    assert answer.status_code == 404
    assert "Không có giấy nào mang mã này" in answer.content.decode()


def test_an_unknown_code_asks_the_database_as_a_malformed_one_does(printed):
    asked = [
        _statements(lambda code=code: queries.verification(code)) for code in ("0", codes.written(codes.new_code(3)))
    ]
    assert asked[0] == asked[1] == 1


def test_a_typed_code_leads_to_its_page(client, printed):
    code = printed[1].rsplit("/", 1)[1]
    answer = client.get(reverse("citizen:ask-code"), {"ma": code.lower().replace("-", " ")})
    assert answer["Location"] == reverse("citizen:verify", args=[code])
    assert client.get(reverse("citizen:ask-code")).status_code == 200
    assert client.get(reverse("citizen:ask-code"), {"ma": "xyz"})["Location"] == reverse("citizen:verify", args=["0"])


def _statements(call):
    """How many statements a call sends: the house's own way to the database is counted, not Django's cursor."""
    sent = []
    original = db.one
    db.one = lambda *words: sent.append(words) or original(*words)
    try:
        call()
    finally:
        db.one = original
    return len(sent)
