"""A copy of the whole book as PDF, in volumes of so many visits: each is made by itself, so memory stays bounded.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, Điều 4 (the right to a copy). Beside the copy in FHIR (`Patient/$everything`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sosuckhoe.access import labels
from sosuckhoe.base import clock
from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.book import queries, timeline
from sosuckhoe.book.owner import Owner
from sosuckhoe.book.papers import printing
from sosuckhoe.book.record import day_of
from sosuckhoe.book.summary import Summary
from sosuckhoe.book.visit import VisitInFull
from sosuckhoe.book.words import Words

VISITS_A_VOLUME = 40
"""So many visits of the longest kind make some hundred pages."""

Field = tuple[str, str]


class Volume(NamedTuple):
    """One volume: its number from 1, and its visits, newest first."""

    number: int
    visits: tuple[timeline.Visit, ...]


def hidden_of(hidden: int, *, is_whole: bool) -> int:
    """Which labels a copy leaves out: what the reader may not see, and unless it is asked for what is sensitive."""
    return hidden if is_whole else hidden | labels.every()


def volumes(whose: Owner, hidden: int) -> list[Volume]:
    """The volumes of a book; a book without visits has one."""
    found = queries.timeline_of(whose, hidden)
    starts = range(0, max(len(found), 1), VISITS_A_VOLUME)
    return [Volume(number, tuple(found[at : at + VISITS_A_VOLUME])) for number, at in enumerate(starts, 1)]


def pdf(whose: Owner, volume: Volume, count: int, hidden: int, at: datetime) -> bytes:
    """One volume; the first one begins with the summary."""
    day = clock.day_of(at)
    summary = queries.summary_of(whose, day, hidden) if volume.number == 1 else None
    full = (queries.visit_of(whose, visit.key, hidden) for visit in volume.visits)
    content: dict[str, object] = {
        "title": "Sổ sức khỏe điện tử",
        "printed": at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y"),
        "volume": volume.number,
        "volumes": count,
        "scope": "Không có mục nhạy cảm và mục đã giấu." if hidden else "Có cả mục nhạy cảm và mục đã giấu.",
        "person": _person(whose),
        "summary": _summary(summary) if summary else [],
        "visits": [_visit(visit) for visit in full if visit],
    }
    return printing.compiled("copy", content, at)


def _person(whose: Owner) -> list[Field]:
    numbers = ", ".join(filter(None, [whose.number("cccd", "cmnd", "passport"), whose.number("bhyt", "temp_child")]))
    return [
        ("Họ và tên", whose.name), ("Sinh ngày", _day(whose.claim.birth)), ("Địa chỉ", whose.address),
        ("Số căn cước, số thẻ bảo hiểm y tế", numbers),
    ]  # fmt: skip


def _summary(told: Summary) -> list[Field]:
    return [
        ("Nhóm máu", told.blood_group[0] if told.blood_group else ""),
        ("Dị ứng", _lines(_words(one.name) for one in told.allergies)),
        ("Bệnh lâu dài", _lines(f"{_words(one.name)}, từ {one.since:%d/%m/%Y}" for one in told.illnesses)),
        ("Thuốc đang dùng", _lines(_medicine(one.name, one.dose) for one in told.medicines.medicines)),
    ]


def _visit(full: VisitInFull) -> dict[str, object]:
    visit = full.visit
    days = " – ".join(dict.fromkeys(filter(None, [_day(visit.start), _day(visit.end)])))
    results = [*full.measurements, *(result for report in full.reports for result in report.results)]
    fields: list[Field] = [
        ("Hình thức", _words(visit.kind)),
        ("Lý do đến khám", visit.reason),
        ("Chẩn đoán", _lines(map(_words, full.diagnoses))),
        ("Kết quả điều trị", _words(visit.result)),
        ("Thuốc", _lines(_medicine(one.name, one.dose) for one in full.medicines)),
        ("Kết luận xét nghiệm, chẩn đoán hình ảnh", _lines(_report(one.name, one.conclusion) for one in full.reports)),
        ("Thủ thuật, phẫu thuật, dịch vụ", _lines(_words(one.name) for one in full.services)),
        ("Diễn biến", _lines(one.text for one in full.course)),
        ("Phương pháp điều trị", _lines(full.treatment)),
        ("Lời dặn", _lines(full.advice)),
        ("Hẹn khám lại", _lines(map(_day, full.appointments))),
        *((f"{paper.kind.name.vi}, {line.title}", line.text) for paper in full.papers for line in paper.lines),
        ("Chi phí", _lines(f"{_words(one.name)}: {one.amount:,.0f} đ".replace(",", ".") for one in full.costs)),
    ]
    return {
        "title": f"{days}: {_words(visit.main) or _words(visit.kind)}",
        "place": full.source.name or f"Cơ sở khám chữa bệnh mã {full.source.facility}",
        "fields": fields,
        "results": [[_words(name), f"{one.text} {unit}".strip(), _day(one.told)] for name, unit, one in results],
    }


def _medicine(name: str, dose: str) -> str:
    return f"{name}: {dose}" if dose else name


def _report(name: Words, conclusion: str) -> str:
    return f"{_words(name)}: {conclusion}" if conclusion else ""


def _words(words: Words | str | None) -> str:
    """In Vietnamese, or else by the code."""
    if words is None or isinstance(words, str):
        return words or ""
    return words.vi or words.en or words.code


def _day(told: str) -> str:
    day = day_of(told) if told else None
    return f"{day:%d/%m/%Y}" if day else told


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts))
