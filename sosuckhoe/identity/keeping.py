"""Nothing of identity has an end: to which class of `access/data/retention.yaml` each table belongs."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept

KEPT: tuple[Kept, ...] = ()
STAYS = {
    "identity_block": "identity",
    "identity_doubt": "identity",
    "identity_facility": "register",
    "identity_identifier": "identity",
    "identity_likeness": "identity",
    "identity_merge": "identity",
    "identity_merge_row": "identity",
    "identity_person": "identity",
    "identity_place": "register",
    "identity_review": "identity",
    "identity_standing": "identity",
    "identity_ticket": "identity",
    "identity_unsettled": "identity",
}
