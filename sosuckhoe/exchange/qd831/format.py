"""What a health profile may hold (data/format.yaml), and the names of its tables.

A table of a profile is a path of elements under HOSOSUCKHOE: 'TIENSU/KHUYETTAT/DSKHUYETTAT'. What stands below a
second, third … element of the same name says so by its number: '…/HOSOKHAMCHUABENH#2/CANLAMSANG/DICHVU'.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts

DATA = Path(__file__).parent / "data"
_FILE = facts.read_yaml(DATA / "format.yaml")
_NUMBER = re.compile(r"#\d+")

ABOUT = "THONGTINCHUNG"
RELATIVES = "THONGTINCHUNG/QUANHE_GIADINH"
HISTORY = "TIENSU"
BIRTH = "TIENSU/TINHTRANG_LUCSINH"
EXPOSURE = "TIENSU/YEUTO_SUCKHOE"
HABITS = "TIENSU/YEUTO_SUCKHOE/DSYEUTO"
ALLERGIES = "TIENSU/TIEUSU_BENHTAT/DIUNG/DSDIUNG"
ILLNESSES = "TIENSU/TIEUSU_BENHTAT/BENHTAT/DSBENH"
FAMILY_ALLERGIES = "TIENSU/TIENSU_GIADINH/DIUNG/DSDIUNG"
FAMILY_ILLNESSES = "TIENSU/TIENSU_GIADINH/BENHTAT/DSBENH"
DISABILITIES = "TIENSU/KHUYETTAT/DSKHUYETTAT"
REPRODUCTION = "TIENSU/SUCKHOE_SINHSAN"
VACCINATION = "TIEMCHUNG"
DOSES = "TIEMCHUNG/THONGTINMUITIEM"
EXAMS = "DANHSACHHOSOKHAMCHUABENH/HOSOKHAMCHUABENH"
TESTS = "DANHSACHHOSOKHAMCHUABENH/HOSOKHAMCHUABENH/CANLAMSANG/DICHVU"
DIAGNOSES = "DANHSACHHOSOKHAMCHUABENH/HOSOKHAMCHUABENH/CHANDOANKETLUAN/CHANDOANBENH"

EPISODE = "HSSK/"
"""What the number of a profile begins with, where visits have their MA_LK."""

LOOSE = f"{EPISODE}~"
"""So begins the number of a profile without MA_NHANKHAU: it changes with the person's numbers."""

KIND = "HSSK"
"""What an episode that is a profile says for the kind of its visit (MA_LOAI_KCB)."""

LONGEST: int = _FILE["longest"]
CODES: dict[str, dict[str, str]] = _FILE["codes"]


class Field(NamedTuple):
    """One field: its kind ('text', 'date', 'code:sex' …) and what it holds."""

    kind: str
    vi: str

    @property
    def codes(self) -> dict[str, str]:
        """The codes that it may have; empty for one that is not coded."""
        return CODES.get(self.kind.removeprefix("code:"), {}) if self.kind.startswith("code:") else {}


class Table(NamedTuple):
    """One element with fields: what it holds in both languages, and its fields in the order of writing."""

    vi: str
    en: str
    fields: dict[str, Field]


TABLES: dict[str, Table] = {
    path: Table(entry["vi"], entry["en"], {tag: Field(*field) for tag, field in entry["fields"].items()})
    for path, entry in _FILE["tables"].items()
}


def plain(path: str) -> str:
    """A table's path without numbers: '…/HOSOKHAMCHUABENH#2/CANLAMSANG/DICHVU' → '…/CANLAMSANG/DICHVU'."""
    return _NUMBER.sub("", path) if "#" in path else path


def below(path: str, number: int) -> str:
    """How the tables below the `number`th (1-based) row of a table begin."""
    return f"{path}/" if number == 1 else f"{path}#{number}/"


def word(name: str, code: str) -> str:
    """What a code of a list means; the code itself where the list does not have it."""
    return CODES[name].get(code, code)


@cache
def containers() -> frozenset[str]:
    """The paths of elements that hold others and have no field of their own: 'TIENSU/KHUYETTAT' …"""
    found = {"/".join(path.split("/")[:depth]) for path in TABLES for depth in range(1, path.count("/") + 1)}
    return frozenset(found - TABLES.keys())


@cache
def order_of(path: str) -> tuple[str, ...]:
    """The names of the children of an element in the order in which they are written."""
    if path in _FILE["order"]:
        return tuple(_FILE["order"][path])
    fields = tuple(TABLES[path].fields) if path in TABLES else ()
    start = f"{path}/" if path else ""
    inner = dict.fromkeys(known.removeprefix(start).split("/")[0] for known in TABLES if known.startswith(start))
    return (*fields, *(name for name in inner if name not in fields and name))
