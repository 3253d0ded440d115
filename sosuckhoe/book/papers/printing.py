"""A paper as a PDF (PDF/A-2b) in Vietnamese type, by typst. The layout is data: `templates/*.typ`."""

from __future__ import annotations

import threading
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

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
    """The PDF of a template of `templates/`, filled with `content`. The same content and moment give the same bytes."""
    with _one_at_a_time:
        made = _compiler().compile(
            str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            sys_inputs={"paper": orjson.dumps(content).decode()},
            pdf_standards=[STANDARD],
            timestamp=int(at.timestamp()),
        )
    assert isinstance(made, bytes), "one document, in memory"
    return made


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
