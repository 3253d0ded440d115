"""Patient/$match. https://hl7.org/fhir/R4/patient-operation-match.html

For desks that ask who stands before them. They get what tells people apart, with numbers masked: name, sex, birth date
and the score. A question without a full name and birth date or a number is refused.
"""

from __future__ import annotations

import math
from typing import Any

import orjson

from sosuckhoe.access import audit, policy
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical.actions import Answer, owner
from sosuckhoe.doors.fhir.operations.asked import Asked
from sosuckhoe.doors.fhir.operations.operation import TYPE, Call, Operation
from sosuckhoe.identity import identifiers, near
from sosuckhoe.identity.claim import Claim
from sosuckhoe.identity.compare import weights
from sosuckhoe.identity.compare.score import APART, DOUBT, LINK
from sosuckhoe.identity.queries import Known

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
MOST = 10
_FULL_DATE, _WORDS = 10, 2
_SHOWN = 3


def run(call: Call) -> Answer:
    """A search set of who may be meant, most alike first, each with its grade and a score between 0 and 1."""
    policy.check(call.actor, "match", "person")
    asked = Asked(call, "resource", "onlyCertainMatches", "count")
    asked.need(["resource"])
    claim = owner.claim_of(call.actor, asked.resource("resource", "Patient") or {})
    is_described = len(claim.name.split()) >= _WORDS and len(claim.birth) == _FULL_DATE
    if not (is_described or claim.identifiers):
        raise Problem("SSK-4514")
    most = asked.number("count")
    found = _found(claim, certain=asked.flag("onlyCertainMatches"))[: MOST if most is None else min(most, MOST)]
    met = [(one.person.ref.person, "person") for one in found]
    audit.record_looks(call.actor, "match", met or [(NOBODY, "person")], call.at)
    entries = [_entry(call, one) for one in found]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
    return Answer(200, {}, orjson.dumps({key: value for key, value in bundle.items() if value != []}))


def _found(claim: Claim, *, certain: bool) -> list[near.Match]:
    """Who may be meant; of certain matches there is one or none."""
    found = [one for one in near.match(claim, MOST) if one.decision.verdict != APART]
    sure = [one for one in found if one.decision.verdict == LINK]
    if certain:
        return sure if len(sure) == 1 else []
    return found


def _entry(call: Call, found: near.Match) -> dict[str, Any]:
    grade = {LINK: "certain", DOUBT: "possible"}[found.decision.verdict]
    if found.decision.verdict == DOUBT and found.decision.total >= weights.thresholds().link:
        grade = "probable"
    return {
        "fullUrl": f"{call.base}/Patient/{found.person.ref.patient}",
        "resource": shown(found.person),
        "search": {
            "extension": [{"url": GRADE, "valueCode": grade}],
            "mode": "match",
            "score": _score(found.decision.total),
        },
    }


def _score(bits: float) -> float:
    """Bits for and against as a share between 0 and 1."""
    return round(1 / (1 + math.exp2(-max(-50.0, min(50.0, bits)))), 4)


def shown(person: Known) -> dict[str, Any]:
    """What a desk needs to tell one from another, and no more."""
    claim, systems = person.claim, identifiers.systems()
    numbers = [
        {"system": systems[number.system].uri, "value": masked(number.value)}
        for number in claim.identifiers
        if not systems[number.system].scoped
    ]
    body = {
        "resourceType": "Patient",
        "id": str(person.ref.patient),
        "meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}]},
        "identifier": numbers,
        "name": [{"text": claim.name}] if claim.name else [],
        "gender": claim.sex,
        "birthDate": claim.birth,
    }
    return {key: value for key, value in body.items() if value}


def masked(value: str) -> str:
    """A number with all but its last three characters hidden."""
    return "•" * max(0, len(value) - _SHOWN) + value[-_SHOWN:]


PATIENT = Operation(
    "match",
    "http://hl7.org/fhir/OperationDefinition/Patient-match",
    frozenset({TYPE}),
    run,
    types=frozenset({"Patient"}),
    affects_state=True,
)
