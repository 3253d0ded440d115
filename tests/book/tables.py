"""Cases written as small tables: the case is the documentation."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sosuckhoe.book.longterm import Diagnosis
from sosuckhoe.book.medicines import Prescription
from sosuckhoe.book.record import Source, day_of
from sosuckhoe.book.words import NOTHING, Words

UPDATED = datetime(2026, 11, 20, tzinfo=UTC)


def rows(text: str) -> list[dict[str, str]]:
    """A table with a heading line, columns parted by '|'."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    head, *body = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(head, cells, strict=True)) for cells in body]


def source(on: str, visit: str = "", facility: str = "25010") -> Source:
    return Source(facility, "", on, UPDATED, visit)


def diagnoses(text: str) -> list[Diagnosis]:
    """visit | on | code"""
    return [
        Diagnosis(row["code"], date.fromisoformat(row["on"]), row["visit"], Words(row["code"]), 0, source(row["on"]))
        for row in rows(text)
    ]


def prescriptions(text: str) -> list[Prescription]:
    """visit | start | drug | days | kind, newest first as the record gives them"""
    found = [
        Prescription(
            key=f"{row['visit']}-{row['drug']}",
            drug=row["drug"],
            name=row["drug"],
            dose="",
            each_time="",
            times_a_day=0,
            advice="",
            route=NOTHING,
            quantity="",
            start=day_of(row["start"]),
            days=int(row["days"]),
            until=_until(row),
            is_stay=row["kind"] == "stay",
            label=0,
            source=source(row["start"], row["visit"]),
        )
        for row in rows(text)
    ]
    return sorted(found, key=lambda line: line.start, reverse=True)


def _until(row: dict[str, str]) -> date | None:
    start = day_of(row["start"])
    days = int(row["days"])
    return date.fromordinal(start.toordinal() + days - 1) if days else None
