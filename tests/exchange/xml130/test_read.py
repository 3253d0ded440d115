"""What is read of one HOSO and of each table's file, what is noted, what is refused."""

from base64 import b64encode

import pytest

from sosuckhoe.exchange.xml130.findings import sentence
from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.package import Shape
from sosuckhoe.exchange.xml130.read import kind_of, read_envelope
from tests.exchange.xml130.files import HEAD, envelope, file, medicines, read_one, record, rules, summary

# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Nguyễn Văn A", "Nguyễn Văn A"),
        ("", ""),
        (" hai  khoảng ", " hai  khoảng "),
        ("\n  xuống dòng\n", "\n  xuống dòng\n"),
        ("a\r\nb\rc", "a\nb\nc"),  # XML's own rule for line ends
        ("a&#13;&#10;b", "a\r\nb"),
        ("&lt;M75&gt; &amp;amp; &quot;&apos;", "<M75> &amp; \"'"),
        ("&#x1F637;&#273;", "😷đ"),
        ("<![CDATA[a < b && c]]>", "a < b && c"),
        ("x<![CDATA[ ]]>y", "x y"),
        ("12<!-- chú thích -->34", "1234"),
        ("12<?phần mềm x?>34", "1234"),
        ("<![CDATA[<!DOCTYPE html>]]>", "<!DOCTYPE html>"),
        ("<!-- <!DOCTYPE html> -->1", "1"),
        ("Nguyê\u0303n", "Nguyê\u0303n"),
        ("a=b", "a=b"),
    ],
)
def test_a_value_is_what_xml_says_it_is_and_spaces_stay(written, text):
    package, findings = read_one(summary(f"<HO_TEN>{written}</HO_TEN>"))
    assert package.summary == {"MA_LK": "LK1", "HO_TEN": text}
    assert findings == []


def test_absent_and_empty_are_two_things():
    package, _ = read_one(summary("<HO_TEN/><SO_CCCD></SO_CCCD>"))
    assert package.summary == {"MA_LK": "LK1", "HO_TEN": "", "SO_CCCD": ""}
    assert "DU_PHONG" not in package.summary


def test_tags_that_nobody_knows_are_kept_in_their_order():
    package, findings = read_one(summary("<Z>1</Z><HO_TEN>A</HO_TEN><LẠ>2</LẠ>"))
    assert list(package.summary.items()) == [("MA_LK", "LK1"), ("Z", "1"), ("HO_TEN", "A"), ("LẠ", "2")]
    assert findings == []


@pytest.mark.parametrize("start", ["", "\ufeff", HEAD, f"\ufeff{HEAD}", '<?xml version="1.0"?>', "<!-- a -->", "\n"])
def test_a_file_may_start_with_a_mark_a_declaration_or_neither(start):
    package, findings = read_one(file("XML1", f"{start}<TONG_HOP><MA_LK>LK1</MA_LK></TONG_HOP>"))
    assert (package.ma_lk, findings) == ("LK1", [])


def test_an_envelope_may_start_with_a_mark_and_end_with_spaces():
    data = b"\xef\xbb\xbf" + envelope(record(summary())) + b"\r\n\r\n"
    assert kind_of(data) == "envelope"
    assert read_envelope(data).visits == ["LK1"]


def test_base64_may_be_broken_into_lines():
    encoded = b64encode(b"<TONG_HOP><MA_LK>LK1</MA_LK></TONG_HOP>").decode()
    lines = "\r\n".join(encoded[i : i + 20] for i in range(0, len(encoded), 20))
    broken = f"<FILEHOSO><LOAIHOSO> xml1\n</LOAIHOSO><NOIDUNGFILE>\n {lines}\n</NOIDUNGFILE></FILEHOSO>"
    assert read_one(broken)[0].tables == {"XML1": [{"MA_LK": "LK1"}]}


def test_the_head_of_the_envelope():
    read = read_envelope(envelope(record(summary()), unit="<MACSKCB> 79001\n</MACSKCB>", after="<CHUKYDONVI/>"))
    assert (read.facility, read.made_on, read.signed, read.remarks) == ("79001", "20250601", False, [])
    assert read_envelope(envelope(record(summary()), made_on="")).made_on == ""


