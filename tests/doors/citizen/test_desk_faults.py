"""Forms of the desk and of emergencies that lack something: each field says so, on top of the page and beside it."""

from __future__ import annotations

import pytest

from tests.doors.citizen import cast as people
from tests.doors.citizen.test_desk import COUNTER, EMERGENCY, URGENT


@pytest.fixture
def everybody(db):
    return people.cast()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"so": " ", "ly-do": "", "loi": ""},
            {
                "so": "Hãy nhập số căn cước hoặc số thẻ bảo hiểm y tế",
                "ly-do": "Hãy chọn lý do",
                "loi": "Hãy viết tình trạng cấp cứu, ít nhất 10 ký tự",
            },
        ),
        ({"loi": "ngất"}, {"loi": "Hãy viết tình trạng cấp cứu, ít nhất 10 ký tự"}),
        ({"ly-do": "curious"}, {"ly-do": "Hãy chọn lý do"}),
        ({"so": "001160009999"}, {"so": "Không có sổ nào mang số này."}),
    ],
)
def test_each_field_of_an_emergency_says_what_is_wrong_with_it(client, everybody, wrong, said):
    page = people.sign_in(client, everybody.other_doctor).post(EMERGENCY, {**URGENT, **wrong})
    html = page.content.decode()
    assert (page.status_code, "<title>Lỗi: " in html) == (422, True)
    assert {bound.html_name: bound.errors[0] for bound in page.context["form"] if bound.errors} == said
    places = {"ly-do_0" if name == "ly-do" else name: words for name, words in said.items()}
    assert [words for place, words in places.items() if f'<a href="#{place}">{words}</a>' not in html] == []
    assert [place for place in places if f'id="{place}"' not in html] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ma": ""}, {"ma": "Hãy quét hoặc gõ mã sổ của người bệnh"}),
        ({"the": "", "pin": ""}, {"the": "Hãy quét hoặc gõ mã trên thẻ", "pin": "Hãy để người bệnh tự gõ PIN"}),
        ({"the": "ABCD"}, {"pin": "Hãy để người bệnh tự gõ PIN"}),
    ],
)
def test_each_field_of_the_desk_says_what_is_wrong_with_it(client, everybody, typed, said):
    page = people.sign_in(client, everybody.other_doctor).post(COUNTER, typed)
    html = page.content.decode()
    assert (page.status_code, "<title>Lỗi: Quầy" in html) == (422, True)
    assert {bound.html_name: bound.errors[0] for bound in page.context["form"] if bound.errors} == said
    assert [name for name, words in said.items() if f'<a href="#{name}">{words}</a>' not in html] == []
    assert f'value="{typed["the"]}"' in html if typed.get("the") else True, "what was typed stands there again"
