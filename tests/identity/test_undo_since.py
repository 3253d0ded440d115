"""What an undo of a merge leaves alone: what has been given to somebody else since, and what registers told since."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db, keyring
from sosuckhoe.clinical import reading
from sosuckhoe.exchange.population import writing
from sosuckhoe.identity import actions, at_rest, kept_rows, known, merging, queries, rewriting
from sosuckhoe.identity.compare import blocking
from tests.exchange.samples import package
from tests.identity.merged import LATER, THEN, WITHOUT_CARD_NUMBER, send, two_people

pytestmark = pytest.mark.django_db


def test_a_number_that_is_another_persons_now_stays_theirs():
    keep, gone = two_people()
    number = WITHOUT_CARD_NUMBER
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    with db.atomic():
        known = rewriting.lock([keep])[keep]
        assert number in known.claim.identifiers
        rewriting.rewrite(known, rewriting.without_number(known.claim, number), THEN)
    claim = replace(known.claim, name="Trần Văn Tám", birth="1971-07-09", sex="male", identifiers=(number,), phone="")
    (third,) = actions.find_or_create([claim], THEN)
    assert third.ref.person not in {keep, gone}
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert queries.person_of(number) == third.ref.person
    for person in (keep, gone):
        assert number not in queries.known(person).claim.identifiers
    assert number in queries.known(third.ref.person).claim.identifiers


def test_a_number_that_is_nobodys_now_goes_back_to_whose_it_was():
    keep, gone = two_people()
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    with db.atomic():
        known = rewriting.lock([keep])[keep]
        rewriting.rewrite(known, rewriting.without_number(known.claim, WITHOUT_CARD_NUMBER), THEN)
    assert queries.person_of(WITHOUT_CARD_NUMBER) is None
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert queries.person_of(WITHOUT_CARD_NUMBER) == gone
    assert WITHOUT_CARD_NUMBER in queries.known(gone).claim.identifiers


def tell(person, **words):
    """What the register says of somebody, as its changes and tickets write it. `extra` is added to what is known."""
    with db.atomic():
        ours = rewriting.lock([person])[person]
        extra = {**ours.claim.extra, **words.pop("extra", {})}
        said = known.settle(replace(ours.claim, **words, extra=extra), [*words, *extra.keys() & {"deceased"}])
        assert writing.rewrite(ours, said, THEN)


def patient(person):
    return orjson.loads(reading.read(PROGRAM, "Patient", str(queries.known(person).ref.patient), LATER).body)


def test_a_corrected_name_and_a_death_told_since_stay_with_whom_the_register_meant():
    keep, gone = two_people()
    was = queries.known(gone), patient(gone)
    before = queries.known(keep).claim
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    tell(keep, name="Nguyễn Thị Lan Anh", extra={"deceased": "2026-03-02"})
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    told = queries.known(keep).claim
    assert (told.name, told.extra["deceased"]) == ("Nguyễn Thị Lan Anh", "2026-03-02")
    assert known.settled_in(told) == {"name", "deceased"}
    assert (told.birth, told.phone, told.identifiers) == (before.birth, before.phone, before.identifiers)
    assert patient(keep)["name"][0]["text"] == "Nguyễn Thị Lan Anh"
    assert patient(keep)["deceasedDateTime"] == "2026-03-02"
    assert (queries.known(gone), patient(gone)) == was
    assert blocking.keys(told) <= keys_of(keep)


def keys_of(person):
    return {row[0] for row in db.tuples("select key from identity_block where person = %s", (person,))}


def test_what_the_register_told_goes_back_with_whose_number_it_asks_by():
    """The one who is kept had no number: the register spoke of the other, whose number was with them."""
    lan, bare = two_people()
    before = queries.known(bare)
    merge = merging.merge(PROGRAM, bare, lan, "asked_person", THEN)
    tell(bare, name="Nguyễn Thị Lan Anh")
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert queries.known(lan).claim.name == patient(lan)["name"][0]["text"] == "Nguyễn Thị Lan Anh"
    assert queries.known(bare) == before


def test_of_a_chain_what_was_told_outlives_every_undo():
    keep, gone = two_people()
    send(
        package("LK0003", SO_CCCD="", MA_THE_BHYT="", MA_BN="BN0003", HO_TEN="Trần Văn Bích", NGAY_SINH="197001010000")
    )
    third = max(row[0] for row in db.tuples("select person from identity_person"))
    first = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    second = merging.merge(PROGRAM, keep, third, "asked_person", THEN)
    tell(keep, extra={"deceased": "2026-03-02"})
    for number in (second, first):
        merging.unmerge(PROGRAM, number, "wrong_decision", LATER)
        assert queries.known(keep).claim.extra["deceased"] == "2026-03-02"
    assert not any("deceased" in queries.known(one).claim.extra for one in (gone, third))


def test_a_death_that_was_taken_back_since_stays_taken_back():
    keep, gone = two_people()
    tell(keep, extra={"deceased": "2026-03-01"})
    merge = merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    with db.atomic():
        ours = rewriting.lock([keep])[keep]
        alive = {key: value for key, value in ours.claim.extra.items() if key != "deceased"}
        assert writing.rewrite(ours, replace(ours.claim, extra=alive), THEN)
    merging.unmerge(PROGRAM, merge, "wrong_decision", LATER)
    assert "deceased" not in queries.known(keep).claim.extra
    assert "deceasedDateTime" not in patient(keep)


def test_what_is_kept_of_words_since_is_sealed_anew_with_the_rest():
    keep, gone = two_people()
    merging.merge(PROGRAM, keep, gone, "asked_person", THEN)
    tell(keep, name="Nguyễn Thị Lan Anh")
    rows = "select now ->> 'claim' from identity_merge_row where tbl = 'identity_told'"
    kept = {row[0] for row in db.tuples(rows)}
    assert len(kept) == 2
    ring = keyring.ring()
    keyring.hold(keyring.Ring({**ring.sealing, ring.newest + 1: bytes(32)}, ring.newest + 1, ring.finding))
    try:
        kept_rows.seal_again(at_rest.COLUMNS)
        assert kept_rows.left(at_rest.COLUMNS) == 0
        assert not kept & {row[0] for row in db.tuples(rows)}
    finally:
        keyring.hold(ring)
