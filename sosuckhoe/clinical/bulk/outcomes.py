"""Refused lines as OperationOutcomes, one line each: the error file of an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk.lines import Refusal
from sosuckhoe.clinical.structure import Invalid

SYSTEM = "https://sosuckhoe.vn/fhir/CodeSystem/errors"


def of_refusal(refusal: Refusal, folder: Path) -> bytes:
    """The place in the file, the error, the path inside the resource. Never a value, never a path of this machine."""
    problem = refusal.problem
    place = refusal.place.removeprefix(f"{folder}/")
    issues = problem.issues if isinstance(problem, Invalid) else ()
    told = [{**_issue(Invalid([one]), place), "expression": [one.place]} for one in issues] or [_issue(problem, place)]
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": told}) + b"\n"


def _issue(problem: Problem, place: str) -> dict[str, Any]:
    details = {"coding": [{"system": SYSTEM, "code": problem.number}], "text": problem.en}
    return {"severity": "error", "code": "invalid", "details": details, "diagnostics": place}
