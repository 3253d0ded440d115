"""What the citizen's templates say, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import template
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from sosuckhoe.base.errors import Problem
from sosuckhoe.book.agreeing import Contradiction, Opinion
from sosuckhoe.book.indicators import Limits, Series
from sosuckhoe.book.medicines import Prescription
from sosuckhoe.book.owner import Age
from sosuckhoe.book.record import Source
from sosuckhoe.book.words import Words
from sosuckhoe.doors.citizen import deeds
from sosuckhoe.doors.citizen.opening import Book
from sosuckhoe.doors.look import chart_words, charts, dates, tongue

register = template.Library()
_YEARS_OF_CHILD = 6
_BETWEEN = " · "
"""What stands between the two languages of an account's note."""


@register.filter
def said(words: Words | str | None) -> str:
    """The reader's language of a pair of words; the other one where there is only that."""
    if words is None or isinstance(words, str):
        return words or ""
    is_english = tongue.language() == "en"
    return (words.en if is_english and words.en else words.vi) or words.code


@register.filter
def sentence(problem: Problem) -> str:
    """A problem in the reader's language."""
    return tongue.said(problem)


@register.filter
def half(note: str) -> str:
    """The reader's half of a note in both languages: 'tiếng Việt · English'; a note in one is shown whole."""
    vietnamese, _, english = note.partition(_BETWEEN)
    return said(Words(vietnamese, english))


@register.filter
def age_words(age: Age) -> str:
    """'66 tuổi'; of a small child '1 tuổi 3 tháng', '8 tháng tuổi'."""
    if age.years is None:
        return gettext("chưa rõ tuổi")
    years = ngettext("%d tuổi", "%d tuổi", age.years) % age.years
    if age.years >= _YEARS_OF_CHILD:
        return years
    months = ngettext("%d tháng", "%d tháng", age.months) % age.months
    if not age.years:
        return gettext("%s tuổi") % months
    return f"{years} {months}" if age.months else years


@register.filter
def place(source: Source) -> str:
    """Who told it: the facility, the system whose book it came from, and those that told the same."""
    facility, system = facility_words(source.facility, source.name), said(Words(source.system, source.system_en))
    told = gettext("%(facility)s (theo %(system)s)") % {"facility": facility, "system": system}
    first = told if facility and system else facility or system
    others = [said(Words(other.vi, other.en)) for other in source.also]
    if not others:
        return first
    return gettext("%(first)s; cũng theo %(others)s") % {"first": first, "others": ", ".join(others)}


@register.filter
def written_day(source: Source) -> str:
    """When the source wrote it, else the fact's own day: what makes one word newer than another."""
    return source.written or source.told


@register.filter
def about_words(contradiction: Contradiction) -> str:
    """What sources contradict each other about: 'Dị ứng: Penicillin'."""
    kind = said(contradiction.name)
    return f"{kind}: {contradiction.about}" if contradiction.about else kind


@register.simple_tag
def opinion_words(contradiction: Contradiction, opinion: Opinion) -> str:
    """One side of a contradiction, in words."""
    known = {
        ("allergy", "told"): gettext("Có dị ứng"),
        ("allergy", "no-allergy"): gettext("Không dị ứng"),
        ("diagnosis", "told"): gettext("Có bệnh này"),
        ("diagnosis", "refuted"): gettext("Đã loại trừ"),
        ("sex", "male"): gettext("Nam"),
        ("sex", "female"): gettext("Nữ"),
    }
    if contradiction.kind == "birth":
        return dates.day(opinion.text)
    withdrawn = gettext("Đã rút lại") if opinion.text == "withdrawn" else opinion.text
    return known.get((contradiction.kind, opinion.text), withdrawn)


@register.filter
def facility_name(code: str, names: Mapping[str, str]) -> str:
    """A facility by the register's name, or by its code."""
    return facility_words(code, names.get(code, ""))


@register.simple_tag
def facility_words(code: str, name: str) -> str:
    """A facility by its name, else by its code; '' without either."""
    if name or not code:
        return name
    return gettext("Cơ sở khám chữa bệnh mã %s") % code


