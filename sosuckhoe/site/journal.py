"""What is written about a failure: its kind and its places in the code, never its message.

A database error quotes the row, a parser the text that it could not read: both may be a person's record.
"""

from __future__ import annotations

import logging
import time
import traceback
from types import TracebackType
from typing import TypeAlias

Failure: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {0x2028: "\\u2028", 0x2029: "\\u2029"}


class PlacesOnly(logging.Formatter):
    """One line an event, in UTC; an exception adds its kind and the file, line and function of every call."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the standard library's name
        """The event's line. A line end within it is written as such, so that nobody makes a line of their own."""
        return super().formatMessage(record).translate(_VISIBLE)

    def formatException(self, ei: Failure) -> str:  # noqa: N802 -- the standard library's name
        """The calls that led to a failure, outermost first, and its kind."""
        calls = traceback.extract_tb(ei[2])
        lines = [f"  {call.filename}:{call.lineno} {call.name}" for call in calls]
        kind = ei[0].__qualname__ if ei[0] else "nothing"
        return "\n".join([*lines, f"  {kind}"])
