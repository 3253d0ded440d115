"""Nothing of insight has an end: to which class of `access/data/retention.yaml` each table belongs."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept

KEPT: tuple[Kept, ...] = ()
STAYS = {
    "insight_broken": "count",
    "insight_cell": "count",
    "insight_checked_in": "count",
    "insight_hour": "count",
    "insight_person": "analytical",
    "insight_reach": "count",
    "insight_reach_night": "house",
    "insight_reached": "analytical",
    "insight_sent": "count",
    "insight_state": "house",
}
