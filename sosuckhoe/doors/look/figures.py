"""Numbers as people read them: '1.234,5' in Vietnamese, '1,234.5' in English."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sosuckhoe.doors.look import tongue

_SWAP = str.maketrans(",.", ".,")


def number(value: float | Decimal | str | None, places: int | None = None) -> str:
    """A number with its separators in the reader's language; `places` fixes the decimals, else as many as it has.

    Text that is no number ('<0,5', 'âm tính') is given back as it is; nothing gives ''.
    """
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    written = f"{exact:,.{places}f}" if places is not None else _shortest(exact)
    return written.translate(_SWAP) if tongue.language() == "vi" else written


def _shortest(exact: Decimal) -> str:
    """All its decimals, without zeros at the end: 5.40 → '5.4', 1E+3 → '1,000'."""
    written = f"{exact:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