# ── shapes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ROW = "<CHI_TIET_THUOC><STT>1</STT></CHI_TIET_THUOC>"


@pytest.mark.parametrize(
    ("content", "rows", "noted"),
    [
        (
            f"<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC>{ROW}{ROW}</DSACH_CHI_TIET_THUOC></CHITIEU_CHITIET_THUOC>",
            2,
            0,
        ),
        ("<CHITIEU_CHITIET_THUOC><DSACH_CHI_TIET_THUOC/></CHITIEU_CHITIET_THUOC>", 0, 0),
        ("<CHITIEU_CHITIET_THUOC/>", 0, 0),
        (f"<CHITIEU_CHITIET_THUOC>{ROW}{ROW}</CHITIEU_CHITIET_THUOC>", 2, 0),
        (f"<DSACH_CHI_TIET_THUOC>{ROW}</DSACH_CHI_TIET_THUOC>", 1, 0),
        (ROW, 1, 0),
        (f"<ArrayOf>{ROW}</ArrayOf>", 1, 1),
        ("<A><B><C><STT>1</STT></C><C><STT>1</STT></C></B></A>", 2, 1),
        ("<A><C><STT>1</STT></C></A>", 1, 1),
        ("<A><STT>1</STT></A>", 1, 1),
    ],
)
def test_a_table_of_many_rows_in_any_shape_that_says_the_same(content, rows, noted):
    package, findings = read_one(summary(), file("XML2", content))
    assert package.tables["XML2"] == [{"STT": "1"}] * rows
    assert rules(findings) == [("noted", "XML2", 0, "", "table-elements")] * noted


@pytest.mark.parametrize(
    "content", ["<TONG_HOP><MA_LK>LK1</MA_LK></TONG_HOP>", "<XML1><T><MA_LK>LK1</MA_LK></T></XML1>"]
)
def test_a_table_of_one_row_may_stand_in_a_root(content):
    assert read_one(file("XML1", content))[0].tables == {"XML1": [{"MA_LK": "LK1"}]}


@pytest.mark.parametrize("name", [name for name in TABLES if name != "XML0"])
def test_files_that_are_indented_say_the_same(name):
    table = TABLES[name]
    lines = "\n".join(f"      <{field.name}>1</{field.name}>" for field in table.fields)
    inner = f"\n    <{table.row}>\n{lines}\n    </{table.row}>\n" if table.repeats else f"\n{lines}\n"
    body = f"\n  <{table.listing}>{inner}  </{table.listing}>\n" if table.listing else inner
    package, findings = read_one(file(name, f"{HEAD}\r\n<{table.root}>{body}</{table.root}>\r\n"))
    assert package.tables[name] == [{field.name: "1" for field in table.fields}]
    assert findings == []


def test_a_table_that_nobody_knows_is_kept_with_its_names():
    content = "<BANG><DS><DONG><A>1</A></DONG><DONG><A>2</A></DONG></DS></BANG>"
    package, findings = read_one(summary(), file("XML16", content))
    assert package.tables["XML16"] == [{"A": "1"}, {"A": "2"}]
    assert package.shapes == {"XML16": Shape("BANG", "DS", "DONG")}
    assert rules(findings) == [("noted", "XML16", 0, "", "table-unknown")]


def test_namespaces_are_taken_off_and_noted():
    package, findings = read_one(
        file("XML1", '<h:TONG_HOP xmlns:h="urn:h"><h:MA_LK>LK1</h:MA_LK></h:TONG_HOP>'),
        file("XML4", '<CHITIEU_CHITIET_DICHVUCANLAMSANG xmlns="urn:h"/>'),
    )
    assert package.tables == {"XML1": [{"MA_LK": "LK1"}], "XML4": []}
    assert rules(findings) == [("noted", "XML1", 0, "", "namespaces"), ("noted", "XML4", 0, "", "namespaces")]


def test_what_a_serialiser_adds_is_nothing_to_note():
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    package, findings = read_one(file("XML1", f'<TONG_HOP {schema}><MA_LK>LK1</MA_LK><STT xsi:nil="true"/></TONG_HOP>'))
    assert (package.summary, findings) == ({"MA_LK": "LK1", "STT": ""}, [])


