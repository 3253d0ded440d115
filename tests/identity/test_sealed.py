"""No number of a person stands in a table of identity, and none can be put into another row."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db, keyring
from sosuckhoe.base.errors import Problem
from sosuckhoe.identity import at_rest, merging, near, queries, sealing_over, tickets
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from tests.database import owning

pytestmark = pytest.mark.django_db
SCHEMA = Path(sealing_over.__file__).parent / "schema"
PERSONS = "select person from identity_person"
OLD = """
alter table identity_person drop column claim;
alter table identity_person add column claim text;
alter table identity_identifier drop constraint identity_identifier_pkey;
alter table identity_identifier add column value text;
alter table identity_ticket drop column ours, drop column theirs;
alter table identity_ticket add column ours jsonb, add column theirs jsonb;
"""
AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
NUMBERS = {
    "cccd": "079199012345", "cmnd": "023456789", "bhyt": "DN4797912345678", "bhxh": "7979123456",
    "passport": "B7654321",
}  # fmt: skip
PHONE, NAME = "0912345678", "Nguyễn Thị Hoa Sen"
LAN = Claim(NAME, "1990-02-28", "female", "79001", tuple(Identifier(*one) for one in NUMBERS.items()), phone=PHONE)
HOA = Claim("Trần Văn Bình", "1985-11-03", "male", "79001", (Identifier("cccd", "079085054321"),), phone="0987654321")


def tables():
    found = db.tuples(
        "select relname from pg_class where relkind = 'r' and relname like 'identity\\_%%' order by 1", ()
    )
    return [row[0] for row in found if row[0] != "identity_facility"]


def everything() -> str:
    """Every row of every table of identity, as PostgreSQL writes it."""
    return "".join(str(row) for table in tables() for row in db.tuples(f"select t::text from {table} t"))


def is_in(value: str, kept: str) -> bool:
    """As letters, or as the bytes of a column."""
    return value in kept or value.encode().hex() in kept


def persons():
    return [found.ref.person for found in find_or_create([LAN, HOA], AT)]


def test_no_number_name_or_telephone_stands_in_any_table():
    lan, hoa = persons()
    tickets.note(lan, "79001", {"name": NAME}, {"name": "Nguyễn Thị Hoa"}, AT)
    kept = everything()
    assert not [value for value in (*NUMBERS.values(), PHONE, NAME, HOA.name, HOA.phone) if is_in(value, kept)]
    assert queries.known(lan).claim == LAN
    assert queries.person_of(Identifier("cccd", NUMBERS["cccd"])) == lan != hoa


def test_a_claim_put_into_another_row_does_not_open():
    lan, hoa = persons()
    swap = "update identity_person a set claim = b.claim from identity_person b where a.person = %s and b.person = %s"
    db.execute(swap, (lan, hoa))
    with pytest.raises(Problem, match="SSK-2303"):
        queries.known(lan)
    assert queries.known(hoa).claim == HOA


def test_a_tickets_word_put_into_another_ticket_or_column_does_not_open():
    lan, hoa = persons()
    one, other = (tickets.note(who, "79001", {"name": "a"}, {"name": "b"}, AT) for who in (lan, hoa))
    db.execute("update identity_ticket set ours = theirs where ticket = %s", (one,))
    with pytest.raises(Problem, match="SSK-2303"):
        tickets.ticket(one)
    assert tickets.ticket(other).ours == {"name": "a"}


def test_what_a_merge_keeps_is_sealed_too_and_comes_back():
    lan, hoa = persons()
    rows = "select person, claim from identity_person order by person"
    before = db.tuples(rows)
    number = merging.merge(PROGRAM, lan, hoa, "asked_person", AT)
    kept = everything()
    assert not [value for value in (*NUMBERS.values(), PHONE, NAME, HOA.name, HOA.phone) if is_in(value, kept)]
    assert queries.person_of(HOA.identifiers[0]) == lan
    merging.unmerge(PROGRAM, number, "wrong_decision", AT)
    assert db.tuples(rows) == before


def test_a_database_from_before_is_carried_over():
    """Plain words, also in the rows that a merge keeps, become what the program writes now."""
    lan, hoa = persons()
    ticket = tickets.note(lan, "79001", {"name": "a"}, {"name": "b"}, AT)
    number = merging.merge(PROGRAM, lan, hoa, "asked_person", AT)
    known, blocks = queries.known(lan).claim, db.tuples("select key, person from identity_block order by 1, 2")
    with owning():
        as_before(ticket)
        db.execute(SCHEMA.joinpath("0006_sealed.sql").read_text())
        sealing_over.seal_everything()
        db.execute(SCHEMA.joinpath("0006_sealed_only.sql").read_text())
    assert queries.known(lan).claim == known
    assert queries.holders(LAN.identifiers + HOA.identifiers).keys() == {*LAN.identifiers, *HOA.identifiers}
    assert tickets.ticket(ticket).theirs == {"name": "b"}
    assert {key for key, _ in blocks} >= {row[0] for row in db.tuples("select key from identity_block")}
    assert not [value for value in (*NUMBERS.values(), PHONE, NAME, HOA.phone) if is_in(value, everything())]
    merging.unmerge(PROGRAM, number, "wrong_decision", AT)
    assert (queries.known(lan).claim, queries.known(hoa).claim) == (LAN, HOA)
    assert queries.person_of(HOA.identifiers[0]) == hoa


def as_before(ticket):
    """The tables and rows of before numbers were sealed."""
    claims = {person: msgspec.json.encode(queries.known(person).claim).decode() for (person,) in db.tuples(PERSONS)}
    numbers = {at_rest.blind(one): one.value for one in (*LAN.identifiers, *HOA.identifiers)}
    db.execute(OLD)
    for person, claim in claims.items():
        db.execute("update identity_person set claim = %s where person = %s", (claim, person))
    for blind, value in numbers.items():
        db.execute("update identity_identifier set value = %s where blind = %s", (value, blind))
    db.execute("alter table identity_identifier drop column blind, add primary key (system, value)")
    db.execute(
        'update identity_ticket set ours = \'{"name": "a"}\', theirs = \'{"name": "b"}\' where ticket = %s', (ticket,)
    )
    for place, table, was, now in db.tuples("select place, tbl, was::text, now::text from identity_merge_row"):
        made = [plain(table, orjson.loads(one), numbers) if one else None for one in (was, now)]
        values = (*(orjson.dumps(one).decode() if one else None for one in made), place)
        db.execute("update identity_merge_row set was = %s, now = %s where place = %s", values)


def plain(table, row, numbers):
    if table == "identity_person":
        claim = at_rest.noted(row["was"]["person"], row["was"]["claim"])
        return {"was": {**row["was"], "claim": msgspec.json.encode(claim).decode()}}
    if table == "identity_joined":
        merge = db.value("select max(merge) from identity_merge")
        return {"claim": msgspec.json.encode(at_rest.opened_joined(merge, row["claim"])).decode()}
    if table == "identity_identifier":
        return {**row, "value": numbers[bytes.fromhex(row.pop("blind")[2:])]}
    return row


def test_with_another_index_key_nothing_is_found():
    lan, _ = persons()
    ring = keyring.ring()
    assert [one.person.ref.person for one in near.match(LAN)] == [lan]
    keyring.hold(ring._replace(finding=bytes(range(32))))
    try:
        assert near.match(LAN) == []
    finally:
        keyring.hold(ring)
    assert [one.person.ref.person for one in near.match(LAN)] == [lan]
