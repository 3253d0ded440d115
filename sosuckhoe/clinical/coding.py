"""Names of codes: ICD-10 (QĐ 4469/QĐ-BYT) and ICD-9-CM procedures (QĐ 4440/QĐ-BYT) in Vietnamese.

A list stays in memory as the bytes of its file (1.3 MB in all) and is searched there; what was found is
remembered, because a facility uses a few hundred codes over and over.
"""

from __future__ import annotations

import csv
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from sosuckhoe.base import facts

ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"

DATA = Path(__file__).parent / "data"
_CATEGORY = 3


class Term(NamedTuple):
    """A code of a list with its names; `en` is empty where the list has Vietnamese only."""

    code: str
    vi: str
    en: str


@lru_cache(maxsize=8192)
def icd10(code: str) -> Term | None:
    """The ICD-10 term of a code as hospitals write it: 'A00.1', 'a001', 'A17.0†'."""
    written = icd10_code(code)
    return _term("icd10_vn.csv", written)


@lru_cache(maxsize=4096)
def icd9cm(code: str) -> Term | None:
    """The ICD-9-CM procedure of a code as hospitals write it: '00.50', '0050'."""
    written = code.strip()
    return _term("icd9cm_vn.csv", written if "." in written else f"{written[:2]}.{written[2:]}")


def icd10_code(code: str) -> str:
    """An ICD-10 code in its usual form, whether or not the list has it: capitals, dot, no dagger or asterisk."""
    written = code.strip().rstrip("*†+").strip().upper()
    if "." in written or len(written) <= _CATEGORY:
        return written
    return f"{written[:_CATEGORY]}.{written[_CATEGORY:]}"


def _term(file: str, code: str) -> Term | None:
    """The row of a code, found in the file's bytes: about 0.1 ms, once a code."""
    if not code.isascii() or not code or "," in code or "\n" in code:
        return None
    content = _content(file)
    start = content.find(f"\n{code},".encode())
    if start < 0:
        return None
    end = content.find(b"\n", start + 1)
    row = next(csv.reader([content[start + 1 : end].decode()]))
    return Term(row[0], row[1], row[2] if len(row) > 2 else "")  # noqa: PLR2004 -- the third column is English


@cache
def _content(file: str) -> bytes:
    facts.demand_source(DATA / file)
    return (DATA / file).read_bytes()
