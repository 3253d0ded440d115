"""Small drawings beside words, never instead of them. Lines on a field of 24 × 24."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

ICONS = {
    "back": "M15 5l-7 7 7 7",
    "calendar": "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
    "check": "M4 12l6 6L20 6",
    "clock": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l4 2",
    "download": "M12 4v11M7 11l5 5 5-5M4 20h16",
    "flask": "M9 3h6M10 3v6l-5 9a2 2 0 002 3h10a2 2 0 002-3l-5-9V3M7 15h10",
    "forward": "M9 5l7 7-7 7",
    "hospital": "M4 21V8h16v13zM8 8V3h8v5M12 12v6M9 15h6",
    "info": "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7.5v.5",
    "paper": "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
    "person": "M12 12a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM4 21c0-5 4-7 8-7s8 2 8 7",
    "pill": "M5 13l8-8a4.2 4.2 0 016 6l-8 8a4.2 4.2 0 01-6-6zM9 9l6 6",
    "printer": "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
    "search": "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
    "upload": "M12 16V5M7 9l5-5 5 5M4 20h16",
    "warning": "M12 3L2 20h20zM12 10v4M12 17v.5",
}


def icon(name: str) -> SafeString:
    """An icon by its name, hidden from screen readers: the words beside it say the same."""
    return _DRAWN[name]


_DRAWN = {
    name: format_html(
        '<svg class="look-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>', path
    )
    for name, path in ICONS.items()
}
