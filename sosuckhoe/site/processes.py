"""Child processes that end with their parent, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT = "SOSUCKHOE_PARENT"
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel (Linux) to end this process when the one that started it has gone; elsewhere nothing.

    A parent that has gone before we could ask is known by its number, which it leaves in the environment.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    parent = os.environ.pop(PARENT, None)
    if parent is not None and os.getppid() != int(parent):
        os.kill(os.getpid(), signal.SIGTERM)


def child_environment(**more: str) -> dict[str, str]:
    """The environment for a child that calls `die_with_parent`."""
    return {**os.environ, PARENT: str(os.getpid()), **more}
