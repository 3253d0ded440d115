"""The sentences that an owner agrees to, in the reader's language, as they are kept with the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from sosuckhoe.access import custody, grants, labels, requests
from sosuckhoe.book.papers.reading import Paper
from sosuckhoe.doors.look import dates, tongue


def sentence(kind: str, *, recipient: str = "", what: str = "", until: datetime | None = None) -> str:
    """The sentence of `access/data/consents.yaml`, filled."""
    text: str = grants.words()["kinds"][kind][tongue.language()]
    return text.format(recipient=recipient, what=what, until=dates.moment(until) if until else "")


def chosen(kind: str, key: str) -> str:
    """What a choice of the same file is called: `hideable` or `levels`."""
    told: str = grants.words()[kind][key][tongue.language()]
    return told


def label_names(bits: int) -> str:
    """What labels are called: 'HIV, Sức khỏe tâm thần'."""
    place = 1 if tongue.language() == "en" else 0
    return ", ".join(labels.names()[code][place] for code, bit in labels.bits().items() if bits & bit)


def paper(one: Paper) -> str:
    """A paper in a list to choose from."""
    name = one.kind.name.en if tongue.language() == "en" and one.kind.name.en else one.kind.name.vi
    return f"{name}, {dates.day(one.date)}"


def link_text(papers: Iterable[str], until: datetime, *, sensitive: bool) -> str:
    """What a link lets see."""
    parts = [gettext("tóm tắt sức khỏe"), *papers]
    if sensitive:
        parts.append(gettext("kể cả mục nhạy cảm"))
    return sentence("link", what=", ".join(parts), until=until)


def request_kind(kind: str) -> str:
    """What somebody asks for."""
    told: str = requests.words()["kinds"][kind][tongue.language()]
    return told


def reason(key: str) -> str:
    """Why who holds a book was decided."""
    told: str = custody.words()["reasons"][key][tongue.language()]
    return told
