"""What is read of the envelope and of a check-in file, what is noted, what is refused."""

import pytest

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.read import kind_of, read_check_in, read_envelope
from sosuckhoe.exchange.xml130.write import write_check_in, write_envelope
from tests.exchange.xml130 import good
from tests.exchange.xml130.files import HEAD, envelope, record, rules, summary

# ── the envelope ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_noted_of_an_envelope():
    data = envelope(record(summary()), after="<GHICHU/>").replace(b"<SOLUONGHOSO>1", b"<SOLUONGHOSO>2")
    data = data.replace(b"</DANHSACHHOSO>", b"<KHAC/></DANHSACHHOSO>").replace(b"<GIAMDINHHS>", b'<GIAMDINHHS a="b">')
    read = read_envelope(data)
    assert rules(read.remarks) == [
        ("noted", "", 0, "", "attributes"),
        ("noted", "", 0, "GHICHU", "element-unknown"),
        ("noted", "", 0, "KHAC", "element-unknown"),
        ("noted", "", 0, "SOLUONGHOSO", "count-differs"),
    ]
    assert read.visits == ["LK1"]


def test_an_envelope_in_a_namespace_is_read_and_noted():
    data = envelope(record(summary())).replace(b"<GIAMDINHHS>", b'<GIAMDINHHS xmlns="urn:bhxh">')
    read = read_envelope(data)
    assert (read.visits, rules(read.remarks)) == (["LK1"], [("noted", "", 0, "", "namespaces")])


@pytest.mark.parametrize(
    ("content", "signed"),
    [("", False), ("<CHUKYDONVI/>", False), ("<CHUKYDONVI> </CHUKYDONVI>", False), ("<CHUKYDONVI>a</CHUKYDONVI>", True),
     ('<CHUKYDONVI><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></CHUKYDONVI>', True)],
)  # fmt: skip
def test_whether_anything_stands_in_the_place_of_the_signature(content, signed):
    read = read_envelope(envelope(record(summary()), after=content))
    assert (read.signed, read.remarks) == (signed, [])


ENVELOPE = envelope(record(summary())).decode()
BROKEN = [
    ("SSK-2001", "", {"line": 1, "column": 1}),
    ("SSK-2001", "xin chào", {"line": 1, "column": 1}),
    ("SSK-2001", "{}", {}),
    ("SSK-2001", f"{HEAD}\n<GIAMDINHHS>\n<a></b>\n</GIAMDINHHS>", {"line": 3, "column": 6}),
    ("SSK-2001", ENVELOPE[:-5], {}),
    ("SSK-2001", ENVELOPE + "<a/>", {}),
    ("SSK-2002", ENVELOPE.replace("<GIAMDINHHS>", "\n<!DOCTYPE GIAMDINHHS><GIAMDINHHS>", 1), {"line": 2}),
    ("SSK-2003", ENVELOPE.replace("UTF-8", "UTF-16"), {}),
    ("SSK-2003", ENVELOPE.replace("UTF-8", "UTF-7"), {}),
    ("SSK-2003", ENVELOPE.replace('"UTF-8"', "'windows-1258'"), {}),
    ("SSK-2004", ENVELOPE.encode("utf-16"), {"byte": 1}),
    ("SSK-2004", ENVELOPE.encode("utf-16-be"), {"byte": 1}),
    ("SSK-2004", ENVELOPE.encode("utf-32-le"), {"byte": 2}),
    ("SSK-2004", ENVELOPE.encode().replace(b"79001", b"\xe979001"), {}),
    ("SSK-2004", ENVELOPE.encode().replace(b"79001", b"\xc0\xbc79001"), {}),
    ("SSK-2004", ENVELOPE.encode().replace(b"79001", b"\xed\xa0\x8079001"), {}),
    ("SSK-2004", ENVELOPE.replace("79001", "\x0079001"), {}),
    ("SSK-2001", ENVELOPE.replace("79001", "\x0b79001"), {}),
    ("SSK-2001", ENVELOPE.replace("79001", "&#0;79001"), {}),
    ("SSK-2008", "<GIAMDINH/>", {}),
    ("SSK-2008", "<giamdinhhs/>", {}),
    ("SSK-2009", "<GIAMDINHHS/>", {"element": "GIAMDINHHS/THONGTINHOSO"}),
    ("SSK-2009", ENVELOPE.replace("<MACSKCB>79001</MACSKCB>", ""), {"element": "THONGTINDONVI/MACSKCB"}),
    ("SSK-2009", ENVELOPE.replace(">79001<", "> <"), {"element": "THONGTINDONVI/MACSKCB"}),
    ("SSK-2009", envelope(), {"element": "DANHSACHHOSO/HOSO"}),
    ("SSK-2009", ENVELOPE.replace("DANHSACHHOSO", "DANHSACH"), {"element": "THONGTINHOSO/DANHSACHHOSO"}),
    (
        "SSK-2010",
        ENVELOPE.replace("</MACSKCB>", "</MACSKCB><MACSKCB>79002</MACSKCB>"),
        {"element": "THONGTINDONVI/MACSKCB"},
    ),
    ("SSK-2015", ENVELOPE.replace(">79001<", f">{'7' * 601}<"), {"element": "THONGTINDONVI/MACSKCB"}),
    ("SSK-2010", ENVELOPE.replace("<THONGTINDONVI>", "<THONGTINDONVI/><THONGTINDONVI>"), {}),
]


