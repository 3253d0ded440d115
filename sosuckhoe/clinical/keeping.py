"""What of the repository has an end (`access/data/retention.yaml`), and to which class its other tables belong."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept
from sosuckhoe.base.keys import bucket_in_sql

_RECEIVED = (
    "case when not exists (select from clinical_subscription s where s.id = r.subscription and s.delivered < r.number)"
    " then r.at end"
)
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_OF_RESOURCE = (
    f"select c.person from clinical_resource c where c.bucket = {bucket_in_sql('h.person')}"  # noqa: S608 -- expressions of the code
    f" and c.rid = case when r.name ~ '{_UUID}' then r.name::uuid end and c.person = h.person"
)
"""A notice names the id of a record; those that clients chose are another key in the table, and are not found."""

KEPT = (Kept("notice", "clinical_notice", ("subscription", "number"), _RECEIVED, _OF_RESOURCE),)
STAYS = {
    "clinical_address": "care",
    "clinical_closure": "register",
    "clinical_closure_code": "register",
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
