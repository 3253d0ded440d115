"""Lists as people's programs write them: marks, separators, dates, dropped zeros; every fault by row and column."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base import sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.sheet import Column, Fault

COLUMNS = (
    Column("code", ("code", "ma"), is_demanded=True, shape="code:5"),
    Column("name", ("name", "ten"), is_demanded=True, most=10),
    Column("since", ("since",), shape="date"),
    Column("kind", ("kind",), shape="choice", choices=("a", "b")),
    Column("number", ("number",), shape="digits:3"),
    Column("user", ("user",), shape="login"),
)


def read(text, columns=COLUMNS):
    content = text if isinstance(text, bytes) else text.encode()
    return list(sheet.lines(io.BytesIO(content), columns))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("code,name\n79001,An\n", {"code": "79001", "name": "An"}),
        ("\ufeffMa;Ten\r\n79001;An\r\n", {"code": "79001", "name": "An"}),
        ("ten\tma\nAn\t7900a\n", {"code": "7900A", "name": "An"}),
        ('code,name,since\n79001,"Lê, An",22/1/2026\n', {"name": "Lê, An", "since": "2026-01-22"}),
        ("code,name,kind\n79001, Le\u0302  An ,B\n", {"name": "Lê An", "kind": "b"}),
    ],
)
def test_a_list_is_read_as_programs_write_it(text, values):
    (line,) = read(text)
    assert line.number == 2
    assert line.faults == ()
    assert values.items() <= line.values.items()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("7900,An,,,", Fault(2, "code", "not-code", "5")),
        (",An,,,", Fault(2, "code", "demanded", "5")),
        ("79001,Nguyễn Thị Lan,,,", Fault(2, "name", "too-long", "10")),
        ("79001,An,2026-02-30,,", Fault(2, "since", "not-date", "")),
        ("79001,An,20260203,,", Fault(2, "since", "not-date", "")),
        ("79001,An,,c,", Fault(2, "kind", "not-choice", "a, b")),
        ("79001,An,,,12", Fault(2, "number", "not-digits", "3")),
        ("79001,An,,,,Bác sĩ", Fault(2, "user", "not-login", "")),
        ("79001,An,,,,,more", Fault(2, "", "too-many-cells", "6")),
    ],
)
def test_every_fault_names_its_row_and_column_and_how_to_mend_it(row, fault):
    (line,) = read(f"code,name,since,kind,number,user\n{row}\n")
    assert line.faults == (fault,)
    for language in ("vi", "en"):
        assert sheet.said(line.faults[0], language).endswith(".")


def test_every_rule_has_its_case_above():
    shown = {"demanded", "too-long", "too-many-cells", "not-date", "not-digits", "not-code", "not-login", "not-choice"}
    assert sheet.sentences().keys() == shown


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"\xff\xfe\x00", "SSK-2221"),
        (b"", "SSK-2222"),
        (b"name\nAn\n", "SSK-2222"),
        (b"code,name\n\xff,An\n", "SSK-2221"),
    ],
)
def test_what_is_no_list_is_refused_whole(content, number):
    with pytest.raises(Problem) as refused:
        read(content)
    assert refused.value.number == number


def test_a_nul_in_a_cell_is_a_space():
    (line,) = read("code,name\nAB1,An\0Bình\n")
    assert line.values["name"] == "An Bình"


def test_rows_are_read_one_at_a_time():
    class Endless(io.RawIOBase):
        """A list without an end: whoever reads it whole never returns."""

        def __init__(self):
            self.begun = 0

        def seek(self, place, _whence=0):
            self.begun = place

        def tell(self):
            return self.begun

        def read(self, count=-1):
            rows = b"code,name\n" if not self.begun else b""
            self.begun += count
            return (rows + b"79001,An\n" * (count // 9 + 1))[:count]

    lines = sheet.lines(Endless(), COLUMNS)
    assert [next(lines).number for _ in range(5000)] == list(range(2, 5002))


@given(st.lists(st.lists(st.text(), min_size=1, max_size=6), max_size=20), st.sampled_from(",;\t"))
def test_nothing_that_a_file_can_hold_breaks_the_reader(rows, separator):
    text = separator.join(("code", "name")) + "\n" + "\n".join(separator.join(row) for row in rows)
    try:
        lines = read(text.encode("utf-8", "surrogatepass"))
    except Problem as problem:
        number, lines = problem.number, []
    else:
        number = ""
    assert number in {"", "SSK-2221", "SSK-2222"}
    assert all(set(line.values) == {column.name for column in COLUMNS} for line in lines)
