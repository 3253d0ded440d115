"""Which columns of the book are sealed (ADR 8)."""

from __future__ import annotations

from sosuckhoe.base.resealing import Column
from sosuckhoe.book import kept

_PLACE = ("bucket", "person", "hidden")
COLUMNS = (Column("book_summary", "body", kept.SUMMARY, _PLACE, (*_PLACE, "stamp")),)
LEFT = {
    "book_paper.code": "chance, which the print shows",
    "book_paper.digest": "sha256 of a whole paper",
    "book_link.code": "chance, which the address shows",
    "book_link.secret": "sealed with the house's secret (links/sealing.py)",
    "book_link_opening.code": "chance, which the address shows",
}
"""Bytes that are not sealed, and why."""
