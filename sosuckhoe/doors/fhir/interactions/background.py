"""How far a job is, what it made, and its end. https://hl7.org/fhir/R4/async.html

Nobody but the account that asked sees a job. Rights are asked again at every download, past every cache.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import falcon
import orjson

from sosuckhoe.access import audit, sign_in
from sosuckhoe.access.actor import Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.bulk import background
from sosuckhoe.clinical.bulk.background import DONE, FAILED, WAITING, Job
from sosuckhoe.clinical.bulk.going import PROGRESS
from sosuckhoe.clinical.reindexing.run import KIND as REINDEX
from sosuckhoe.doors.fhir import answering, asking
from sosuckhoe.doors.fhir.operations import viewdefinition_export as of_views
from sosuckhoe.doors.fhir.outcome import MEDIA
from sosuckhoe.insight import exporting
from sosuckhoe.insight.views import formats

RETRY_SECONDS = 1
NDJSON = "application/fhir+ndjson"
_FILE = re.compile(r"[A-Za-z0-9._-]{1,80}\.(ndjson|json|csv|parquet)")
_WITHOUT_RECORDS = frozenset({"import", REINDEX})
"""Kinds of jobs whose files hold nobody's record."""


def on_get_status(request: falcon.Request, response: falcon.Response, job: str) -> None:
    """202 while it runs, the manifest when it is done, its problem when it has failed."""
    found = background.find(asking.actor_of(request), _number(job))
    address = f"{asking.base_of(request)}/_async/{job}"
    if found.kind == exporting.KIND:
        _tell_of_views(response, found, address)
        return
    _check_failure(found)
    if found.state != DONE:
        _tell_progress(response, found)
        return
    response.content_type = "application/json"
    response.set_header("Expires", answering.http_date(found.until))
    response.data = orjson.dumps(_manifest(found, address))


def on_get_result(request: falcon.Request, response: falcon.Response, job: str) -> None:
    """What an export of views made, or its problem. Other jobs tell that where they are asked for."""
    found = background.find(asking.actor_of(request), _number(job))
    if found.kind != exporting.KIND or found.state not in {DONE, FAILED}:
        raise Problem("SSK-1002")
    _check_failure(found)
    response.content_type = MEDIA
    response.set_header("Expires", answering.http_date(found.until))
    response.data = orjson.dumps(of_views.told(found, f"{asking.base_of(request)}/_async/{job}"))


def _tell_of_views(response: falcon.Response, found: Job, address: str) -> None:
    """202 while it runs, 303 to its result when it has ended, well or not."""
    if found.state in {DONE, FAILED}:
        response.status = falcon.HTTP_303
        response.set_header("Location", f"{address}/result")
        return
    _tell_progress(response, found)
    response.content_type = MEDIA
    response.data = orjson.dumps(of_views.told(found, address))


def _tell_progress(response: falcon.Response, found: Job) -> None:
    response.status = falcon.HTTP_202
    response.set_header("X-Progress", _progress(found))
    response.set_header("Retry-After", str(RETRY_SECONDS))


def _check_failure(found: Job) -> None:
    """Raise the problem of a job that has failed."""
    if found.state == FAILED:
        raise Problem(found.problem["number"], **found.problem["places"]) if found.problem else Problem("SSK-3599")


def on_delete(request: falcon.Request, response: falcon.Response, job: str) -> None:
    """Cancel it, or remove its files. 202 as the guide says."""
    background.forget(asking.actor_of(request), _number(job), asking.now())
    response.status = falcon.HTTP_202


def on_get_file(request: falcon.Request, response: falcon.Response, job: str, file: str) -> None:
    """One file, in one piece: a slow receiver holds no process."""
    actor = _actor_now(request)
    found = background.find(actor, _number(job))
    if found.state != DONE or not _FILE.fullmatch(file):
        raise Problem("SSK-1002")
    if found.kind not in _WITHOUT_RECORDS:
        background.demand_rights(actor, found)
    try:
        content = (found.folder / file).read_bytes()
    except FileNotFoundError as error:
        raise Problem("SSK-1002") from error
    audit.record(actor, "download", kind="job", person=None, key=found.id, at=asking.now())
    response.content_type = _form_of(found, file)
    response.data = content


def _form_of(found: Job, file: str) -> str:
    """The media type of a file: lines are resources, but those of views are rows."""
    return formats.MEDIA[file.rpartition(".")[2]] if found.kind == exporting.KIND else NDJSON


def _actor_now(request: falcon.Request) -> Actor:
    """Who asks, by a token that is looked up now: one that was withdrawn ends the download at once."""
    scheme, _, token = (request.get_header("Authorization") or "").partition(" ")
    actor = asking.actor_now(token.strip()) if scheme else sign_in.actor_of(None, request.cookies)
    if actor is None:
        raise Problem("SSK-1001")
    return actor


def _manifest(job: Job, address: str) -> dict[str, Any]:
    """The manifest with the addresses of its files. https://hl7.org/fhir/uv/bulkdata/STU2/export.html"""
    made = dict(job.manifest or {})
    for part in ("output", "deleted", "error"):
        made[part] = [
            {"type": one["type"], "url": f"{address}/{one['name']}", "count": one["count"]}
            for one in made.get(part, ())
        ]
    return made


def _progress(job: Job) -> str:
    """How many resources so far: the file is in the folder that web and worker share."""
    if job.state == WAITING:
        return "waiting"
    try:
        return f"{(job.folder / PROGRESS).read_text()[:20]} resources"
    except FileNotFoundError:
        return "running"


def _number(job: str) -> UUID:
    try:
        return UUID(job)
    except ValueError as error:
        raise Problem("SSK-1002") from error
