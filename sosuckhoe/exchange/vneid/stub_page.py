"""The stub's one page: who signs in, at which level, with which fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>VNeID (bản giả)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>
<main><h1>VNeID (bản giả)</h1><p>Trang này giả làm VNeID cho bản dùng thử. Những người ở đây không có thật.</p>
<form method="post" action="/authorize">{hidden}
<p><label for="number">Bạn là</label> <select id="number" name="number">{people}</select></p>
<p><label for="level">Mức định danh</label> <select id="level" name="level">
<option value="2">2</option><option value="1">1</option></select></p>
<p><label for="fault">Lỗi</label> <select id="fault" name="fault">{faults}</select></p>
<p><button type="submit">Đồng ý</button></p></form></main></body></html>"""


def choice_page(asked: Mapping[str, str], people: Sequence[Any], faults: Mapping[str, str]) -> str:
    """The page for a client's question, which travels on in hidden fields."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(str(value))}">' for name, value in asked.items()
    )
    return _PAGE.format(
        hidden=hidden,
        people=_options({person.number: person.name for person in people}),
        faults=_options(faults),
    )


def _options(words: Mapping[str, str]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in words.items())
