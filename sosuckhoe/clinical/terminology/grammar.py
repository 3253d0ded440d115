"""Systems of rules: units, media types, languages, countries, currencies, addresses. Their codes cannot all be listed.

A Grammar answers as a CodeSystem does, as far as there is no list: nothing stands below anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone

from sosuckhoe.clinical import ucum
from sosuckhoe.clinical.terminology.system import GRAMMAR, About, CodeSystem, Concept, build
from sosuckhoe.identity import places

UCUM = "http://unitsofmeasure.org"
MEDIA_TYPES = "urn:ietf:bcp:13"
LANGUAGES = "urn:ietf:bcp:47"
ADDRESSES = "urn:ietf:rfc:3986"
COUNTRIES = "urn:iso:std:iso:3166"
CURRENCIES = "urn:iso:std:iso:4217"
TIME_ZONES = "https://www.iana.org/time-zones"
OCCUPATION = "urn:sosuckhoe:cs:ma-nghe-nghiep"

_MEDIA = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9*][A-Za-z0-9!#$&^_.+-]*(\s*;.*)?")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ATOM_MARK = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Grammar:
    """A system whose codes are recognised, not listed. `named` has names of some of them."""

    about: About
    recognises: Callable[[str], bool]
    named: Callable[[str, str], str] = lambda code, _language: code

    is_whole = True
    codes: Sequence[str] = ()

    def has(self, code: str) -> bool:
        """Whether it is a code of this system."""
        return self.recognises(code)

    def display(self, code: str, language: str = "") -> str | None:
        """A name where there is one, else the code; None for what is no code of this system."""
        return self.named(code, language) if self.has(code) else None

    def below(self, code: str) -> frozenset[str]:
        """The code alone."""
        return frozenset({code} if self.has(code) else ())

    above = below

    def is_below(self, code: str, other: str) -> bool:
        """Whether both are the same code."""
        return code == other and self.has(code)


def _is_unit(code: str) -> bool:
    return bool(_ATOM_MARK.fullmatch(code)) and ucum.unit(code) is not None


def _is_language(code: str) -> bool:
    match = _LANGUAGE.fullmatch(code)
    return match is not None and match.group(1).lower() in _names("en", "languages")


def _language_name(code: str, language: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(language[:2] or "en") or code
    except (ValueError, UnknownLocaleError):
        return code


def _is_time_zone(code: str) -> bool:
    try:
        return get_timezone(code) is not None
    except LookupError:
        return False


def _is_occupation(code: str) -> bool:
    return places.occupation(code) is not None


@cache
def _names(language: str, kind: str) -> dict[str, str]:
    return dict(getattr(Locale(language), kind))


def countries() -> CodeSystem:
    """ISO 3166-1 by two letters, with the names of CLDR."""
    about = _about(
        COUNTRIES, "ISO3166", "Quốc gia / Countries (ISO 3166-1)", "ISO 3166-1 alpha-2, names of CLDR", ("vi", "en")
    )
    codes = sorted(
        code for code in _names("en", "territories") if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_COUNTRIES
    )
    return build(
        about,
        (
            Concept(code, (_names("vi", "territories").get(code, ""), _names("en", "territories")[code]))
            for code in codes
        ),
    )


def currencies() -> CodeSystem:
    """ISO 4217, with the names of CLDR."""
    about = _about(CURRENCIES, "ISO4217", "Tiền tệ / Currencies (ISO 4217)", "ISO 4217, names of CLDR", ("vi", "en"))
    names = _names("en", "currencies")
    return build(
        about, (Concept(code, (_names("vi", "currencies").get(code, ""), names[code])) for code in sorted(names))
    )


_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "XK", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def _about(
    url: str, name: str, title: str, source: str, languages: tuple[str, ...] = ("en",), content: str = "complete"
) -> About:
    return About(url, "", name, title, content, languages, source=source)


GRAMMARS: dict[str, Grammar] = {
    one.about.url: one
    for one in (
        Grammar(
            _about(UCUM, "UCUM", "Đơn vị đo / Units of measure (UCUM)", "https://ucum.org", content=GRAMMAR), _is_unit
        ),
        Grammar(
            _about(MEDIA_TYPES, "MediaTypes", "Kiểu nội dung / Media types", "BCP 13", content=GRAMMAR),
            lambda code: _MEDIA.fullmatch(code) is not None,
        ),
        Grammar(
            _about(LANGUAGES, "Languages", "Ngôn ngữ / Languages", "BCP 47; names of CLDR", content=GRAMMAR),
            _is_language,
            _language_name,
        ),
        Grammar(
            _about(ADDRESSES, "URI", "Địa chỉ / Addresses (URI)", "RFC 3986", content=GRAMMAR),
            lambda code: _ADDRESS.fullmatch(code) is not None,
        ),
        Grammar(_about(TIME_ZONES, "TimeZones", "Múi giờ / Time zones", "IANA", content=GRAMMAR), _is_time_zone),
        Grammar(
            _about(
                OCCUPATION,
                "Occupations",
                "Mã nghề nghiệp / Codes of occupations",
                "QĐ 34/2020, QĐ 4069/2001",
                content=GRAMMAR,
            ),
            _is_occupation,
        ),
    )
}
LISTED: dict[str, Callable[[], CodeSystem]] = {COUNTRIES: countries, CURRENCIES: currencies}