@pytest.mark.parametrize(("number", "data", "places"), BROKEN)
def test_a_broken_envelope_is_refused_with_its_place(number, data, places):
    with pytest.raises(Problem) as refused:
        read_envelope(data if isinstance(data, bytes) else data.encode())
    assert refused.value.number == number
    assert places.items() <= refused.value.places.items()
    assert refused.value.vi
    assert refused.value.en


# ── check-in ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_check_in_file_is_a_package_a_row():
    first, second = good.check_in(), good.check_in()
    second.tables["XML0"][0].update(MA_LK="LK2", MA_CSKCB="79009")
    read = read_check_in(write_check_in([first, second]))
    assert [package.ma_lk for package in read.packages] == read.visits == ["LK1", "LK2"]
    assert [package.facility for package in read.packages] == [read.facility] * 2 == ["79001"] * 2
    assert read.findings == [[], []]
    assert (read.remarks, read.signed) == ([], False)


def test_findings_of_a_check_in_stand_with_their_row():
    rows = "<TRANG_THAI_KCB><MA_CSKCB>79001</MA_CSKCB>{}</TRANG_THAI_KCB>"
    listed = rows.format("") + rows.format("<STT>1</STT><STT>1</STT>")
    data = f"<CHI_TIEU_TRANG_THAI_KCB><DSACH_TRANG_THAI_KCB>{listed}</DSACH_TRANG_THAI_KCB></CHI_TIEU_TRANG_THAI_KCB>"
    read = read_check_in(data.encode())
    assert [rules(findings) for findings in read.findings] == [[], [("noted", "XML0", 1, "STT", "tag-repeated")]]


@pytest.mark.parametrize(
    ("inner", "number"),
    [
        ("", "SSK-2009"),
        ("<DSACH_TRANG_THAI_KCB><TRANG_THAI_KCB><STT>1</STT></TRANG_THAI_KCB></DSACH_TRANG_THAI_KCB>", "SSK-2009"),
        ("<DSACH_TRANG_THAI_KCB><TRANG_THAI_KCB><A><B/></A></TRANG_THAI_KCB></DSACH_TRANG_THAI_KCB>", "SSK-2014"),
        (
            "<DSACH_TRANG_THAI_KCB><TRANG_THAI_KCB><MA_CSKCB>"
            + "7" * 601
            + "</MA_CSKCB></TRANG_THAI_KCB></DSACH_TRANG_THAI_KCB>",
            "SSK-2015",
        ),
        ("<DSACH_TRANG_THAI_KCB>chữ</DSACH_TRANG_THAI_KCB>", "SSK-2014"),
    ],
)
def test_a_check_in_that_cannot_be_read(inner, number):
    with pytest.raises(Problem) as refused:
        read_check_in(f"<CHI_TIEU_TRANG_THAI_KCB>{inner}</CHI_TIEU_TRANG_THAI_KCB>".encode())
    assert refused.value.number == number
    assert refused.value.vi
    assert refused.value.en


def test_the_two_files_are_told_apart_by_their_root():
    assert kind_of(write_envelope([good.package()], "79001", "20250601")) == "envelope"
    assert kind_of(write_check_in([good.check_in()])) == "check_in"
    assert kind_of(b'<!-- a --><?b?> <x:GIAMDINHHS xmlns:x="urn:x">') == "envelope"
    for data in (b"", b"<a/>", b"GIAMDINHHS", b" " * 9000 + b"<GIAMDINHHS/>"):
        with pytest.raises(Problem) as refused:
            kind_of(data)
        assert refused.value.number == "SSK-2008"
    with pytest.raises(Problem) as refused:
        read_envelope(write_check_in([good.check_in()]))
    assert refused.value.number == "SSK-2008"
