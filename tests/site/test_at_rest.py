"""After a walk of real arrivals no number of a person stands in any table or file; rotation and closed sets."""

from __future__ import annotations

import base64
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module

import pytest
import zstandard

from sosuckhoe.access import actions as access
from sosuckhoe.access import codes, data_keys, phones, totp
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db, keyring, resealing
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import kept
from sosuckhoe.book.queries import owner
from sosuckhoe.clinical import codec
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.bhxh import queries as cards
from sosuckhoe.exchange.bhxh.checking import keep
from sosuckhoe.exchange.bhxh.results import Card
from sosuckhoe.exchange.feeds import shelf
from sosuckhoe.exchange.outside.hearing import hear
from sosuckhoe.identity import merging, queries, tickets
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.site import keys
from tests.database import owning
from tests.exchange.feeds import vendor
from tests.exchange.samples import package
from tests.identity.merged import AT, LATER, THEN, WITHOUT_CARD, send, tables

pytestmark = pytest.mark.django_db
SEEN = {
    "cccd": "079160774411", "bhyt": "GD4797978844221", "bhxh": "7978844221", "facility": "BN77004455",
    "phone": "0912774455", "account phone": "0987774466", "vendor": "079188774477", "vendor phone": "0913774488",
    "card": "DN4010123774499", "heard": "079190774400",
}  # fmt: skip
NEXT = bytes(range(90, 122))
PATIENT = {"SO_CCCD": SEEN["cccd"], "MA_THE_BHYT": SEEN["bhyt"], "MA_BN": SEEN["facility"], "DIEN_THOAI": SEEN["phone"]}


@pytest.fixture(autouse=True)
def _house(settings, tmp_path):
    """A shelf of its own, and the ring of before afterwards."""
    settings.HOME = tmp_path
    ring = keyring.ring()
    yield
    keyring.hold(ring)


def walk():
    """Hospital files, a vendor's bundle, a merge that stands, telephones, a card, a ticket, an answer of a register."""
    send(package(**PATIENT))
    send(package("LK0002", **WITHOUT_CARD))
    lan = queries.person_of(Identifier("cccd", SEEN["cccd"]))
    telecom = [{"system": "phone", "value": SEEN["vendor phone"]}]
    vendor.send(vendor.patient(cccd=SEEN["vendor"], telecom=telecom), vendor.encounter(), vendor.glucose())
    vendor.send(vendor.glucose("late", "p9"), name="late.json")
    twin = queries.person_of(Identifier("facility", f"79001/{WITHOUT_CARD['MA_BN']}"))
    merging.merge(PROGRAM, lan, twin, "asked_person", THEN)
    account = access.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=lan)
    phones.enter(PROGRAM, account, SEEN["account phone"], AT)
    codes.ask(SEEN["account phone"], AT, place="10.0.0.1")
    totp.confirm(account, secret := totp.new_secret(), totp.pyotp.TOTP(secret).at(AT), AT)
    keep(lan, card(), "79001", AT)
    tickets.note(lan, "79001", {"name": "a", "number": SEEN["cccd"]}, {"name": "b"}, AT)
    hear("verify", SEEN["heard"].encode(), AT)
    kept.summary_of(owner(lan), AT.date())
    return lan, account


def card():
    day = date(2026, 1, 1)
    return Card(SEEN["card"], "000", "valid", day, day, "79001", "4", None, SEEN["card"], None, None)


def words_in(values):
    """Texts and bytes as somebody with a dump would read them: as they are, and unpacked where they are packed."""
    for value in values:
        yield value
        for hexadecimal in re.findall(r"\\\\?x([0-9a-f]+)", value):
            raw = bytes.fromhex(hexadecimal)
            yield raw.decode("latin-1")
            yield unpacked(raw)


def unpacked(raw):
    try:
        return zstandard.ZstdDecompressor().decompress(raw, max_output_size=1 << 24).decode("latin-1")
    except zstandard.ZstdError:
        return ""


def forms(value):
    return value, value.encode().hex(), base64.b64encode(value.encode()).decode().rstrip("=")[:-1]


def rows_of(table):
    return [row[0] for row in db.tuples(f'select t::text from "{table}" t')]


def test_no_number_stands_in_any_table():
    walk()
    found = {
        (table, name)
        for table in tables()
        for word in words_in(rows_of(table))
        for name, value in SEEN.items()
        if any(form in word for form in forms(value))
    }
    assert found == set()


def test_no_number_stands_in_any_file_of_the_house(tmp_path):
    walk()
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) == 2
    found = [
        one for one in files for value in SEEN.values() if any(f.encode() in one.read_bytes() for f in forms(value))
    ]
    assert found == []


def content_of(file):
    with shelf.opened(bytes.fromhex(file.name)) as content:
        return content.read()


def test_files_from_before_are_read_and_sealed(tmp_path):
    walk()
    files = sorted(one for one in tmp_path.rglob("*") if one.is_file())
    contents = [content_of(one) for one in files]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    assert [content_of(one) for one in files] == contents
    assert shelf.seal_again() == 2
    assert shelf.seal_again() == 0
    assert [content_of(one) for one in files] == contents
    assert SEEN["vendor"].encode() not in b"".join(one.read_bytes() for one in files)


def test_what_is_sealed_is_read_and_found_as_before():
    lan, account = walk()
    assert phones.numbers_of(account.pk, AT) == [SEEN["account phone"]]
    assert cards.standing(lan).card == card()
    assert {one.value for one in queries.known(lan).claim.identifiers} >= {SEEN["cccd"], f"79001/{SEEN['facility']}"}