def test_attributes_are_not_kept_and_noted():
    package, findings = read_one(file("XML1", '<TONG_HOP><MA_LK loai="1">LK1</MA_LK></TONG_HOP>'))
    assert package.ma_lk == "LK1"
    assert rules(findings) == [("noted", "XML1", 0, "", "attributes")]


def test_the_signature_of_one_table_is_not_kept_and_noted():
    inner = "<CHUKYDONVI><Signature><A>1</A></Signature></CHUKYDONVI>"
    package, findings = read_one(summary(inner), file("XML4", "<A><CHUKYDONVI/></A>"))
    assert package.tables == {"XML1": [{"MA_LK": "LK1"}], "XML4": []}
    assert ("noted", "XML1", 0, "CHUKYDONVI", "table-signature") in rules(findings)
    assert ("noted", "XML4", 0, "CHUKYDONVI", "table-signature") not in rules(findings)


def test_a_tag_twice_with_one_value_is_noted():
    package, findings = read_one(summary("<STT>1</STT><STT>1</STT><GHI_CHU/><GHI_CHU>a</GHI_CHU>"))
    assert package.summary == {"MA_LK": "LK1", "STT": "1", "GHI_CHU": "a"}
    assert rules(findings) == [
        ("noted", "XML1", 1, "STT", "tag-repeated"),
        ("noted", "XML1", 1, "GHI_CHU", "tag-repeated"),
    ]


# ── one HOSO ─────────────────────────────────────────────────────────────────────────────────────────────────────────

DAMAGED = [
    ("", "", 0, "", "package-empty"),
    ("<FILEHOSO/>", "", 0, "", "file-form"),
    ("<FILEHOSO><NOIDUNGFILE>YQ==</NOIDUNGFILE></FILEHOSO>", "", 0, "", "file-form"),
    ("<FILEHOSO><LOAIHOSO>X 1</LOAIHOSO><NOIDUNGFILE>YQ==</NOIDUNGFILE></FILEHOSO>", "", 0, "", "file-form"),
    (summary().replace("</FILEHOSO>", "<NOIDUNGFILE/></FILEHOSO>"), "XML1", 0, "", "file-form"),
    (summary().replace("</FILEHOSO>", "<LOAIHOSO>XML2</LOAIHOSO></FILEHOSO>"), "XML1", 0, "", "file-form"),
    ("<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>a*b=</NOIDUNGFILE></FILEHOSO>", "XML1", 0, "", "file-not-base64"),
    ("<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>YQ=</NOIDUNGFILE></FILEHOSO>", "XML1", 0, "", "file-not-base64"),
    (
        "<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>YQ==YQ==</NOIDUNGFILE></FILEHOSO>",
        "XML1",
        0,
        "",
        "file-not-base64",
    ),
    (file("XML1", "xin chào"), "XML1", 0, "", "file-not-xml"),
    (file("XML1", "<TONG_HOP>\n<MA_LK>1</MA>\n</TONG_HOP>"), "XML1", 0, "", "file-not-xml"),
    (file("XML1", "<TONG_HOP/><TONG_HOP/>"), "XML1", 0, "", "file-not-xml"),
    (file("XML1", "<TONG_HOP>&nbsp;</TONG_HOP>"), "XML1", 0, "", "file-not-xml"),
    (file("XML1", '<!DOCTYPE a [<!ENTITY b "c">]>\n<TONG_HOP>&b;</TONG_HOP>'), "XML1", 0, "", "file-doctype"),
    (file("XML1", "<TONG_HOP>é</TONG_HOP>".encode("latin-1")), "XML1", 0, "", "file-encoding"),
    (file("XML1", "<TONG_HOP/>".encode("utf-16")), "XML1", 0, "", "file-encoding"),
    (file("XML1", "<TONG_HOP/>".encode("utf-16-le")), "XML1", 0, "", "file-encoding"),
    (file("XML1", '<?xml version="1.0" encoding="windows-1258"?><TONG_HOP/>'), "XML1", 0, "", "file-encoding"),
    (file("XML1", f'<TONG_HOP a="{"b" * 5000}"/>'), "XML1", 0, "", "file-attributes"),
    (file("XML1", "<TONG_HOP>" + "<A/>" * 260_000 + "</TONG_HOP>"), "XML1", 0, "", "file-too-large"),
    (file("XML1", b"<TONG_HOP>" + b" " * 8_400_000 + b"</TONG_HOP>"), "XML1", 0, "", "file-too-large"),
    (summary("<A><B>1</B></A>"), "XML1", 1, "A", "field-nested"),
    (medicines(f"{ROW}<CHI_TIET_THUOC><A><B/></A></CHI_TIET_THUOC>"), "XML2", 2, "A", "field-nested"),
    (file("XML2", f"<A><B>{ROW}</B><C><D/></C></A>"), "XML2", 0, "", "table-nested"),
    (file("XML16", "<A><B><C>1</C></B><D><C>1</C></D></A>"), "XML16", 0, "", "table-nested"),
    (file("XML1", "<TONG_HOP>chữ<MA_LK>1</MA_LK></TONG_HOP>"), "XML1", 1, "", "stray-text"),
    (medicines(f"{ROW}chữ"), "XML2", 0, "", "table-text"),
    (medicines("<CHI_TIET_THUOC><A/>chữ</CHI_TIET_THUOC>"), "XML2", 1, "", "stray-text"),
    (summary("<STT>1</STT><STT>2</STT>"), "XML1", 1, "STT", "tag-contradicts"),
    (summary(f"<{'A' * 101}/>"), "XML1", 1, "", "tag-too-long"),
    (summary(f"<GHI_CHU>{'a' * 1_048_577}</GHI_CHU>"), "XML1", 1, "GHI_CHU", "value-too-long"),
]


