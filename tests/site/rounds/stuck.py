"""`python -m tests.site.rounds.stuck`: one round that notes how far it came, and waits for a lock half-way."""

from __future__ import annotations

from datetime import datetime

import django

HALF, ALL = "half", "all"


def work(at: datetime) -> int:
    """Two steps, each written down; a step that is there is not done again."""
    from sosuckhoe.base import db

    done = 0
    for step in (HALF, ALL):
        with db.atomic():
            if step == ALL:
                db.execute("lock table access_failure in exclusive mode")
            done += db.execute(
                "insert into access_failure (key, count, last) values (%s, 1, %s) on conflict do nothing",
                (step.encode(), at),
            )
    return done


if __name__ == "__main__":
    django.setup()
    from sosuckhoe.base import clock
    from sosuckhoe.base.rounds import Work
    from sosuckhoe.site.rounds import plan, running

    [one] = plan.rounds_of(Work("retention", work))
    running.run(one, clock.now(), is_asked_for=True)
