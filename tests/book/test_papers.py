"""Printing a paper, and proving a print."""

import io
from datetime import timedelta
from uuid import UUID

import orjson
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.book import actions, queries
from sosuckhoe.book.owner import initials, masked
from sosuckhoe.book.papers import code as codes
from sosuckhoe.book.papers import printing, reading
from sosuckhoe.clinical import actions as clinical
from tests.book import library
from tests.book.tables import source

HOLDER = printing.Holder(
    name="Nguyễn Thị Lụa",
    born="12/03/1960",
    sex="Nữ",
    ethnicity="Mường",
    nationality="Việt Nam",
    occupation="Nông dân",
    address="Khu Đồn, Xã Thanh Sơn, Tỉnh Phú Thọ",
    identity="025160001234",
    card="GD4252500012345",
    card_until="31/12/2026",
)
ADDRESS = "https://so.example.vn/giay/7F3K-0000-0000-0000-0000-0001"
ISSUE = printing.Issue("7F3K-0000-0000-0000-0000-0001", ADDRESS, library.NOW)


@given(st.integers(0, 65_535))
def test_a_code_is_read_as_it_was_written(bucket):
    made = codes.new_code(bucket)
    written = codes.written(made)
    assert codes.read(written) == codes.read(written.lower().replace("-", " ")) == made
    assert codes.bucket_in(made) == bucket
    assert len(written.replace("-", "")) == 24


def test_letters_that_look_alike_are_read_alike():
    written = "0000-0000-0000-0000-0011-1100"
    assert codes.read("OoOo-0000-0000-0000-00iI-lL00") == codes.read(written)


@pytest.mark.parametrize("text", ["", "0", "7F3K", "U" * 24, "0" * 25, "٣" * 24, "0000-0000-0000-0000-0000-000!"])
def test_what_cannot_be_a_code_is_none(text):
    assert codes.read(text) is None


def test_a_code_cannot_be_guessed():
    made = {codes.new_code(7) for _ in range(1000)}
    assert len(made) == 1000
    assert codes._CHANCE_BYTES * 8 >= 100


@pytest.mark.parametrize(
    ("name", "shown"), [("Nguyễn Thị Lụa", "N••••• T•• L••"), ("An", "A•"), ("", ""), ("Lê  Á", "L• Á")]
)
def test_strangers_see_initials(name, shown):
    assert initials(name) == shown


@pytest.mark.parametrize(("number", "shown"), [("025160001234", "025••••••234"), ("12345", "•••••"), ("", "")])
def test_numbers_are_masked(number, shown):
    assert masked(number) == shown


@pytest.mark.parametrize("table", list(reading.kinds()))
def test_every_kind_prints_as_its_form(table):
    kind = reading.kinds()[table]
    line = reading.Line("CHAN_DOAN_RV", "Chẩn đoán", "Tăng huyết áp; đái tháo đường")
    again = reading.Line("NGAY_HEN_KL", "Hẹn khám lại lúc", "07:30 03/12/2026")
    paper = reading.Paper("k", kind, "26.00123/GCT", "2026-11-03", [line, again], "Lê Văn Đức", "", "", 0, 1, told_by())
    pages = pypdf.PdfReader(io.BytesIO(printing.pdf(paper, HOLDER, ISSUE))).pages
    text = " ".join(pages[0].extract_text().split())
    for wanted in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", kind.name.vi.upper(), kind.signer.upper(),
        "TRUNG TÂM Y TẾ HUYỆN THANH SƠN", "26.00123/GCT", "Tăng huyết áp; đái tháo đường", "03/12/2026",
        "Ngày 03 tháng 11 năm 2026", "Lê Văn Đức", ISSUE.code,
    ):  # fmt: skip
        assert wanted in text
    assert links(pages[0]) == {ADDRESS}


