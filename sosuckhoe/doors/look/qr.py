"""QR codes as inline SVG."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004 asks for 4)."""


_DENSE = 60
"""Modules a side from which a code wants more room: below 4 px each, cameras of older telephones fail."""


def is_dense(text: str) -> bool:
    """Whether the text takes so many modules that its code must be drawn larger."""
    return _code(text).symbol_size(border=0)[0] > _DENSE


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)


def qr_svg(text: str, label: str) -> SafeString:
    """A QR code of medium error correction, black on white, as one path; `label` says what it opens."""
    code = _code(text)
    size = code.symbol_size(border=_QUIET)[0]
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(code.matrix)
        for x, length in _runs(row)
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<path fill="#ffffff" d="M0 0h{}v{}h-{}z"/><path fill="#000000" d="{}"/></svg>',
        size, size, label, size, size, size, mark_safe(path),  # noqa: S308 -- figures only
    )  # fmt: skip


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and runs[-1][0] + runs[-1][1] == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
