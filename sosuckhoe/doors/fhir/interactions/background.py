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
from sosuckhoe.clinical.bulk.runner import PROGRESS
from sosuckhoe.doors.fhir import answering, asking

RETRY_SECONDS = 1
NDJSON = "application/fhir+ndjson"
_FILE = re.compile(r"[A-Za-z.0-9]{1,80}\.ndjson")


def on_get_status(request: falcon.Request, response: falcon.Response, job: str) -> None:
    """202 while it runs, the manifest when it is done, its problem when it has failed."""
    found = background.find(asking.actor_of(request), _number(job))
    if found.state == FAILED:
        raise Problem(found.problem["number"], **found.problem["places"]) if found.problem else Problem("SSK-3599")
    if found.state != DONE:
        response.status = falcon.HTTP_202
        response.set_header("X-Progress", _progress(found))
        response.set_header("Retry-After", str(RETRY_SECONDS))
        return
    response.content_type = "application/json"
    response.set_header("Expires", answering.http_date(found.until))
    response.data = orjson.dumps(_manifest(found, f"{asking.base_of(request)}/_async/{job}"))


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
    if found.kind == "export":
        background.demand_rights(actor, found)
    try:
        content = (found.folder / file).read_bytes()
    except FileNotFoundError as error:
        raise Problem("SSK-1002") from error
    audit.record(actor, "download", kind="job", person=None, key=found.id, at=asking.now())
    response.content_type = NDJSON
    response.data = content


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
