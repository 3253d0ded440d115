"""Whether a code is of a system or a value set, and called what it is called.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.base.text import nfc
from sosuckhoe.clinical.terminology.members import Members, System
from sosuckhoe.clinical.terminology.system import CodeSystem


class Given(NamedTuple):
    """A code as somebody wrote it."""

    system: str
    code: str
    display: str = ""


@dataclass
class Verdict:
    """Whether it holds, what is wrong or doubtful in sentences of `errors.yaml`, and what the code is called."""

    holds: bool
    problems: list[Problem] = field(default_factory=list)
    display: str = ""


def in_system(system: System, given: Given, language: str, *, abstract: bool = True) -> Verdict:
    """Whether a code is of a system. Of one whose list is not whole, an unknown code is doubtful, which is not true."""
    if not system.has(given.code):
        return Verdict(holds=False, problems=[Problem("SSK-3211" if system.is_whole else "SSK-3213")])
    if not abstract and isinstance(system, CodeSystem) and system.is_abstract(system.row(given.code) or 0):
        return Verdict(holds=False, problems=[Problem("SSK-3214")])
    return _with_name(given, system, "", language)


def in_value_set(
    members: Members, system: System | None, given: Given, language: str, *, abstract: bool = True
) -> Verdict:
    """Whether a code is of a value set. `system` is the code's, where it is here."""
    part = members.part_of(given.system, given.code)
    if part is None:
        is_doubtful = given.system in members.unknown
        return Verdict(holds=False, problems=[Problem("SSK-3213" if is_doubtful else "SSK-3212")])
    own = (part.codes or {}).get(given.code, "")
    known = part.system or system
    if not abstract and isinstance(known, CodeSystem) and known.is_abstract(known.row(given.code) or 0):
        return Verdict(holds=False, problems=[Problem("SSK-3214")])
    return _with_name(given, known, own, language)


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several codes of one concept one that holds is enough."""
    found = list(verdicts)
    return next((one for one in found if one.holds), found[0] if found else Verdict(holds=False))


def _with_name(given: Given, system: System | None, own: str, language: str) -> Verdict:
    """True with the code's name; false when it was called something else."""
    names = {text for text in (own, *_names(system, given.code)) if text}
    best_name = (system.display(given.code, language) if system else None) or own
    if given.display and names and _same(given.display) not in {_same(text) for text in names}:
        return Verdict(holds=False, problems=[Problem("SSK-3215")], display=best_name)
    problems = [Problem("SSK-3216")] if _is_out_of_use(system, given.code) else []
    return Verdict(holds=True, problems=problems, display=best_name)


def _names(system: System | None, code: str) -> list[str]:
    if isinstance(system, CodeSystem):
        row = system.row(code)
        return [] if row is None else [text for _, text in system.names_of(row)]
    name = system.display(code) if system else None
    return [name] if name and name != code else []


def _is_out_of_use(system: System | None, code: str) -> bool:
    row = system.row(code) if isinstance(system, CodeSystem) else None
    return isinstance(system, CodeSystem) and row is not None and not system.is_active(row)


def _same(text: str) -> str:
    """A name as names are compared: without regard to case and spaces, but with its marks."""
    return " ".join(nfc(text).casefold().split())
