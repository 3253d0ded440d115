"""A process that walks and is killed in the middle, between what it has written and its commit.

python -m tests.clinical.reindexing_child BATCHES    kills itself in the batch after so many
"""

import os
import signal
import sys

import django

django.setup()

from sosuckhoe.access.actor import PROGRAM  # noqa: E402 -- the rooms name tables
from sosuckhoe.clinical.reindexing import foreground  # noqa: E402 -- the rooms name tables
from sosuckhoe.clinical.reindexing import run as runs  # noqa: E402 -- the rooms name tables

if __name__ == "__main__":
    runs.BATCH_ROWS = 4
    save, left = runs._save, [int(sys.argv[1])]

    def until_killed(state, report):
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        save(state, report)

    runs._save = until_killed
    foreground.run(PROGRAM, ["Observation"], lambda _report: None)
