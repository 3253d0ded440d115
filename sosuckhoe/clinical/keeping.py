"""What of the repository has an end (`access/data/retention.yaml`), and to which class its other tables belong."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept

_RECEIVED = (
    "case when not exists (select from clinical_subscription s where s.id = r.subscription and s.delivered < r.number)"
    " then r.at end"
)

KEPT = (Kept("notice", "clinical_notice", ("subscription", "number"), _RECEIVED),)
STAYS = {
    "clinical_address": "care",
    "clinical_date": "care",
    "clinical_dictionary": "house",
    "clinical_event": "event",
    "clinical_history": "care",
    "clinical_job": "export",
    "clinical_job_person": "export",
    "clinical_loaded": "export",
    "clinical_number": "care",
    "clinical_parameter": "register",
    "clinical_phrase": "register",
    "clinical_reindex": "export",
    "clinical_reindex_again": "export",
    "clinical_request": "repeat",
    "clinical_resource": "care",
    "clinical_subscription": "register",
    "clinical_text": "care",
}
