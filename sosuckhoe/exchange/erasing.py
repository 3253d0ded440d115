"""For how long a law keeps a visit (`access/data/erasing.yaml`). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sosuckhoe.access import requests

_CODES = ("MA_BENH_CHINH", "MA_BENH_KT", "MA_BENH_YHCT")


def kept_until(row: Mapping[str, str], visit: date) -> date:
    """The first day on which a visit with this row of XML1 need not be kept any more."""
    years = max(entry["years"] for entry in requests.erasing()["kept"] if _meets(entry, row))
    try:
        return visit.replace(year=visit.year + years)
    except ValueError:
        return visit.replace(year=visit.year + years, month=3, day=1)


def _meets(entry: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    if "icd10" not in entry:
        return True
    codes = (code.strip().upper() for tag in _CODES for code in row.get(tag, "").split(";"))
    return any(code[:1] in entry["icd10"] for code in codes) or row.get("KET_QUA_DTRI", "") in entry.get("result", ())
