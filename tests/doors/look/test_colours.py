"""Every pair of text and ground in our styles can be read: at least 4.5 : 1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from sosuckhoe.doors.look.build import HERE

SETTINGS = (HERE / "scss" / "_settings.scss").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", SETTINGS, re.MULTILINE)) | {
    "white": "#ffffff",
    "focus": "#ffd95a",
    "other's book": "#fbd9a0",
    "footer": "#e6ecec",
    "danger": "#b3261e",
    "pale danger": "#fbeceb",
    "green": "#1a6b3c",
    "link on other's book": "#22356f",
}

PAIRS = """
ink                  : white paper teal-pale amber-pale footer focus other's book pale danger
ink-soft             : white paper teal-pale amber-pale footer pale danger
indigo               : white paper teal-pale indigo-pale amber-pale footer pale danger
teal                 : white paper teal-pale
white                : teal teal-deep danger green indigo
danger               : white paper pale danger
link on other's book : other's book
"""

LINES = """
teal       : white paper
amber-deep : other's book white
danger     : white pale danger
green      : white
"""


def pairs(table):
    split = [line.partition(":") for line in table.strip().splitlines()]
    return [
        (name.strip(), ground)
        for name, _, grounds in split
        for ground in re.findall(r"other's book|pale danger|[\w-]+", grounds)
    ]


def light(colour):
    """Relative luminance (WCAG)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dark = sorted((light(COLOURS[one]), light(COLOURS[other])), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), pairs(PAIRS))
def test_text_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), pairs(LINES))
def test_lines_that_mean_something_can_be_seen(line, ground):
    assert contrast(line, ground) >= 3


def test_these_are_the_colours_of_the_styles():
    styles = "".join(file.read_text(encoding="utf-8") for file in (HERE / "scss").glob("*.scss"))
    assert [name for name, colour in COLOURS.items() if colour not in styles] == []