@pytest.mark.parametrize(("files", "table", "row", "field", "rule"), DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_record_is_refused_and_its_neighbours_are_read(files, table, row, field, rule):
    read = read_envelope(envelope(record(summary(visit="LK0")), record(files), record(summary(visit="LK2"))))
    assert [package and package.ma_lk for package in read.packages] == ["LK0", None, "LK2"]
    assert rules(read.findings[1]) == [("refused", table, row, field, rule)]
    assert read.findings[0] == read.findings[2] == []


def test_a_record_with_one_bad_table_is_refused_and_still_says_which_visit_it_is():
    """Half an episode would take the place of a whole one."""
    read = read_envelope(envelope(record(summary(), file("XML2", "hỏng"))))
    assert (read.packages, read.visits) == ([None], ["LK1"])
    (finding,) = read.findings[0]
    assert sentence(finding).startswith("Tệp của XML2 hỏng ở dòng 1,")
    assert "line 1" in sentence(finding, "en")


def test_a_code_too_long_for_a_visit_is_not_given_as_one():
    """check refuses that package; what is kept of a refused one must still fit into an index."""
    assert read_envelope(envelope(record(summary(visit="9" * 601)))).visits == [""]
    assert read_envelope(envelope(record(summary(visit="9" * 600)))).visits == ["9" * 600]


NOTED = [
    (
        summary() + "<FILEHOSO><LOAIHOSO>XML2</LOAIHOSO><NOIDUNGFILE> </NOIDUNGFILE></FILEHOSO>",
        "XML2",
        "",
        "file-empty",
    ),
    (summary() + "<FILEHOSO><LOAIHOSO>XML2</LOAIHOSO></FILEHOSO>", "XML2", "", "file-empty"),
    (summary() + "<GHICHU>a</GHICHU>", "", "GHICHU", "element-unknown"),
    (summary().replace("</FILEHOSO>", "<TENFILE/></FILEHOSO>"), "XML1", "TENFILE", "element-unknown"),
]


@pytest.mark.parametrize(("files", "table", "field", "rule"), NOTED)
def test_what_is_noted_of_a_record(files, table, field, rule):
    package, findings = read_one(files)
    assert package.tables == {"XML1": [{"MA_LK": "LK1"}]}
    assert rules(findings) == [("noted", table, 0, field, rule)]


def test_a_visit_that_comes_twice_is_noted_at_the_second():
    read = read_envelope(envelope(record(summary()), record(summary(visit="LK2")), record(summary())))
    assert [rules(findings) for findings in read.findings] == [[], [], [("noted", "", 0, "MA_LK", "visit-twice")]]
    assert None not in read.packages
