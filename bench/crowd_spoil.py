"""Other kinds of errors than bench/crowd.py makes by itself: a list of a mixture's `also`, each with its chance.

They are what keyboards, spreadsheets and clerks do to a row that was right. `bench/crowd_other.yaml` has the rates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

from sosuckhoe.identity.bulk import job
from sosuckhoe.simulation.registration import slip

Row = dict[str, str]
_VNI = {
    "\u0301": "1",
    "\u0300": "2",
    "\u0309": "3",
    "\u0303": "4",
    "\u0323": "5",
    "\u0302": "6",
    "\u031b": "7",
    "\u0306": "8",
}
_LONGEST_NAME = 16


def spoiled(rng: Random, row: list[str], chances: dict[str, float]) -> list[str]:
    """The row of COLUMNS without its number, perhaps with errors; the last one is named in `added`."""
    columns = (*job.COLUMNS[1:], "person", "family", "added")
    told = dict(zip(columns, row, strict=True))
    for kind, chance in chances.items():
        if rng.random() < chance and KINDS[kind](rng, told):
            told["added"] = told["added"] or kind
    return [told[column] for column in columns]


def _zero_lost(_: Random, row: Row) -> bool:
    """A spreadsheet takes numbers for amounts."""
    row["cccd"], row["phone"] = (row[field].removeprefix("0") for field in ("cccd", "phone"))
    return True


def _dummy_phone(rng: Random, row: Row) -> bool:
    row["phone"] = rng.choice(("0900000000", "0000000000", "0999999999"))
    return True


def _clinic_phone(_: Random, row: Row) -> bool:
    """The facility's own telephone, when the patient tells none."""
    row["phone"] = f"02{row['facility']:0>8}"
    return True


def _vni(_: Random, row: Row) -> bool:
    """The keys of the VNI method, typed with the method off."""
    row["name"] = " ".join(_as_vni(word) for word in row["name"].split())
    return True


def _as_vni(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.replace("đ", "d9").replace("Đ", "D9"))
    keys = "".join(_VNI[mark] for mark in letters if mark in _VNI)
    return "".join(mark for mark in letters if mark not in _VNI) + keys


def _cut(_: Random, row: Row) -> bool:
    """A column too narrow for the name."""
    was, row["name"] = row["name"], row["name"][:_LONGEST_NAME].strip()
    return was != row["name"]


def _initials(_: Random, row: Row) -> bool:
    family, *middle, given = row["name"].split()
    row["name"] = " ".join((family, *(f"{word[0]}." for word in middle), given))
    return bool(middle)


def _two_slips(rng: Random, row: Row) -> bool:
    row["name"] = slip(rng, slip(rng, row["name"]))
    return True


def _digits_exchanged(rng: Random, row: Row) -> bool:
    """Two neighbours of the insurance number or of the former identity card exchanged."""
    field = "bhxh" if row["bhxh"] else "cmnd"
    number, at = row[field], rng.randrange(5, 8)
    row[field] = number[:at] + number[at + 1 : at + 2] + number[at : at + 1] + number[at + 2 :]
    if field == "bhxh":
        row["bhyt"] = row["bhyt"][:-10] + row["bhxh"] if row["bhyt"] else ""
    return row[field] != number


def _first_of_month(_: Random, row: Row) -> bool:
    was = row["birth"]
    row["birth"] = f"{was[:7]}-01" if len(was) == len("2026-06-30") else was
    return was != row["birth"]


KINDS: dict[str, Callable[[Random, Row], bool]] = {
    "zero lost": _zero_lost,
    "dummy phone": _dummy_phone,
    "clinic phone": _clinic_phone,
    "vni": _vni,
    "cut": _cut,
    "initials": _initials,
    "two slips": _two_slips,
    "digits exchanged": _digits_exchanged,
    "first of month": _first_of_month,
}
