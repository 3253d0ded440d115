"""A hold of somebody keeps also the rows that know by others alone whose they are."""

import pytest

from sosuckhoe.access import actions, keeping, retaining
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.site import retention
from tests.site.test_retention import DAY, NOW, PERSON, delivery, ended_grant, fill, ran

pytestmark = pytest.mark.django_db
OLD = NOW - 4000 * DAY
OTHER = PERSON + 1


def row(table, **values):
    """A row of another table than one that ends."""
    fill(keeping.Kept("", table, (), ""), NOW, values)


def telephone(person):
    account = actions.open_account(PROGRAM, f"u{person}", name="Lan", role="citizen", person=person)
    row("access_phone", account=account.pk, blind=b"phone %d" % person)
    return {"blind": b"phone %d" % person, "made": OLD}


def opening_of(person, *, has_link):
    if has_link:
        linked = ended_grant(NOW) | {"bucket": bucket_of(person), "person": person}
        row("book_link", **linked, code=b"link %d" % person)
    return {"bucket": bucket_of(person), "code": b"link %d" % person, "at": OLD}


def word(person, source):
    row("exchange_word", source=source, id=f"p{person}", bucket=bucket_of(person), person=person)


def finding_of(person):
    number = delivery(OLD)
    db.execute("update exchange_delivery set source = %s where id = %s", (f"s{person}", number))
    word(person, f"s{person}")
    return {"delivery": number}


def put_off(person):
    word(person, "his")
    return {"source": "his", "record": f"p{person}", "delivery": delivery(OLD)}


def heard_of(person):
    number = db.value(
        "insert into exchange_heard (kind, at, state, codec, body) values ('changes', %s, 'read', 1, '') returning id",
        (OLD,),
    )
    row("exchange_change", key=f"k{person}", heard=number, bucket=bucket_of(person), person=person)


def upload_of(person):
    key = f"00000000-0000-4000-9000-{person:012}"
    row("exchange_upload_file", upload=key, position=1, arrival=person)
    row("exchange_package", arrival=person, position=1, bucket=bucket_of(person), person=person)
    return {"key": key, "at": OLD}


def notice_of(person):
    key = f"00000000-0000-4000-a000-{person:012}"
    row("clinical_resource", bucket=bucket_of(person), rid=key, person=person)
    return {"subscription": "00000000-0000-4000-b000-000000000000", "number": person, "at": OLD, "name": key}


@pytest.mark.parametrize(
    ("table", "made"),
    [
        ("access_notice", telephone),
        ("book_link_opening", lambda person: opening_of(person, has_link=True)),
        ("book_link_opening", lambda person: opening_of(person, has_link=False)),
        ("exchange_delivery_finding", finding_of),
        ("exchange_put_off", put_off),
        ("exchange_heard", heard_of),
        ("exchange_upload", upload_of),
        ("clinical_notice", notice_of),
    ],
    ids=["message", "opening", "opening of a link that is gone", "finding", "waiting", "told", "upload", "notice"],
)
def test_a_hold_keeps_what_is_ones_by_another_row(table, made):
    [kept] = [one for one in retention.kept() if one.table == table]
    for person in (PERSON, OTHER):
        if values := made(person):
            fill(kept, OLD, values)
    assert retaining.over(kept, NOW) == 2
    key = retaining.hold(PROGRAM, retaining.Hold(PERSON, kept.name, "12/QĐ", "Tòa án"), NOW)
    assert retaining.over(kept, NOW) == 1
    assert retaining.take(PROGRAM, kept, NOW, 500) == 1
    assert retaining.over(kept, NOW) == 0
    ran()
    assert db.value(f"select count(*) from {table}") == 1
    retaining.release(PROGRAM, key, NOW)
    assert retaining.take(PROGRAM, kept, NOW, 500) == 1
