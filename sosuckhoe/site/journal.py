"""What is written about a failure: its kind and its places in the code, never its message.

A database error quotes the row, a parser the text that it could not read: both may be a person's record.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

Failure: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlacesOnly(logging.Formatter):
    """One line an event; an exception adds its kind and the file, line and function of every call."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Failure) -> str:  # noqa: N802 -- the standard library's name
        """The calls that led to a failure, outermost first, and its kind."""
        calls = traceback.extract_tb(ei[2])
        lines = [f"  {call.filename}:{call.lineno} {call.name}" for call in calls]
        kind = ei[0].__qualname__ if ei[0] else "nothing"
        return "\n".join([*lines, f"  {kind}"])
