"""Every result code of the insurer, and what an answer means: the table that a clerk would sign."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from sosuckhoe.exchange.bhxh import results
from sosuckhoe.exchange.bhxh.messages import Answer, read_answer, written
from sosuckhoe.identity.claim import Claim, Identifier

ON = date(2026, 11, 22)
NUMBER = "HT2797912345678"
LAN = Claim("Nguyễn Thị Lan", "1961-05-02", "female", "79001", (Identifier("bhyt", NUMBER),))

CODES = """
000 | valid    | card
001 | papers   | card
002 | papers   | card
003 | replaced | card
004 | renewed  | card
010 | ended    | card
050 | unknown  | card
051 | unknown  | card
052 | unknown  | card
053 | unknown  | card
054 | refused  | nothing
055 | refused  | nothing
060 | mismatch | card
061 | mismatch | card
070 | mismatch | card
100 | away     | nothing
101 | away     | nothing
110 | ended    | card
120 | ended    | card
121 | ended    | card
122 | ended    | card
123 | ended    | card
124 | ended    | card
130 | child    | card
205 | refused  | nothing
401 | sign-in  | nothing
"""
TABLE = [tuple(cell.strip() for cell in line.split("|")) for line in CODES.strip().splitlines()]


@pytest.mark.parametrize(("code", "means", "says"), TABLE)
def test_a_result_code_means(code, means, says):
    result = results.results()[code]
    assert result.means == means
    assert (means in results.OF_THE_CARD) == (says == "card")
    assert result.vi.endswith(".")
    assert result.en.endswith(".")


def test_every_code_is_in_the_table_and_every_meaning_in_a_code():
    assert {code for code, *_ in TABLE} == set(results.results())
    nothing = {results.AWAY, results.REFUSED, results.SIGN_IN}
    assert {means for _, means, _ in TABLE} == results.OF_THE_CARD | nothing


def answer(code="000", **told):
    facts_ = {"card": NUMBER, "name": "Nguyễn Thị Lan", "birth": "02/05/1961", "since": "01/01/2026"}
    return Answer(result=code, **{**facts_, "until": "31/12/2026", **told})


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "valid"),
        ({"until": "22/11/2026"}, "valid"),
        ({"until": "21/11/2026"}, "ended"),
        ({"until": ""}, "valid"),
        ({"until": "31/02/2027"}, "valid"),
        ({"code": "004", "until": "21/11/2026"}, "renewed"),
        ({"code": "110", "until": "31/12/2030"}, "ended"),
    ],
)
def test_a_card_has_ended_when_its_day_has_passed(told, state):
    card = results.card_of(answer(**told), NUMBER, ON)
    assert card.state == state
    assert (card.benefit, card.since) == ("2", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({}, ""),
        ({"name": "NGUYEN THI LAN"}, ""),
        ({"name": "", "birth": ""}, ""),
        ({"birth": "1961"}, ""),
        ({"birth": "02051961"}, ""),
        ({"name": "Nguyễn Thị Liên"}, "name"),
        ({"birth": "03/05/1961"}, "birth"),
        ({"name": "Nguyễn Thị Liên", "birth": "1962"}, "name birth"),
        ({"code": "060"}, "bhyt"),
        ({"code": "070"}, "bhyt"),
    ],
)
def test_where_the_insurers_word_differs(told, fields):
    found = results.differing(LAN, "bhyt", NUMBER, answer(**told))
    assert list(found.ours) == list(found.theirs) == fields.split()


@pytest.mark.parametrize(
    ("numbers", "asked"),
    [
        ([("bhyt", "A"), ("bhyt", NUMBER), ("cccd", "1")], ("bhyt", NUMBER)),
        ([("cccd", "1"), ("bhxh", "7912345678")], ("bhxh", "7912345678")),
        ([("cccd", "079160000001")], ("cccd", "079160000001")),
        ([("passport", "B1234567")], None),
    ],
)
def test_by_which_number_one_asks(numbers, asked):
    claim = Claim("A", "", "", "", tuple(Identifier(*number) for number in numbers))
    assert results.number_of(claim) == asked


@pytest.mark.parametrize(
    ("birth", "written_as"), [("1961-05-02", "02/05/1961"), ("1961", "1961"), ("1961-05", "1961"), ("", "")]
)
def test_a_birth_date_is_asked_as_the_insurer_writes_it(birth, written_as):
    ask = results.ask_of(NUMBER, Claim("A", birth, "", ""))
    assert b'"ngaySinh":"%s"' % written_as.encode() in written(ask)


def test_an_answer_is_read_by_the_insurers_own_names():
    names = {"maKetQua", "maThe", "hoTen", "ngaySinh", "gtTheTu", "gtTheDen", "maDKBD", "maTheMoi", "ngayDu5Nam"}
    content = msgspec.json.encode(answer(next_card="DN4", registered="79001", five_years="01/01/2020"))
    assert names <= set(msgspec.json.decode(content))
    assert read_answer(content).registered == "79001"
