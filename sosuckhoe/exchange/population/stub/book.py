"""The stand-in's own book: who there is, and what has happened. It begins as a simulated province's truth."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

_SEX = {"M": "male", "F": "female"}


class Book:
    """Words by number, changes in order. What is entered while it runs is not kept."""

    def __init__(self) -> None:
        self.words: dict[str, dict[str, Any]] = {}
        self.changes: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    @classmethod
    def of_province(cls, people: Path) -> Book:
        """Everybody with a number in `people.csv`; births and deaths among them are changes."""
        book = cls()
        with people.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        numbers = {row["person"]: row["cccd"] for row in rows}
        born = max((row["birth"][:8] for row in rows), default="")
        for row in rows:
            if row["cccd"]:
                word = _word(row, numbers.get(row["mother"], ""))
                book.words[word["number"]] = word
                if row["mother"] and row["birth"][:4] >= str(int(born[:4]) - 1):
                    book.enter("birth", word["birth"], word)
                if word["deceased"]:
                    book.enter("death", word["deceased"], word)
        return book

    def enter(self, kind: str, happened: str, word: dict[str, Any]) -> dict[str, Any]:
        """Something happens to somebody: the word is theirs from now on."""
        with self.lock:
            order = len(self.changes) + 1
            change = {"key": f"{kind}-{order}", "order": order, "kind": kind, "happened": happened, "word": word}
            self.words[word["number"]] = word
            self.changes.append(change)
        return change

    def answer(self, number: str) -> dict[str, Any]:
        """What is known of a number."""
        return {"number": number, "word": self.words.get(number)}

    def page(self, after: int, most: int) -> dict[str, Any]:
        """The changes after a place."""
        found = self.changes[after : after + most]
        return {"changes": found, "after": after + len(found), "more": after + len(found) < len(self.changes)}


def _word(row: dict[str, str], mother: str) -> dict[str, Any]:
    return {
        "number": row["cccd"],
        "name": row["name"],
        "birth": _day(row["birth"]),
        "sex": _SEX.get(row["sex"], "unknown"),
        "province": "",
        "commune": row["commune_now"],
        "address": "",
        "deceased": _day(row["died"]),
        "mother": mother,
    }


def _day(stamp: str) -> str:
    """'199003120815' → '1990-03-12'."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if stamp else ""
