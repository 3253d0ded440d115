"""What FHIR elements say, in both languages. Pure; the door chooses the language.

Codes of the circular carry a Vietnamese name in the resource; their English word is looked up in the circular's
lists, that of an ICD-10 code stands beside it as a translation (http://hl7.org/fhir/StructureDefinition/translation).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sosuckhoe.clinical.terminology import vietnam
from sosuckhoe.exchange.xml130.mapping import systems

Body = Mapping[str, Any]
_CIRCULAR = "urn:sosuckhoe:cs:"


class Words(NamedTuple):
    """One thing's name in Vietnamese and English ('' when there is none), and its code where it has one."""

    vi: str
    en: str = ""
    code: str = ""

    def __bool__(self) -> bool:
        return bool(self.vi or self.code)


NOTHING = Words("")


def words(concept: Body | None) -> Words:
    """A CodeableConcept in words; text without a code has one language only."""
    if not concept:
        return NOTHING
    codings: Sequence[Body] = concept.get("coding") or ({},)
    coding = codings[0]
    name = concept.get("text") or coding.get("display") or coding.get("code") or ""
    return Words(name, _english(coding), coding.get("code", ""))


def codes_of(concept: Body | None) -> set[str]:
    """Every code of a CodeableConcept, whatever its system."""
    return {coding["code"] for coding in (concept or {}).get("coding", ()) if "code" in coding}


def code_in(concept: Body | None, system: str) -> str:
    """The code that a CodeableConcept has in one system; '' when it has none."""
    found = (coding for coding in (concept or {}).get("coding", ()) if coding.get("system") == system)
    return next((str(coding.get("code", "")) for coding in found), "")


def extension(body: Body, url: str) -> Any:
    """The value of an extension, whatever its type; None when it is absent."""
    for entry in body.get("extension", ()):
        if entry.get("url") == url:
            return next((value for name, value in entry.items() if name.startswith("value")), None)
    return None


def target(reference: Body | None) -> str:
    """The id that a reference points at: 'Encounter/0a1b…' → '0a1b…'; '' when it names none."""
    return str((reference or {}).get("reference", "")).rpartition("/")[2]


def place(reference: Body | None) -> str:
    """Type and id that a reference points at: 'https://…/Encounter/0a1b…' → 'Encounter/0a1b…'; '' for none."""
    named = str((reference or {}).get("reference", "")).partition("/_history/")[0].split("/")
    return "/".join(named[-2:]) if len(named) > 1 else ""


def identifier(identifiers: Iterable[Body], system: str) -> str:
    """The value of the identifier of one system; '' when there is none."""
    return next((str(entry.get("value", "")) for entry in identifiers if entry.get("system") == system), "")


def _english(coding: Body) -> str:
    for entry in coding["_display"].get("extension", ()) if "_display" in coding else ():
        parts = {part.get("url"): part for part in entry.get("extension", ())}
        if entry.get("url") == systems.EXT_TRANSLATION and "content" in parts:
            english = str(parts["content"].get("valueString", ""))
            return "" if english == "-" else english
    return _english_of_circular(str(coding.get("system", "")), str(coding.get("code", "")))


@lru_cache(maxsize=4096)
def _english_of_circular(system: str, code: str) -> str:
    name = system.removeprefix(_CIRCULAR).replace("-", "_")
    return vietnam.table_lists().get(name, {}).get(code, ("", ""))[1] if system.startswith(_CIRCULAR) else ""
