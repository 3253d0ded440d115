"""Codes of the circular and of HL7 as FHIR concepts, each built once and shared.

A concept given here stands in many resources: nobody may change it in place.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sosuckhoe.base import facts
from sosuckhoe.clinical import coding
from sosuckhoe.clinical.terminology import vietnam
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.values import plain

Concept = dict[str, Any]
_DATA = Path(__file__).parent / "data"
_HL7 = "http://terminology.hl7.org/CodeSystem"


@lru_cache(maxsize=8192)
def concept(name: str, code: str | None) -> Concept | None:
    """A code of one of the circular's lists; an unknown code is kept without a name. None when it is empty."""
    written = plain(code)
    if not written:
        return None
    known = _entry(name, written)
    entry: dict[str, Any] = {"system": systems.table_codes(name), "code": known[0] if known else written}
    if known is None:
        return {"coding": [entry]}
    entry["display"] = known[1]
    return {"coding": [entry], "text": known[1]}


@lru_cache(maxsize=2048)
def bare(name: str, code: str | None) -> Concept | None:
    """A code of one of the circular's lists without its name, for lines that are many."""
    known = concept(name, code)
    return {"coding": [{key: known["coding"][0][key] for key in ("system", "code")}]} if known else None


def word(name: str, code: str | None) -> str:
    """The Vietnamese word of a code; the code itself when the list does not have it."""
    written = plain(code)
    known = _entry(name, written)
    return known[1] if known else written


@lru_cache(maxsize=1024)
def hl7(system: str, code: str, display: str = "") -> Concept:
    """A concept of a system named `http://terminology.hl7.org/CodeSystem/<system>`."""
    entry = {"system": f"{_HL7}/{system}", "code": code}
    return {"coding": [entry | {"display": display} if display else entry]}


@lru_cache(maxsize=1024)
def loinc(code: str, display: str, text: str) -> Concept:
    """A LOINC concept with what a Vietnamese reader calls it."""
    return {"coding": [{"system": systems.LOINC, "code": code, "display": display}], "text": text}


@lru_cache(maxsize=1024)
def ours(system: str, code: str, text: str) -> Concept:
    """A concept of one of our own systems."""
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


@lru_cache(maxsize=4096)
def icd10(code: str) -> Concept:
    """An ICD-10 concept with its Vietnamese name and, as a translation, the English one."""
    term = coding.icd10(code)
    if term is None:
        written = " ".join(coding.icd10_code(code).split())
        return {"coding": [{"system": coding.ICD10, "code": written}]} if written else {"text": code}
    entry: dict[str, Any] = {"system": coding.ICD10, "code": term.code, "display": term.vi}
    if term.en:
        entry["_display"] = {"extension": [_translation(term.en)]}
    return {"coding": [entry], "text": term.vi}


@lru_cache(maxsize=4096)
def icd10_reason(code: str) -> Concept:
    """An ICD-10 concept where it is a reason only: the Condition of the visit has it in both languages."""
    known = icd10(code)
    if "coding" not in known:
        return known
    return {"coding": [{key: value for key, value in known["coding"][0].items() if key != "_display"}]}


@lru_cache(maxsize=2048)
def icd9cm(code: str) -> dict[str, str]:
    """The coding of a procedure of ICD-9-CM; an unknown code without a name."""
    term = coding.icd9cm(code)
    if term is None:
        return {"system": coding.ICD9CM, "code": " ".join(code.split())}
    return {"system": coding.ICD9CM, "code": term.code, "display": term.vi}


@lru_cache(maxsize=2048)
def ucum(unit: str) -> str | None:
    """The UCUM code of a unit as hospitals write it, where there is no doubt."""
    exact, folded = _units()
    written = "".join(unit.split())
    return exact.get(written) or folded.get(written.casefold())


def quantity(value: float, unit: str, comparator: str = "") -> dict[str, Any]:
    """A FHIR Quantity: the unit as written, and its UCUM code where that is certain."""
    made: dict[str, Any] = {"value": value}
    if comparator:
        made["comparator"] = comparator
    if unit:
        made["unit"] = unit
        if known := ucum(unit):
            made["system"], made["code"] = systems.UCUM, known
    return made


def money(value: float) -> dict[str, Any]:
    """An amount in Vietnamese đồng."""
    return {"value": value, "currency": "VND"}


def _entry(name: str, code: str) -> tuple[str, str] | None:
    """The code as the list has it ('1' for '01', '05' for '5') and its Vietnamese word."""
    entries = vietnam.table_lists().get(name, {})
    for written in (code, code.zfill(2), code.lstrip("0") or "0"):
        if written in entries:
            return written, entries[written][0]
    return None


def _translation(text: str) -> dict[str, Any]:
    inner = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"url": systems.EXT_TRANSLATION, "extension": inner}


@cache
def _units() -> tuple[dict[str, str], dict[str, str]]:
    known = facts.read_yaml(_DATA / "units.yaml")
    exact = {"".join(text.split()): code for code, texts in known["exact"].items() for text in texts}
    folded = {"".join(text.split()).casefold(): code for code, texts in known["any_case"].items() for text in texts}
    return exact, folded
