"""Bulk import: NDJSON in the body, or a manifest of addresses. https://build.fhir.org/ig/HL7/bulk-data-import/

The guide is not finished: what it calls `input` is taken as parts `type` and `url` of a Parameters resource.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sosuckhoe.access import policy
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.bulk import background, fetching
from sosuckhoe.clinical.bulk.background import Job
from sosuckhoe.clinical.bulk.files import RESERVE_BYTES, told_when_full
from sosuckhoe.clinical.bulk.runner import UPLOADS
from sosuckhoe.clinical.search.parameters import number_of
from sosuckhoe.doors.fhir import asking
from sosuckhoe.doors.fhir.operations.export import accepted
from sosuckhoe.doors.fhir.operations.operation import SYSTEM, Call, Input, Operation

MOST_BYTES = 64 * 1024 * 1024
"""Of one upload; larger files go through `sosuckhoe fhir load` or by their address."""

_NDJSON = re.compile(r"application/(fhir\+)?ndjson\s*(;.*)?")
_CHUNK = 1024 * 1024


def run(call: Call) -> Answer:
    """The job is written down when everything of it is here, or named by addresses that are allowed."""
    if "respond-async" not in asking.prefers(call.request):
        raise Problem("SSK-3221")
    policy.scope(call.actor, "import", "record")
    is_upload = bool(_NDJSON.fullmatch(call.request.content_type or ""))
    inputs = [] if is_upload else _inputs(call)
    job = background.begin(call.actor, "import", call.request.url, {"inputs": inputs}, call.at, held=True)
    try:
        _place(call, job, is_upload=is_upload)
    except BaseException:
        background.forget(call.actor, job.id, call.at)
        raise
    background.release(job)
    return accepted(call, job.id)


def _inputs(call: Call) -> list[dict[str, str]]:
    """Each input's type and address. SSK-3004, SSK-3229."""
    given = call.only("inputFormat", "inputSource", "storageDetail", "input")
    found = [_parts(one) for one in given.get("input", ())]
    for one in found:
        is_text = all(isinstance(value, str) for value in one.values())
        if set(one) != {"type", "url"} or not is_text or one["type"] not in number_of():
            raise Problem("SSK-3004", name="input", form="type, url")
        fetching.check(one["url"])
    if not found:
        raise Problem("SSK-3004", name="input", form="type, url")
    return found


def _parts(value: Any) -> dict[str, Any]:
    """The parts of a parameter by name; none where it has other content."""
    parts = value if isinstance(value, list) else []
    return {part.name: part.value for part in parts if isinstance(part, Input)}


def _place(call: Call, job: Job, *, is_upload: bool) -> None:
    folder = job.folder / UPLOADS
    with told_when_full():
        folder.mkdir()
        if is_upload:
            _receive(call.request.bounded_stream, folder / "upload.ndjson")


def _receive(stream: Any, place: Path) -> None:
    """A chunk at a time. SSK-3010 for too much, SSK-3228 when there is no room."""
    if shutil.disk_usage(place.parent).free < RESERVE_BYTES:
        raise Problem("SSK-3228")
    left = MOST_BYTES
    with place.open("wb") as out:
        while chunk := stream.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise Problem("SSK-3010", limit=MOST_BYTES)
            out.write(chunk)


IMPORT = Operation(
    "import", "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/import", frozenset({SYSTEM}), run, affects_state=True
)
