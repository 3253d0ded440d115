"""The process that the crash test kills: it receives and files packages, and says which it has acknowledged.

python -m tests.exchange.crashing send FIRST COUNT    one line a receipt: its number, then its MA_LK
python -m tests.exchange.crashing finish              file what waits, then one line of JSON: what there is
"""

import json
import sys
from contextlib import suppress

import django

django.setup()

from sosuckhoe.access.actor import PROGRAM  # noqa: E402 -- the rooms name tables
from sosuckhoe.base import clock, db  # noqa: E402 -- the rooms name tables
from sosuckhoe.clinical.search.parameters import number_of  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange import queries  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange.actions import file  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange.actions.receive import Parcel, receive  # noqa: E402 -- the rooms name tables
from sosuckhoe.site import within  # noqa: E402 -- the rooms name tables
from tests.exchange.samples import FACILITY, envelope, package  # noqa: E402 -- the rooms name tables

FILE_EVERY = 3


def send(first, count):
    for number in range(first, first + count):
        content = envelope(person(number))
        receipt = receive(PROGRAM, Parcel(FACILITY, "records", content), "gateway", clock.now())
        print(receipt.number, f"LK{number:05d}", flush=True)
        if number % FILE_EVERY == 0:
            file.drain(clock.now())


def person(number):
    """A visit of somebody who has no other."""
    return package(
        f"LK{number:05d}",
        SO_CCCD=f"0791600{number:05d}",
        HO_TEN="Nguyễn Thị Lan",
        MA_BN=f"BN{number:05d}",
        MA_THE_BHYT=f"HT27979{number:08d}",
    )


def finish():
    while queries.is_anything_waiting():
        file.drain(clock.now())
    print(
        json.dumps(
            {
                "arrivals": counts("select id, 1 from exchange_arrival"),
                "packages": counts("select ma_lk, count(*) from exchange_package where outcome = 'filed' group by 1"),
                "versions": counts("select ma_lk, version from exchange_episode"),
                "persons": db.value("select count(*) from identity_person"),
                "encounters": db.value(
                    "select count(*) from clinical_resource where type = %s", (number_of()["Encounter"],)
                ),
                "resources": counts(
                    "select person, count(*) from clinical_resource where person > 0 and body is not null group by 1"
                ),
                "history": db.value("select count(*) from clinical_history"),
            }
        )
    )


def counts(sql):
    return {str(name): number for name, number in db.tuples(sql)}


if __name__ == "__main__":
    with suppress(BrokenPipeError), within.database():
        if sys.argv[1] == "send":
            send(int(sys.argv[2]), int(sys.argv[3]))
        else:
            finish()
