"""The process that the crash test kills: it writes lines and seals them as it goes.

python -m tests.access.sealing_processes work FOLDER    until it is killed; one line of text a seal
python -m tests.access.sealing_processes count FOLDER   one line of JSON: what there is, what is found
"""

import json
import sys
from contextlib import closing, suppress
from pathlib import Path

import django

django.setup()

from sosuckhoe.access import sealing, verifying, witness  # noqa: E402 -- the rooms name tables
from sosuckhoe.base import clock, db  # noqa: E402 -- the rooms name tables
from sosuckhoe.site import within  # noqa: E402 -- the rooms name tables
from tests.access.attacks import KEY, PUBLIC, write  # noqa: E402 -- the rooms name tables


def work(keeper):
    while True:
        write(7, clock.now())
        print(sealing.seal(KEY, clock.now()), flush=True)
        sealing.tell(keeper.keep, PUBLIC, most=1)


def count(keeper, folder):
    while sealing.seal(KEY, clock.now()) or sealing.tell(keeper.keep, PUBLIC):
        pass
    sealed = db.value("select count(*) from (select unnest(ids) from access_seal) sealed")
    different = db.value("select count(distinct id) from (select unnest(ids) as id from access_seal) sealed")
    lines = db.value("select count(*) from access_audit")
    kinds = [finding.kind for finding in verifying.verify(PUBLIC, folder / "heads")]
    print(
        json.dumps({"lines": lines, "sealed": sealed, "different": different, "found": kinds, "debt": sealing.debt()})
    )


if __name__ == "__main__":
    place = Path(sys.argv[2])
    with suppress(BrokenPipeError), within.database(), closing(witness.Keeper(place)) as kept:
        if sys.argv[1] == "work":
            work(kept)
        else:
            count(kept, place)
