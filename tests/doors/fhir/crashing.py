"""The house that the crash test kills: a database of its own and a web process.

python -m tests.doors.fhir.crashing PORT    one line, a token; then it serves until it is killed
"""

import subprocess
import sys
from datetime import timedelta

import django

django.setup()

from sosuckhoe.access import actions as access  # noqa: E402 -- the rooms name tables
from sosuckhoe.access.actor import PROGRAM  # noqa: E402 -- the rooms name tables
from sosuckhoe.base import clock  # noqa: E402 -- the rooms name tables
from sosuckhoe.site import processes, serve, within  # noqa: E402 -- the rooms name tables

if __name__ == "__main__":
    with within.database():
        account = access.open_account(PROGRAM, "sender", name="sender", role="program")
        print(access.issue_token(account, "bearer", clock.now(), timedelta(hours=1)), flush=True)
        words = serve.own_command("web", "--port", sys.argv[1], "--processes", "1")
        subprocess.run(words, env=processes.child_environment(), check=False)
