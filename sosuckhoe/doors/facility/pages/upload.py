"""The upload page: send XML or zip files, watch them being filed, and read what was refused and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.facility import wording
from sosuckhoe.doors.facility.desk import desk, facility_of, show
from sosuckhoe.doors.look import finding_words
from sosuckhoe.doors.look.cells import csv_file
from sosuckhoe.doors.look.finding_words import Tag, Told
from sosuckhoe.exchange import sent
from sosuckhoe.exchange.actions.upload import upload
from sosuckhoe.exchange.unpack import MEBIBYTE, Chosen

MOST_BYTES = 64 * MEBIBYTE
"""What one sending may weigh on its way here; more comes as a zip, in parts, or by the hospital's software."""

MOST_REFUSALS, MOST_REFUSALS_CSV = 200, 100_000
UPLOADS_SHOWN = 20
TOO_LARGE = 413


class File(NamedTuple):
    """One file of an upload and what came of it."""

    row: Any
    outcome: Tag
    problem: str


class Refusal(NamedTuple):
    """One refused row: in which file, which package, what is wrong."""

    file: str
    arrival: int
    position: int
    told: Told


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@desk("send", "package")
def send(request: HttpRequest, _actor: Actor) -> HttpResponseBase:
    """The form, and what it sends. Who and how much is asked before any of it is read; the token behind that."""
    if request.method == "POST" and not 0 < _length(request) <= MOST_BYTES:
        return form(request, problem=Problem("SSK-2501", limit=MOST_BYTES // MEBIBYTE))
    try:
        _ = request.FILES
    except SuspiciousOperation:
        return form(request, problem=Problem("SSK-2512", limit=settings.DATA_UPLOAD_MAX_NUMBER_FILES))
    return csrf_protect(form)(request)


@desk("send", "package")
def form(request: HttpRequest, actor: Actor, problem: Problem | None = None) -> HttpResponse:
    """Show the form with the newest uploads; or take in what it sent."""
    chosen = [] if problem or request.method != "POST" else request.FILES.getlist("tep")
    if request.method == "POST" and not chosen and problem is None:
        problem = Problem("SSK-2515")
    if chosen:
        key = _key(request)
        upload(actor, key, [_chosen(file) for file in chosen], clock.now())
        return redirect("facility:upload", key)
    return show(
        request,
        actor,
        "send",
        section="send",
        key=uuid4(),
        problem=finding_words.problem_told(problem) if problem else "",
        uploads=sent.uploads(facility_of(actor), UPLOADS_SHOWN),
        most=MOST_BYTES // MEBIBYTE,
        status=problem.status if problem else 200,
    )


@desk("send", "package")
def progress(request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """How far an upload has come; when all of it is filed, the report."""
    row = _upload(actor, key)
    files = [_file(file) for file in sent.upload_files(key)]
    done = [file for file in files if file.row.at is not None or file.row.arrival is None]
    refusals = _refusals(files, MOST_REFUSALS + 1)
    return show(
        request,
        actor,
        "upload",
        section="send",
        row=row,
        files=files,
        done=len(done),
        is_done=len(done) == len(files),
        total=_total(files),
        refusals=refusals[:MOST_REFUSALS],
        has_more=len(refusals) > MOST_REFUSALS,
    )


@desk("send", "package")
def report(_request: HttpRequest, actor: Actor, key: UUID) -> HttpResponse:
    """Every file and every refused row, as CSV that a spreadsheet opens without running anything."""
    _upload(actor, key)
    files = [_file(file) for file in sent.upload_files(key)]
    rows: list[Sequence[object]] = [(file.row.name, file.outcome.word, file.problem) for file in files]
    for one in _refusals(files, MOST_REFUSALS_CSV):
        told = one.told
        row = (one.file, told.level.word, told.sentence, one.position, told.place, told.field, told.rule, told.value)
        rows.append(row)
    return csv_file("bao-cao", ["tep", "ket_qua", "ly_do", "ho_so_so", "cho", "truong", "quy_tac", "gia_tri"], rows)


def _upload(actor: Actor, key: UUID) -> Any:
    row = sent.upload(facility_of(actor), key)
    if row is None:
        raise Problem("SSK-1002")
    return row


def _length(request: HttpRequest) -> int:
    """The bytes that the request announces; 0 when it does not say."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _key(request: HttpRequest) -> UUID:
    """The key that the form was shown with: a form sent twice is one upload."""
    try:
        return UUID(request.POST.get("khoa", ""))
    except ValueError:
        return uuid4()


def _chosen(file: UploadedFile[Any]) -> Chosen:
    assert file.file is not None, "an uploaded file has its content"
    return Chosen(file.name or "", file.size or 0, cast("BinaryIO", file.file))


def _file(row: Any) -> File:
    if row.arrival is None:
        return File(row, wording.outcome("refused"), finding_words.stored_problem_told(row.problem, row.places))
    if row.at is not None and row.whole_problem:
        return File(
            row, wording.outcome("refused"), finding_words.stored_problem_told(row.whole_problem, row.whole_places)
        )
    return File(row, wording.arrival_outcome(row._replace(problem="")), "")


def _refusals(files: Sequence[File], most: int) -> list[Refusal]:
    names = {file.row.arrival: file.row.name for file in files if file.row.arrival is not None}
    return [
        Refusal(names[row.arrival], row.arrival, row.position, finding_words.told(row))
        for row in sent.refusals(list(names), most)
    ]


def _total(files: Sequence[File]) -> dict[str, int]:
    """Sums over the files that are filed."""
    names = ("packages", "filed", "unchanged", "refused", "noted")
    return {name: sum(getattr(file.row, name) or 0 for file in files) for name in names}
