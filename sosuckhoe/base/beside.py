"""Work beside the worker: what may take hours runs in a thread of its own, so that hospitals' files need not wait."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sosuckhoe.base import db


class Beside:
    """One thread at a time for one kind of work, with a connection to the database of its own.

    Work that fails is named in the journal by its kind of fault alone, and does not end the worker.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._log = logging.getLogger(f"{__name__}.{name}")
        self._thread: threading.Thread | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the work that was begun last has not ended."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, work: Callable[[], object]) -> None:
        """Begin the work; ask `is_under_way` before."""
        self._thread = threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait for what is under way."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- whatever fails must not end the worker; its kind is named
            self._log.error("%s ended (%s)", self._name, type(error).__name__)
        finally:
            db.close()
