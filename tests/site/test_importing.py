"""What may be imported before the house has its keys: everything."""

from __future__ import annotations

import subprocess
import sys

_EVERYTHING = """
import importlib, pkgutil, django, sosuckhoe
from sosuckhoe.base import keyring
keyring.hold = lambda ring: None
django.setup()
found = 0
for one in pkgutil.walk_packages(sosuckhoe.__path__, "sosuckhoe."):
    if one.name.rpartition(".")[2] not in {"__main__", "wsgi"} and ".migrations." not in one.name:
        importlib.import_module(one.name)
        found += 1
assert found > 500, found
"""


def test_no_module_makes_a_keyed_digest_while_it_is_imported():
    """A process that is started by a module of its own imports before it reads the settings, which hold the keys."""
    done = subprocess.run([sys.executable, "-c", _EVERYTHING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
