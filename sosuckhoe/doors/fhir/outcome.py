"""Errors as OperationOutcome. https://hl7.org/fhir/R4/operationoutcome.html"""

from __future__ import annotations

import logging
import traceback
from typing import Any

import falcon
import orjson
import psycopg

from sosuckhoe.access import pace
from sosuckhoe.base.errors import Problem, sentences
from sosuckhoe.clinical.reading import Deleted
from sosuckhoe.clinical.structure import Invalid, Issue

MEDIA = "application/fhir+json; charset=utf-8"
SYSTEM = "https://sosuckhoe.vn/fhir/CodeSystem/errors"
_log = logging.getLogger(__name__)
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_CODES = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    409: "conflict", 410: "deleted", 412: "conflict", 413: "too-long", 415: "not-supported", 422: "structure",
    429: "throttled",
}  # fmt: skip
_ISSUE_CODES = {
    **dict.fromkeys(("SSK-3240", "SSK-3258"), "invariant"),
    **dict.fromkeys(("SSK-3024", "SSK-3241", "SSK-3242"), "code-invalid"),
    **dict.fromkeys(("SSK-3243", "SSK-3249", "SSK-3250", "SSK-3299", "SSK-3350"), "not-supported"),
    **dict.fromkeys(("SSK-3245",), "not-found"),
    **dict.fromkeys(("SSK-3246", "SSK-3247", "SSK-3248"), "extension"),
    **dict.fromkeys(("SSK-3022", "SSK-3252"), "required"),
    **dict.fromkeys(("SSK-3021", "SSK-3254", "SSK-3255"), "value"),
}
"""https://hl7.org/fhir/R4/valueset-issue-type.html"""


def of_problem(problem: Problem) -> dict[str, Any]:
    """An OperationOutcome in both languages."""
    if isinstance(problem, Invalid):
        return of_issues(problem.issues)
    issue = _issue(problem.number, problem.status, problem.en, problem.vi)
    if problem.where:
        issue["expression"] = [problem.where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def of_issues(issues: list[Issue]) -> dict[str, Any]:
    """What was found in a resource; of nothing, that all is well."""
    found = [_of_issue(issue) for issue in issues]
    return {"resourceType": "OperationOutcome", "issue": found} if found else all_well()


def _of_issue(issue: Issue) -> dict[str, Any]:
    sentence = sentences()[issue.number]
    en, vi = (text.format(place=issue.place, **dict(issue.told)) for text in (sentence.en, sentence.vi))
    return {**_issue(issue.number, sentence.status, en, vi, issue.severity), "expression": [issue.place]}


def _issue(number: str, status: int, en: str, vi: str, severity: str = "error") -> dict[str, Any]:
    translation = {
        "url": _TRANSLATION,
        "extension": [{"url": "lang", "valueCode": "vi"}, {"url": "content", "valueString": vi}],
    }
    details = {"coding": [{"system": SYSTEM, "code": number}], "text": en, "_text": {"extension": [translation]}}
    code = _ISSUE_CODES.get(number) or _CODES.get(status, "exception")
    return {"severity": severity, "code": code, "details": details}


def warnings(problems: list[Problem]) -> dict[str, Any]:
    """What a lenient search left out."""
    issues = [_issue(one.number, one.status, one.en, one.vi, "warning") for one in problems]
    return {"resourceType": "OperationOutcome", "issue": issues}


def all_well() -> dict[str, Any]:
    """The answer to who prefers an OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}


def deleted(count: int) -> dict[str, Any]:
    """How many resources a conditional delete has deleted."""
    issue = {"severity": "information", "code": "informational", "diagnostics": f"deleted: {count}"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def write(response: falcon.Response, problem: Problem) -> None:
    """Answer with a problem."""
    response.status = problem.status
    response.content_type = MEDIA
    response.data = orjson.dumps(of_problem(problem))
    if problem.number == pace.NUMBER:
        response.set_header("Retry-After", str(problem.places["seconds"]))
    if isinstance(problem, Deleted):
        response.set_header("ETag", f'W/"{problem.version}"')
    if problem.status == falcon.http_status_to_code(falcon.HTTP_401):
        response.set_header("WWW-Authenticate", 'Bearer realm="fhir"')


def on_problem(_request: falcon.Request, response: falcon.Response, problem: Problem, _params: dict[str, Any]) -> None:
    """Answer what the client can mend."""
    write(response, problem)


def on_http_error(
    request: falcon.Request, response: falcon.Response, error: falcon.HTTPError, _params: dict[str, Any]
) -> None:
    """Falcon's own errors: no such address, no such method."""
    if error.status_code == falcon.http_status_to_code(falcon.HTTP_405):
        write(response, Problem("SSK-3427", method=request.method))
        for name, value in (error.headers or {}).items() if isinstance(error.headers, dict) else ():
            response.set_header(name, value)
    elif error.status_code == falcon.http_status_to_code(falcon.HTTP_404):
        write(response, Problem("SSK-1002"))
    else:
        write(response, Problem("SSK-3004", name="HTTP", form=error.status))


def on_lost_race(
    _request: falcon.Request, response: falcon.Response, _error: psycopg.Error, _params: dict[str, Any]
) -> None:
    """Two transactions waited for each other and PostgreSQL ended one: nothing of it happened."""
    write(response, Problem("SSK-3409"))


def on_fault(_request: falcon.Request, response: falcon.Response, fault: Exception, _params: dict[str, Any]) -> None:
    """A fault of ours. Its text may hold values of a record, so only its kind and place are logged."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    _log.error("fhir: %s at %s:%s", type(fault).__name__, place.name, place.lineno)
    write(response, Problem("SSK-3599"))
