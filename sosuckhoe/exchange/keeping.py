"""What of exchange has an end (`access/data/retention.yaml`), and to which class its other tables belong."""

from __future__ import annotations

from sosuckhoe.access.keeping import Kept
from sosuckhoe.base.keys import bucket_in_sql
from sosuckhoe.exchange.at_rest import EMPTIED

_FILED = "case when not exists (select from exchange_waiting w where w.arrival = r.id) then r.received end"
_DELIVERED = "(select d.received from exchange_delivery d where d.id = r.delivery)"
_ARRIVED = "(select a.received from exchange_arrival a where a.id = r.arrival)"
_OF_ARRIVAL = "select p.person from exchange_package p where p.arrival = r.id"
_OF_PACKAGE = "select p.person from exchange_package p where p.arrival = r.arrival and p.position = r.position"
_FILED_FEED = "case when r.ended is not null then r.received end"
_BUCKET = bucket_in_sql("h.person")
_OF_SOURCE = (
    "select w.person from exchange_word w where w.source = r.source"  # noqa: S608 -- an expression of the code
    f" and w.person = h.person and w.bucket = {_BUCKET}"
)
"""Whose words a delivery's system has told: which of its files told them is written down of the newest alone. So a hold
`h` of somebody keeps every file of the systems that know them."""
_OF_DELIVERY = (
    "select w.person from exchange_word w join exchange_delivery d on d.source = w.source where d.id = r.delivery"  # noqa: S608 -- as above
    f" and w.person = h.person and w.bucket = {_BUCKET}"
)
_OF_RECORD = "select w.person from exchange_word w where w.source = r.source and w.id = r.record"
_OF_CHANGES = (
    "select c.person from exchange_change c where c.heard = r.id"  # noqa: S608 -- as above
    f" and c.person = h.person and c.bucket = {_BUCKET}"
)
_OF_FILES = (
    "select p.person from exchange_upload_file f join exchange_package p on p.arrival = f.arrival"
    " where f.upload = r.key"
)

KEPT = (
    Kept("arrival", "exchange_arrival", ("id",), _FILED, _OF_ARRIVAL, empties=("body", EMPTIED)),
    Kept("delivery", "exchange_delivery", ("id",), _FILED_FEED, _OF_SOURCE, empties=("kept", "false")),
    Kept("finding", "exchange_finding", ("arrival", "position"), _ARRIVED, _OF_PACKAGE),
    Kept("finding", "exchange_delivery_finding", ("delivery", "piece", "part"), _DELIVERED, _OF_DELIVERY),
    Kept("upload", "exchange_upload", ("key",), "r.at", _OF_FILES, also=(("exchange_upload_file", "upload", "key"),)),
    Kept("upload", "exchange_register_import", ("key",), "r.at", also=(("exchange_register_fault", "import", "key"),)),
    Kept("waiting", "exchange_put_off", ("source", "type", "id"), _DELIVERED, _OF_RECORD),
    Kept("told", "exchange_heard", ("id",), "case when r.state <> 'waiting' then r.at end", _OF_CHANGES),
    Kept("pull", "exchange_pull", ("id",), "r.ended", also=(("exchange_pull_file", "pull", "id"),)),
)
STAYS = {
    "exchange_card": "care",
    "exchange_change": "identity",
    "exchange_check_in": "care",
    "exchange_episode": "care",
    "exchange_filing": "count",
    "exchange_insured_visit": "care",
    "exchange_night": "count",
    "exchange_package": "care",
    "exchange_pull_file": "pull",
    "exchange_record": "care",
    "exchange_register_entry": "register",
    "exchange_register_fault": "upload",
    "exchange_stream": "house",
    "exchange_sweep": "house",
    "exchange_tally": "count",
    "exchange_told": "care",
    "exchange_upload_file": "upload",
    "exchange_waiting": "house",
    "exchange_word": "identity",
    "exchange_worker_code": "register",
}
