"""The tables that another vendor would export of what it holds, as its mapping (csv_feed/data) reads them.

The vendor's habits: days written d/m/Y, commas in numbers, a byte order mark, columns that nobody reads. The same seed
gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from sosuckhoe.exchange.xml130.mapping.values import moment, partial_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sosuckhoe.exchange.xml130.package import Row
    from sosuckhoe.simulation.held import Holding, Patient

Line = tuple[str, ...]
COLUMNS = {
    "nguoi_dan": "MA_ND HO_TEN NGAY_SINH GIOI_TINH CCCD THE_BHYT DIEN_THOAI DIA_CHI MA_TINH MA_XA CAP_NHAT GHI_CHU",
    "lan_kham": "MA_LK MA_ND MA_CSKCB HINH_THUC VAO_LUC RA_LUC LY_DO MA_CD_CHINH CAP_NHAT",
    "chan_doan": "MA_CD MA_ND MA_LK ICD10 NGAY CAP_NHAT",
    "ket_qua": "MA_KQ MA_ND MA_LK TEN_CHI_SO GIA_TRI DON_VI LAY_MAU_LUC CAP_NHAT",
    "thuoc": "MA_THUOC_DONG MA_ND MA_LK TEN_THUOC MA_HOAT_CHAT LIEU_DUNG SO_NGAY NGAY_KE CAP_NHAT",
    "nhom_mau": "MA_NM MA_ND NHOM_MAU NGAY CAP_NHAT",
    "di_ung": "MA_DU MA_ND CHAT BIEU_HIEN MUC_DO CO_KHONG NGAY_GHI CAP_NHAT",
}
_INSIDE = {"03", "04", "06"}


def write(holding: Holding, folder: Path) -> int:
    """Write every table below a folder; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables(holding):
        (folder / name).write_bytes(content)
    return len(COLUMNS)


def tables(holding: Holding) -> Iterator[tuple[str, bytes]]:
    """Names of files and their content."""
    made = {
        "nguoi_dan": (_person(one) for one in holding.patients),
        "lan_kham": _visits(holding),
        "chan_doan": _diagnoses(holding),
        "ket_qua": _results(holding),
        "thuoc": _medicines(holding),
        "nhom_mau": _groups(holding),
        "di_ung": _allergies(holding),
    }
    for name, lines in made.items():
        yield f"{name}.csv", _table(COLUMNS[name].split(), lines)


def _table(columns: list[str], lines: Iterable[Line]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def _person(one: Patient) -> Line:
    row = one.row
    return (
        one.record, row["HO_TEN"], _birth(row.get("NGAY_SINH")), row.get("GIOI_TINH") or "-", row.get("SO_CCCD") or "",
        row.get("MA_THE_BHYT") or "", row.get("DIEN_THOAI") or "-", row.get("DIA_CHI") or "",
        row.get("MATINH_CU_TRU") or "", row.get("MAXA_CU_TRU") or "", _stamp(one.written), "nhập từ sổ giấy",
    )  # fmt: skip


def _visits(holding: Holding) -> Iterator[Line]:
    for one in holding.visits:
        inside = (one.row.get("MA_LOAI_KCB") or "") in _INSIDE
        main = f"{one.key}/1" if one.diagnoses else ""
        yield (
            one.key, one.record, one.facility, "nội trú" if inside else "Ngoại trú", _moment(one.row, "NGAY_VAO"),
            _moment(one.row, "NGAY_RA"), one.row.get("LY_DO_VV") or "", main, _stamp(one.written),
        )  # fmt: skip


def _diagnoses(holding: Holding) -> Iterator[Line]:
    for one in holding.visits:
        for place, code in enumerate(one.diagnoses, 1):
            yield f"{one.key}/{place}", one.record, one.key, code, _moment(one.row, "NGAY_VAO"), _stamp(one.written)


def _results(holding: Holding) -> Iterator[Line]:
    for visit in holding.visits:
        for place, row in enumerate(visit.results, 1):
            yield _result(f"{visit.key}/{place}", visit.record, visit.key, row, visit.written)
    for copy in holding.copied:
        yield _result(copy.key, copy.record, "", copy.row, copy.written)


def _result(key: str, record: str, visit: str, row: Row, written: datetime) -> Line:
    value = row["GIA_TRI"].replace(".", ",") if row["GIA_TRI"].replace(".", "", 1).isdigit() else row["GIA_TRI"]
    at, name, unit = _moment(row, "NGAY_KQ"), row["TEN_CHI_SO"], row.get("DON_VI_DO") or ""
    return key, record, visit, name, value, unit, at, _stamp(written)


def _medicines(holding: Holding) -> Iterator[Line]:
    for visit in holding.visits:
        for place, row in enumerate(visit.medicines, 1):
            yield (
                f"{visit.key}/t{place}", visit.record, visit.key, row["TEN_THUOC"], row.get("MA_THUOC") or "",
                row.get("LIEU_DUNG") or "", "", _moment(row, "NGAY_YL"), _stamp(visit.written),
            )  # fmt: skip


def _groups(holding: Holding) -> Iterator[Line]:
    for one in holding.traits:
        if one.kind == "blood":
            yield (
                one.key,
                one.record,
                f"{one.text[:-1]} Rh({one.text[-1]})",
                f"{one.written:%d/%m/%Y}",
                _stamp(one.written),
            )


def _allergies(holding: Holding) -> Iterator[Line]:
    for one in holding.traits:
        if one.kind == "allergy":
            known = "không" if one.is_denied else "có"
            yield one.key, one.record, one.text, one.reaction, "", known, f"{one.written:%d/%m/%Y}", _stamp(one.written)


def _birth(text: str | None) -> str:
    """A day as d/m/Y, a year alone as it is."""
    return "/".join(reversed((partial_date(text) or "").split("-")))


def _moment(row: Row, tag: str) -> str:
    text = moment(row.get(tag)) or ""
    day = "/".join(reversed(text[:10].split("-")))
    return f"{day} {text[11:16]}" if "T" in text else day


def _stamp(at: datetime) -> str:
    return f"{at:%d/%m/%Y %H:%M}"
