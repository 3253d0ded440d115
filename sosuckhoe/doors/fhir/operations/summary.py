"""Patient/$summary: the International Patient Summary. https://hl7.org/fhir/uv/ips/OperationDefinition-summary.html"""

from __future__ import annotations

from sosuckhoe.access import audit, policy
from sosuckhoe.access.audit import Line
from sosuckhoe.base import db
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries as book
from sosuckhoe.clinical import finding, reading
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.draft import Stored
from sosuckhoe.clinical.search.query import parse
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips"


def run(call: Call) -> Answer:
    """The summary of one person as the caller may see them, named by id or (at type level) by an identifier."""
    given = call.only("profile", "identifier") if not call.id else call.only("profile")
    if any(str(one).partition("|")[0] != PROFILE for one in given.get("profile", ())):
        raise Problem("SSK-3004", name="profile", form=PROFILE)
    patient = reading.read(call.actor, "Patient", call.id, call.at) if call.id else _by_identifier(call, given)
    hidden = policy.hidden_labels(call.actor, "read", "record", patient.person)
    with db.atomic():
        made = book.ips_of(call.actor, patient, day_of(call.at), call.base, hidden)
        audit.record_all([Line(call.actor, "summary", "Patient", patient.person, patient.key)], call.at)
    return Answer(200, {}, made)


def _by_identifier(call: Call, given: dict[str, list[str]]) -> Stored:
    """The only Patient of an identifier; SSK-1002 when the caller sees none, SSK-3413 when there are several."""
    if "identifier" not in given:
        raise Problem("SSK-3004", name="identifier", form="system|value")
    pairs = [("identifier", str(given["identifier"][-1]))]
    found = finding.search(call.actor, parse("Patient", pairs, base=call.base, now=call.at), call.at).found
    if len(found) > 1:
        raise Problem("SSK-3413")
    if not found:
        raise Problem("SSK-1002")
    return found[0]


PATIENT = Operation(
    "summary",
    "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
    frozenset({INSTANCE, TYPE}),
    run,
    types=frozenset({"Patient"}),
)
