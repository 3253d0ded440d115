"""The stand-in's answers.

Besides the failures of every stub it knows three of its own: `partial` answers half of a batch, `duplicate` tells
every change twice, `disorder` tells the last first.
"""

from __future__ import annotations

from typing import Any

from sosuckhoe.exchange.outside.stub import Stub
from sosuckhoe.exchange.population.stub.book import Book

MODES = ("partial", "duplicate", "disorder")


def stub(port: int, book: Book) -> Stub:
    """A server of this book; port 0 takes a free one."""

    def answer(path: str, message: Any, mode: str) -> tuple[int, Any]:
        match path:
            case "/verify":
                return 200, book.answer(str(message.get("number", "")))
            case "/reconcile":
                return 200, _batch(book, message, mode)
            case "/changes":
                return 200, _changes(book, message, mode)
            case "/stub/enter":
                return 200, book.enter(message["kind"], message["happened"], message["word"])
        return 404, {}

    return Stub(port, answer)


def _batch(book: Book, message: Any, mode: str) -> dict[str, Any]:
    asks = message.get("asks", [])
    if mode == "partial":
        asks = asks[: len(asks) // 2]
    return {"answers": [book.answer(str(ask.get("number", ""))) for ask in asks]}


def _changes(book: Book, message: Any, mode: str) -> dict[str, Any]:
    page = book.page(int(message.get("after", 0)), int(message.get("most", 100)))
    if mode == "duplicate":
        page["changes"] = [change for change in page["changes"] for _ in range(2)]
    if mode == "disorder":
        page["changes"] = page["changes"][::-1]
    return page
