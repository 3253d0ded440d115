"""Processes that store batches: forked, so that they have at once what this one has read and compiled.

They end with this process, however it ends: nobody is left who holds a connection, or the database that was borrowed.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait

from sosuckhoe.base import db

_LOOKS = (50_000, 20, 100)
"""How seldom the collector looks while resources are stored: they make no cycles, and are many objects."""


def of(processes: int) -> ProcessPoolExecutor:
    """Processes with connections of their own; spawned ones where this one has other threads, which a fork loses."""
    is_alone = threading.active_count() == 1
    if is_alone:
        db.close()
    return ProcessPoolExecutor(processes, multiprocessing.get_context("fork" if is_alone else "spawn"), _begin)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """The collector looks seldom, and not at what is there already."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_LOOKS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _begin() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosuckhoe.site.settings")
    import django

    django.setup()
    gc.set_threshold(*_LOOKS)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that gives batches; whatever is under way is rolled back."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
