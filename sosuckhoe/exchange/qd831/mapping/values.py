"""Dates of a profile (dd/MM/yyyy) as FHIR dates, and back."""

from __future__ import annotations

import re

from sosuckhoe.exchange.xml130.mapping import values

_MONTH = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_YEAR_AND_MONTH, _DAY = 2, 3


def day(text: str | None) -> str:
    """'05/03/2025' → '2025-03-05'; '' for what is no date."""
    return values.day(text) or ""


def birth(text: str | None) -> str:
    """A birth date as far as it is told: '02/05/1961', '05/1961' or '1961'; '' for what is none."""
    written = (text or "").strip()
    if found := _MONTH.fullmatch(written):
        written = f"{found[2]}{found[1].zfill(2)}"
    return values.partial_date(written) or ""


def written(text: str | None) -> str:
    """A FHIR date as a profile writes it: '2025-03-05' → '05/03/2025', '1961' stays."""
    parts = (text or "")[:10].split("-")
    return "/".join(reversed(parts)) if len(parts) in {1, _YEAR_AND_MONTH, _DAY} else ""