@register.filter
def role_words(role: str) -> str:
    """What somebody is, in words."""
    known = {
        "citizen": gettext("Người dân"),
        "doctor": gettext("Bác sĩ"),
        "nurse": gettext("Điều dưỡng"),
        "clerk": gettext("Nhân viên hồ sơ"),
        "officer": gettext("Cán bộ quản lý y tế"),
        "steward": gettext("Người đối soát"),
        "system": gettext("Phần mềm của cơ sở"),
        "program": gettext("Sổ Sức Khỏe"),
        "link": gettext("Người có đường dẫn chia sẻ"),
    }
    return known.get(role, role)


@register.filter
def kin_words(kind: str) -> str:
    """As what somebody holds a book, in words."""
    known = {
        "mother": gettext("mẹ"),
        "father": gettext("cha"),
        "guardian": gettext("người giám hộ"),
        "representative": gettext("người được nhờ"),
    }
    return known.get(kind, kind)


@register.filter
def purpose_words(purpose: str) -> str:
    """Why somebody looked, in words."""
    known = {
        "own": gettext("để tự xem hoặc chăm sóc người thân"),
        "treatment": gettext("để khám bệnh, chữa bệnh"),
        "administration": gettext("để làm thủ tục"),
        "public-health": gettext("để quản lý y tế công cộng"),
        "operation": gettext("để đưa hồ sơ vào sổ"),
        "shared": gettext("vì bạn đã chia sẻ"),
    }
    return known.get(purpose, purpose)


@register.filter
def deed_words(action: str) -> str:
    """What was done, in words."""
    return str(deeds.WORDS.get(action, action))


@register.filter
def hit_words(kind: str) -> str:
    """What kind of entry a search found."""
    known = {
        "visit": gettext("Lần khám"),
        "medicine": gettext("Thuốc"),
        "test": gettext("Xét nghiệm"),
        "service": gettext("Dịch vụ, kết quả"),
        "paper": gettext("Giấy tờ"),
    }
    return known.get(kind, kind)


@register.filter
def judged_words(judged: str) -> str:
    """How a value stands to its range, in words."""
    known = {
        "low": gettext("Thấp"),
        "high": gettext("Cao"),
        "positive": gettext("Dương tính"),
        "abnormal": gettext("Bất thường"),
    }
    return known.get(judged, "")


@register.filter
def dose_words(line: Prescription) -> str:
    """'Mỗi lần 1 viên, ngày 2 lần'; what the facility wrote where that could not be read."""
    if not line.each_time or not line.times_a_day:
        return line.dose
    return ngettext(
        "Mỗi lần %(amount)s, ngày %(times)d lần", "Mỗi lần %(amount)s, ngày %(times)d lần", line.times_a_day
    ) % {"amount": line.each_time, "times": line.times_a_day}


@register.filter
def days_left(until: date | None, on: date) -> str:
    """How many days of a medicine remain, today included."""
    if until is None or until < on:
        return ""
    left = (until - on).days + 1
    return ngettext("còn %d ngày", "còn %d ngày", left) % left


@register.filter
def limit_words(limits: Limits, unit: str) -> str:
    """'3,9–6,4 mmol/L'; '' without limits."""
    return chart_words.range_words(*limits, unit)


@register.filter
def points(series: Series) -> list[charts.Point]:
    """The numbers of an indicator with their days and facilities, as a chart takes them."""
    return [
        charts.Point(result.told, result.value, place(result.source))
        for result in series.results
        if result.value is not None
    ]


@register.filter
def values(series: Series) -> list[float]:
    """The numbers of an indicator, oldest first."""
    return [result.value for result in reversed(series.results) if result.value is not None]


@register.simple_tag
def sections(book: Book, section: str) -> list[dict[str, object]]:
    """The sections of a book, for `section_nav`; `section` is the one that is open."""
    names = {
        "summary": gettext("Tóm tắt"),
        "visits": gettext("Lần khám"),
        "medicines": gettext("Thuốc"),
        "tests": gettext("Xét nghiệm"),
        "papers": gettext("Giấy tờ"),
        "lookers": gettext("Ai đã xem"),
        "person": gettext("Thông tin"),
        "privacy": gettext("Quyền riêng tư"),
    }
    closed = {"lookers": not book.hides, "privacy": not book.decides}
    return [
        {"text": text, "href": reverse(f"citizen:{name}", args=[book.id]), "is_current": name == section}
        for name, text in names.items()
        if not closed.get(name)
    ]
