"""Value sets, as the validator asks them."""

from __future__ import annotations

from collections.abc import Callable

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import Members


class Sets:
    """Terms from value sets, which `find` answers by their address."""

    def __init__(self, find: Callable[[str], Members | None]) -> None:
        self._find = find

    def has(self, url: str, system: str | None, code: str) -> bool | None:
        """Whether a value set has a code; None when the set, or the code's system in it, is not here."""
        members = self._find(url)
        if members is None:
            return None
        if system is None:
            return members.has_code(code) or (None if members.unknown else False)
        if (system, code) in members:
            return True
        return None if system in members.unknown else False


BUILT_IN = Sets(terminology.codes_in)
