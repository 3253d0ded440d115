"""A paper as a PDF (PDF/A-2b) in Vietnamese type, by typst. The layout is data: `templates/*.typ`."""

from __future__ import annotations

import re
import threading
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import segno

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.book.papers.reading import Paper
from sosuckhoe.book.record import day_of

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Final = "a-2b"
_FONTS = "fontpkg_be_vietnam_pro"
_UNSHOWN = (
    re.compile("[\u2300-\U0010ffff]\ufe0f?(\u200d[^ \n]\ufe0f?)+"),
    re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2060-\u206f\u2300-\u23ff\u2600-\u27bf\u2e80-\U0010ffff]+"),
    re.compile("[^\n\x20-\x7e\xa0-\u024f\u0300-\u0309\u0323\u1ea0-\u1ef9\u2010-\u2026]+"),
)
"""What a print leaves out, one try after the other: pictures joined of several signs, of which typst draws a part
without a word; signs of writings that no font here has, as Chinese or emoji; all that is not Latin. PDF/A allows no
sign without its glyph: one of them must not keep somebody from a paper.
"""

_MISSING = "[?]"
"""Stands where signs were left out. The sentence that explains it is `templates/unprinted.typ`."""

_one_at_a_time = threading.Lock()


class Holder(NamedTuple):
    """Whom a paper is about, as it is printed: words only."""

    name: str
    born: str
    sex: str
    ethnicity: str
    nationality: str
    occupation: str
    address: str
    identity: str
    card: str
    card_until: str


class Issue(NamedTuple):
    """One print: its code as written, the address that verifies it, and when it was made."""

    code: str
    address: str
    at: datetime


def pdf(paper: Paper, holder: Holder, issue: Issue) -> bytes:
    """The PDF of a paper. The same paper, holder and issue give the same bytes."""
    return compiled(paper.kind.template, _content(paper, holder, issue), issue.at)


def compiled(template: str, content: dict[str, object], at: datetime) -> bytes:
    """The PDF of a template of `templates/`, filled with `content`. The same content and moment give the same bytes.

    Signs that no font has stand as `[?]`, and a sentence at the foot of every page says so.
    """
    import typst

    for unshown in _UNSHOWN:
        try:
            return _made(template, content, unshown, at)
        except typst.TypstError as fault:
            if "could not be displayed" not in str(fault):
                raise
            refused = fault
    raise refused


def _made(template: str, content: dict[str, object], unshown: re.Pattern[str], at: datetime) -> bytes:
    shown = orjson.dumps(_printable(content, unshown))
    told = {"paper": shown.decode(), "unprinted": "" if shown == orjson.dumps(content) else "yes"}
    with _one_at_a_time:
        made = _compiler().compile(
            str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            sys_inputs=told,
            pdf_standards=[STANDARD],
            timestamp=int(at.timestamp()),
        )
    assert isinstance(made, bytes), "one document, in memory"
    return made


def _printable(content: Any, unshown: re.Pattern[str]) -> Any:
    """The same with a mark in the place of the signs that cannot be shown."""
    if isinstance(content, str):
        return unshown.sub(_MISSING, content)
    if isinstance(content, dict):
        return {name: _printable(value, unshown) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_printable(value, unshown) for value in content]
    return content


def _content(paper: Paper, holder: Holder, issue: Issue) -> dict[str, object]:
    on = day_of(paper.date)
    return {
        "title": paper.kind.name.vi,
        "form": paper.kind.form,
        "signer": paper.kind.signer,
        "numbers": paper.numbers,
        "day": [f"{on.day:02}", f"{on.month:02}", str(on.year)] if on else ["....", "....", "........"],
        "facility": paper.source.name or f"Cơ sở khám chữa bệnh mã {paper.source.facility}",
        "facility_code": paper.source.facility,
        "to": paper.to_name or (f"Cơ sở khám chữa bệnh mã {paper.to}" if paper.to else ""),
        "author": paper.author,
        "holder": holder._asdict(),
        "lines": [line._asdict() for line in paper.lines if line.text],
        "code": issue.code,
        "address": issue.address,
        "printed": issue.at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y"),
        "qr": qr(issue.address),
    }


def qr(address: str) -> str:
    """A QR code of an address as SVG."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=2, omitsize=True)


@cache
def _compiler() -> typst.Compiler:
    """One compiler a process: fonts are read once (27 ms a page instead of 90)."""
    import typst

    spec = find_spec(_FONTS)
    places = spec.submodule_search_locations if spec else None
    assert places, "fontpkg-be-vietnam-pro is a dependency"
    fonts = [str(Path(place) / "files") for place in places]
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)