def test_a_print_is_pdf_a_with_vietnamese_type_and_the_same_twice():
    paper = reading.Paper("k", reading.kinds()["XML14"], "", "", [], "", "", "", 0, 1, told_by())
    made = printing.pdf(paper, HOLDER, ISSUE)
    assert made == printing.pdf(paper, HOLDER, ISSUE)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    fonts = pypdf.PdfReader(io.BytesIO(made)).pages[0]["/Resources"]["/Font"]
    assert all("BeVietnamPro" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_what_a_facility_wrote_cannot_be_code_of_the_form():
    text = '#panic("x") $x$ *b* [y] \\ "z" <script>'
    line = reading.Line("CHAN_DOAN_RV", "Chẩn đoán", text)
    paper = reading.Paper("k", reading.kinds()["XML7"], "", "", [line], "", "", "", 0, 1, told_by())
    page = pypdf.PdfReader(io.BytesIO(printing.pdf(paper, HOLDER, ISSUE))).pages[0]
    assert '#panic("x")' in page.extract_text()


@pytest.mark.django_db
def test_one_version_of_a_paper_has_one_code():
    whose = queries.owner(library.grandmother())
    paper = queries.papers_of(whose)[0]
    first = actions.issue(whose, paper, library.NOW)
    assert actions.issue(whose, paper, library.NOW + timedelta(days=1)) == first
    assert codes.bucket_in(codes.read(first)) == bucket_of(whose.person)


@pytest.mark.django_db
def test_a_print_of_the_newest_version_is_current():
    whose = queries.owner(library.grandmother())
    paper = next(paper for paper in queries.papers_of(whose) if paper.kind.table == "XML14")
    code = actions.issue(whose, paper, library.NOW)
    found = queries.verification(code)
    assert (found.state, found.kind.table, found.numbers, found.facility) == ("current", "XML14", "2611-77", "25010")


@pytest.mark.django_db
def test_a_print_whose_paper_was_replaced_says_so():
    whose, code, paper = printed()
    body = current_body(paper)
    body["section"][0]["text"]["div"] = '<div xmlns="http://www.w3.org/1999/xhtml">khác</div>'
    store(whose, paper, body)
    assert queries.verification(code).state == "replaced"
    assert actions.issue(whose, queries.paper_of(whose, UUID(paper.key)), library.NOW) != code


@pytest.mark.django_db
def test_a_new_version_that_says_the_same_keeps_a_print_current():
    whose, code, paper = printed()
    store(whose, paper, current_body(paper) | {"language": "vi"})
    assert queries.paper_of(whose, UUID(paper.key)).version == 2
    assert queries.verification(code).state == "current"


@pytest.mark.django_db
def test_a_print_whose_paper_is_gone_is_withdrawn():
    _, code, paper = printed()
    clinical.remove_many([UUID(paper.key)], library.NOW)
    found = queries.verification(code)
    assert (found.state, found.numbers, found.facility) == ("withdrawn", "", "")


@pytest.mark.django_db
def test_a_code_that_nothing_has_is_unknown():
    printed()
    assert queries.verification(codes.written(codes.new_code(1))) is None
    assert queries.verification("no code at all") is None


@pytest.mark.django_db
def test_the_table_holds_no_value_of_a_paper():
    _, _, paper = printed()
    (row,) = db.tuples("select kind, digest from book_paper")
    assert row == ("XML14", reading.digest(paper))


def printed():
    """A printed re-examination slip."""
    whose = queries.owner(library.grandmother())
    paper = next(paper for paper in queries.papers_of(whose) if paper.kind.table == "XML14")
    return whose, actions.issue(whose, paper, library.NOW), paper


def current_body(paper):
    body = orjson.loads(queries.clinical.read("Composition", UUID(paper.key)).body)
    body.pop("meta", None)
    return body


def store(whose, paper, body):
    draft = library.Draft("Composition", UUID(paper.key), whose.person, body)
    clinical.put_many([draft], library.NOW)


def told_by():
    return source("2026-11-03")._replace(name="Trung tâm Y tế huyện Thanh Sơn")


def links(page):
    return {note.get_object()["/A"]["/URI"] for note in page.get("/Annots", ()) if "/A" in note.get_object()}