def test_every_column_of_bytes_is_sealed_or_has_its_reason():
    rooms = [import_module(f"sosuckhoe.{room}.at_rest") for room in keys.ROOMS]
    sealed = {f"{one.table}.{one.column}" for room in rooms for one in room.COLUMNS}
    left = {name for room in rooms for name in room.LEFT}
    columns = db.tuples(
        """
        select table_name || '.' || column_name from information_schema.columns
        where table_schema = 'public' and data_type = 'bytea'
        """
    )
    assert {row[0] for row in columns} == sealed | left
    assert not sealed & left


def test_rotation_seals_everything_with_the_newest_key_and_loses_nothing():
    lan, account = walk()
    ring = keyring.ring()
    before = contents(lan)
    keyring.hold(keyring.Ring({7: NEXT, **ring.sealing}, 7, ring.finding))
    assert sum(resealing.left(column) for column in keys.columns()) > 20
    with owning():
        before_it = keys.left()
        assert before_it["deliveries/"] > 0, "what an operator must not leave behind when the old key goes"
        assert before_it["identity_merge_row"] > 0
        assert keys.seal_everything() == sum(before_it.values())
        assert sum(keys.left().values()) == 0
        assert keys.seal_everything() == 0
    keyring.hold(keyring.Ring({7: NEXT}, 7, ring.finding))
    codec.forget()
    assert contents(lan) == before
    assert phones.numbers_of(account.pk, AT) == [SEEN["account phone"]]
    merging.unmerge(PROGRAM, db.value("select merge from identity_merge"), "wrong_decision", LATER)
    assert queries.person_of(Identifier("facility", f"79001/{WITHOUT_CARD['MA_BN']}")) != lan


def contents(person):
    return queries.known(person).claim, cards.standing(person).card, {one.body for one in clinical.of_person(person)}


def test_a_rotation_that_is_cut_short_goes_on_and_what_is_written_meanwhile_stays():
    lan, _ = walk()
    ring = keyring.ring()
    keyring.hold(keyring.Ring({7: NEXT, **ring.sealing}, 7, ring.finding))
    (resources,) = [one for one in keys.columns() if one.table == "clinical_resource"]
    with owning():
        going = resealing.seal_again(resources, page=2)
        assert next(going) == 2
        going.close()
        send(package(**PATIENT, CHAN_DOAN_VAO="Sốt"), at=AT + timedelta(hours=1))
        left = resealing.left(resources)
        assert sum(resealing.seal_again(resources, page=2)) == left > 0
    assert resealing.left(resources) == 0
    assert queries.known(lan) is not None


def test_a_row_that_was_written_meanwhile_is_not_undone(monkeypatch):
    lan, _ = walk()
    ring = keyring.ring()
    keyring.hold(keyring.Ring({7: NEXT, **ring.sealing}, 7, ring.finding))
    (claims,) = [one for one in keys.columns() if one.table == "identity_person"]
    again = resealing.Column.again

    def slow(column, row):
        """Another transaction's word comes between the reading and the writing."""
        db.execute("update identity_person set as_of = as_of, claim = claim || '\\x00' where person = %s", (lan,))
        return again(column, row)

    monkeypatch.setattr(resealing.Column, "again", slow)
    with owning():
        sum(resealing.seal_again(claims))
    assert bytes(db.value("select claim from identity_person where person = %s", (lan,)))[-1] == 0


def test_bodies_from_before_are_read_and_sealed():
    walk()
    rows = db.tuples("select bucket, rid, codec, body from clinical_resource where body is not null", binary=True)
    bodies = {}
    for bucket, rid, packing, body in rows:
        bodies[rid] = codec.unpacked(packing, rid, body)
        db.execute(
            "update clinical_resource set codec = 0, body = %s where bucket = %s and rid = %s",
            (bodies[rid], bucket, rid),
        )
    with owning():
        assert keys.seal_everything() == len(rows)
    kept = db.tuples("select rid, codec, body from clinical_resource where body is not null", binary=True)
    assert {row[1] for row in kept} == {-1}
    assert {rid: codec.unpacked(packing, rid, body) for rid, packing, body in kept} == bodies


def test_a_body_put_into_another_row_does_not_open():
    walk()
    one, other = db.tuples("select rid, codec, body from clinical_resource where body is not null limit 2", binary=True)
    with pytest.raises(Problem, match="SSK-2303"):
        codec.unpacked(one[1], one[0], other[2])


@pytest.mark.django_db(transaction=True)
def test_of_two_first_starts_at_once_with_different_keys_one_is_refused(monkeypatch):
    """Both look before either has written: what they saw is no answer any more when they write."""
    db.execute("delete from access_data_key")
    both_have_looked = threading.Barrier(2)
    execute = db.execute

    def later(statement, *given):
        if "access_data_key" in statement:
            both_have_looked.wait(10)
        return execute(statement, *given)

    def start(finding):
        local = keyring.ring()._replace(finding=finding)
        proofs = {number: keyring.proof(key) for number, key in {**local.sealing, keyring.INDEX: finding}.items()}
        try:
            data_keys.remember(proofs)
        except Problem as problem:
            return problem.number
        finally:
            db.close()
        return "open"

    monkeypatch.setattr(data_keys.db, "execute", later)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, [NEXT, bytes(32)])) == ["SSK-2304", "open"]


def test_the_house_does_not_open_with_other_keys():
    ring = keyring.ring()
    data_keys.check()
    keyring.hold(keyring.Ring({7: NEXT, **ring.sealing}, 7, ring.finding))
    data_keys.check()
    keyring.hold(keyring.Ring({7: bytes(32), **ring.sealing}, 7, ring.finding))
    with pytest.raises(Problem) as refused:
        data_keys.check()
    assert (refused.value.number, refused.value.places) == ("SSK-2305", {"keys": "7"})
    keyring.hold(ring._replace(finding=NEXT))
    with pytest.raises(Problem, match="SSK-2304"):
        data_keys.check()
