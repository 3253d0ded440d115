"""What every test may ask for: a database (`database.py`), a served house (`served.py`), a browser (`walked.py`).

The database is the house's own embedded one, in a folder made for this run: the first worker that needs it
starts it, the others borrow it, and it goes with the last of them, also when they are killed. Tests that
need no database start none. With DATABASE_URL set, that server is used instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import hypothesis

RUN = "SOSUCKHOE_TEST_RUN"


def _make_run_folder() -> str:
    """One folder a run: made by the first process, named to the workers by the environment."""
    folder = Path(tempfile.mkdtemp(prefix="ssk-test-"))
    folder.chmod(0o711)
    return str(folder)


IS_FIRST = RUN not in os.environ
RUN_FOLDER = Path(os.environ.setdefault(RUN, "") or _make_run_folder())
os.environ.update(
    {
        RUN: str(RUN_FOLDER),
        "SOSUCKHOE_HOME": str(RUN_FOLDER),
        "SECRET_KEY": "made up for tests",
        "SOSUCKHOE_PACE": "0",  # no person asks as fast as a test; tests/access/test_pace.py sets it
        "DJANGO_SETTINGS_MODULE": "sosuckhoe.site.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # playwright's loop runs in the test's thread
    }
)

from django.conf import settings  # noqa: E402 -- it reads the environment set above

assert settings.DATABASES, "Django reads its settings here, before pytest-django asks for them"

hypothesis.settings.register_profile("short", deadline=None, database=None)
hypothesis.settings.register_profile("long", deadline=None, database=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

pytest_plugins = ["tests.database", "tests.served", "tests.traces", "tests.walked"]


def pytest_unconfigure():
    if IS_FIRST:
        shutil.rmtree(RUN_FOLDER, ignore_errors=True)
