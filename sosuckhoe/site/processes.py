"""Child processes that end with their parent, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PARENT = "SOSUCKHOE_PARENT"
_PR_SET_PDEATHSIG = 1


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel (Linux) to end this process when the one that started it has gone; elsewhere nothing.

    Only a parent that has left its number in the environment is meant; one that has gone before we could ask
    is known by that number.
    """
    parent = os.environ.pop(PARENT, None)
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, how, 0, 0, 0)
    if os.getppid() != int(parent):
        os.kill(os.getpid(), how)


def name_as_parent() -> None:
    """Leave our number to the processes that a library starts for us."""
    os.environ[PARENT] = str(os.getpid())


def child_environment(**more: str) -> dict[str, str]:
    """The environment for a child that calls `die_with_parent`."""
    return {**os.environ, PARENT: str(os.getpid()), **more}
