"""What tests of merges share: packages of two people, and every row of every table as it stands."""

from datetime import UTC, datetime, timedelta

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.actions import file
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.identity import queries
from sosuckhoe.identity.claim import Identifier
from tests.exchange.samples import FACILITY, envelope, package

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
THEN = AT + timedelta(days=1)
LATER = AT + timedelta(days=2)
LAN = Identifier("cccd", "079160000001")
WITHOUT_CARD = {
    "SO_CCCD": "",
    "MA_THE_BHYT": "",
    "MA_BN": "BN0002",
    "HO_TEN": "NGUYEN THI LAN",
    "NGAY_SINH": "196000000000",
    "DIEN_THOAI": "",
}
WITHOUT_CARD_NUMBER = Identifier("facility", f"{FACILITY}/BN0002")

_TABLES = """
select c.relname from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by c.relname
"""
NOT_COMPARED = frozenset({
    "access_audit", "identity_merge", "identity_merge_row", "clinical_phrase", "clinical_event", "django_session",
    "exchange_arrival", "exchange_waiting", "exchange_filing", "exchange_finding", "exchange_tally",
})  # fmt: skip


def send(*packages, at=AT, facility=FACILITY):
    receive(PROGRAM, Parcel(facility, "records", envelope(*packages, facility=facility)), "import", at)
    while file.drain(at):
        pass


def two_people():
    """Lan with her card, and a record without numbers that is hers as well: (keep, gone)."""
    send(package())
    send(package("LK0002", **WITHOUT_CARD))
    return queries.person_of(LAN), queries.person_of(WITHOUT_CARD_NUMBER)


def tables():
    return [row[0] for row in db.tuples(_TABLES)]


def everything():
    """Every row of every table that says something of a person, as text."""
    return {
        table: sorted(row[0] for row in db.tuples(f"select t::text from {table} t"))
        for table in tables()
        if table not in NOT_COMPARED
    }


def changed(before, after):
    """Which tables differ: the names say more than the rows."""
    return [table for table in before if before[table] != after[table]]
