"""A form of a steward that is sent empty names each field that lacks, and keeps what was typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

CUSTODY, APP = "office:custody", "office:app"


@pytest.mark.parametrize(
    ("page", "told", "said"),
    [
        (
            CUSTODY,
            {"child": ""},
            ["Hãy nhập: Số định danh của chủ sổ", "Hãy chọn: Việc", "Hãy nhập: Cơ quan ra quyết định"],
        ),
        (CUSTODY, {"decided": "hôm qua"}, ["Hãy nhập ngày quyết định như 12/03/2026", 'value="hôm qua"']),
        (APP, {"maker": "Bệnh viện B"}, ["Hãy nhập: Tên ứng dụng", "Hãy chọn: Loại", 'value="Bệnh viện B"']),
    ],
)
def test_a_field_left_empty_is_named(db, sign_in, page, told, said):
    answer = sign_in("steward").post(reverse(page), told)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert [words for words in said if words not in shown] == []
    assert "Trường này là bắt buộc" not in shown


@pytest.mark.parametrize("page", ["office:register", "office:staff"])
def test_the_title_of_a_list_that_was_not_taken_says_so_first(db, sign_in, page):
    client = sign_in("steward")
    assert "<title>Lỗi" not in client.get(reverse(page)).content.decode()
    answer = client.post(reverse(page))
    assert answer.status_code >= 400
    assert "<title>Lỗi: " in answer.content.decode()
