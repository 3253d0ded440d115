"""Processes that store batches: forked, so that they have at once what this one has read and compiled.

They end with this process, however it ends: nobody is left who holds a connection, or the database that was borrowed.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

from sosuckhoe.base import collecting, db


def of(processes: int) -> ProcessPoolExecutor:
    """Processes with connections of their own; spawned ones where this one has other threads, which a fork loses."""
    is_alone = threading.active_count() == 1
    if is_alone:
        db.close()
    return ProcessPoolExecutor(processes, multiprocessing.get_context("fork" if is_alone else "spawn"), _begin)


def _begin() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")
    import django

    django.setup()
    collecting.look_seldom()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that gives batches; whatever is under way is rolled back."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
