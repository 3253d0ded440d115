"""The value sets that come with the program, as the validator asks them."""

from __future__ import annotations

from sosuckhoe.clinical import terminology


class BuiltIn:
    """Terms from `clinical.terminology`."""

    def has(self, url: str, system: str | None, code: str) -> bool | None:
        """Whether a value set has a code; None when the set, or the code's system in it, is not here."""
        members = terminology.codes_in(url)
        if members is None:
            return None
        if system is None:
            return members.has_code(code) or (None if members.unknown else False)
        if (system, code) in members:
            return True
        return None if system in members.unknown else False


BUILT_IN = BuiltIn()
