"""Hospital files (QĐ 130) as FHIR R4. Pure: a Package goes in, claims and drafts come out.

One module a table, each opening with its decision; `data/field_map.csv` tells of every field where it went.
"""

from __future__ import annotations

from sosuckhoe.exchange.xml130.mapping.patient import Claims, claim_of_check_in, claims_of, patient_body
from sosuckhoe.exchange.xml130.mapping.visit import Mapped, People
from sosuckhoe.exchange.xml130.mapping.whole import map_package
from sosuckhoe.exchange.xml130.mapping.xml0_check_in import check_in_draft, check_in_drafts

__all__ = [
    "Claims",
    "Mapped",
    "People",
    "check_in_draft",
    "check_in_drafts",
    "claim_of_check_in",
    "claims_of",
    "map_package",
    "patient_body",
]
