"""A stand-in of the insurer: cards of a simulated province, sessions that can end, and every way to fail.

Besides the failures of every stub, each result code is a mode: `POST /stub/mode {"mode": "110"}` answers so.
`another` answers for somebody else's card, `renamed` with another name. `POST /stub/forget` ends every session.
"""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.text import fold
from sosuckhoe.exchange.bhxh import results
from sosuckhoe.exchange.bhxh.client import LOOK_UP, TAKE_TOKEN
from sosuckhoe.exchange.outside.stub import Stub

OF_ITS_OWN = ("another", "renamed")
_FAR_FROM_HOME = "01001"
_MOST_SEEN = 12
"""As many visits a province writes of each of its people (simulation/people.py)."""

_WRITTEN = "%Y%m%d%H%M"


class Cards:
    """Cards by number, and the sessions that are open."""

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()

    @classmethod
    def of_province(cls, people: Path, on: date) -> Cards:
        """Everybody with a card in `people.csv`; it is valid for the year, and ends with the holder."""
        made = cls()
        with people.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["card"]:
                    made.enter(**_card(row, on))
        return made

    def enter(self, maThe: str, **told: Any) -> None:  # noqa: N803 -- the insurer's name
        """A card, found by its number and by the social insurance number."""
        card = {"maThe": maThe, **told}
        self.cards[maThe] = card
        if card.get("maSoBHXH"):
            self.cards[card["maSoBHXH"]] = card

    def sign_in(self) -> dict[str, Any]:
        """A session."""
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return {"maKetQua": "200", "APIKey": {"access_token": token, "id_token": token}}

    def answer(self, message: Any, mode: str) -> dict[str, Any]:
        """What is said of a card."""
        if str(message.get("token", "")) not in self.tokens:
            return {"maKetQua": "401"}
        if mode in results.results():
            return {**self.cards.get(str(message.get("maThe", "")), {}), "maKetQua": mode}
        card = self.cards.get(str(message.get("maThe", "")))
        if card is None:
            return {"maKetQua": "050"}
        if mode == "another":
            return {**card, "maThe": "DN4010000000000", "maKetQua": "000"}
        if mode == "renamed":
            return {**card, "hoTen": "Người Khác", "maKetQua": "000"}
        return {**card, "maKetQua": _result(card, message)}


def stub(port: int, cards: Cards) -> Stub:
    """A server of these cards; port 0 takes a free one."""

    def answer(path: str, message: Any, mode: str) -> tuple[int, Any]:
        match path:
            case "/stub/forget":
                cards.tokens.clear()
                return 200, {}
            case _ if path == TAKE_TOKEN:
                return 200, cards.sign_in()
            case _ if path == LOOK_UP:
                return 200, cards.answer(message, mode)
        return 404, {}

    return Stub(port, answer)


def _result(card: dict[str, Any], message: Any) -> str:
    if fold(str(message.get("hoTen", ""))) != fold(card["hoTen"]):
        return "060"
    asked = str(message.get("ngaySinh", ""))
    return "000" if asked in {card["ngaySinh"], card["ngaySinh"][-4:]} else "070"


def _card(row: dict[str, str], on: date) -> dict[str, Any]:
    born = row["birth"]
    ends = f"{row['died'][6:8]}/{row['died'][4:6]}/{row['died'][:4]}" if row["died"] else f"31/12/{on.year}"
    return {
        "maThe": row["card"],
        "hoTen": row["name"],
        "ngaySinh": f"{born[6:8]}/{born[4:6]}/{born[:4]}",
        "gioiTinh": {"M": "Nam", "F": "Nữ"}.get(row["sex"], ""),
        "maSoBHXH": row["social"],
        "gtTheTu": f"01/01/{on.year}",
        "gtTheDen": ends,
        "maDKBD": "",
        "dsLichSuKCB2018": list(_visits(row, on)),
    }


def _visits(row: dict[str, str], on: date) -> Iterator[dict[str, Any]]:
    """The newest visits that the province's hospitals sent; now and then another last day, or one far from home.

    So the three lines of a comparison are to be seen: in both, in both with another end, told by the insurer alone.
    """
    seen = [one.split(":") for one in row.get("seen", "").split()]
    for place, (facility, began, ended) in enumerate(seen):
        is_later = place == 0 and len(seen) == _MOST_SEEN
        yield _visit(facility, began, _next_day(ended) if is_later else ended)
    if seen and (row["key"] or int(row["person"]) % 3 == 0):
        day = f"{on - timedelta(days=40):%Y%m%d}"
        yield _visit(_FAR_FROM_HOME, f"{day}0830", f"{day}1015")


def _visit(facility: str, began: str, ended: str) -> dict[str, Any]:
    return {"maCSKCB": facility, "ngayVao": began, "ngayRa": ended, "tenBenh": "", "kqDieuTri": "1"}


def _next_day(moment: str) -> str:
    later = datetime.strptime(moment, _WRITTEN).replace(tzinfo=VIETNAM) + timedelta(days=1)
    return f"{later:{_WRITTEN}}"
