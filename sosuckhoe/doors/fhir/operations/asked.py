"""The parameters of an operation, one by one, each of its type. https://hl7.org/fhir/R4/operations.html#request"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import structure
from sosuckhoe.doors.fhir.operations.operation import Call


class Coding(NamedTuple):
    """A code as somebody sent it; what was not said is empty."""

    system: str
    code: str
    version: str = ""
    display: str = ""


class Asked:
    """What a call asks. A name that is not among `names` is refused with SSK-3001, a wrong value with SSK-3004."""

    def __init__(self, call: Call, *names: str) -> None:
        self._given = call.only(*names)

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def texts(self, name: str) -> list[str]:
        """The values of a parameter that may repeat."""
        found = self._given.get(name, [])
        if not all(isinstance(one, str) and one for one in found):
            raise Problem("SSK-3004", name=name, form="string")
        return found

    def values(self, name: str) -> list[Any]:
        """The values of a parameter that may repeat, of any shape."""
        return self._given.get(name, [])

    def value(self, name: str) -> Any:
        """The value of a parameter that stands once at most, of any shape."""
        return self._once(name)

    def text(self, name: str, otherwise: str = "") -> str:
        """The value of a parameter that stands once at most."""
        self._once(name)
        return next(iter(self.texts(name)), otherwise)

    def flag(self, name: str, *, otherwise: bool = False) -> bool:
        """True or false, as JSON has it or as addresses write it."""
        value = self._once(name)
        if value is None:
            return otherwise
        if value not in (True, False, "true", "false"):
            raise Problem("SSK-3004", name=name, form="true, false")
        return value in (True, "true")

    def number(self, name: str) -> int | None:
        """A whole number from 0."""
        value = self._once(name)
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else "-"
        if value is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 -- as many digits as 32 bits hold
            raise Problem("SSK-3004", name=name, form="0, 1, 2 …")
        return int(text)

    def resource(self, name: str, type_name: str) -> dict[str, Any] | None:
        """A whole resource, whose structure is checked."""
        value = self._once(name)
        if value is None:
            return None
        if not isinstance(value, dict) or value.get("resourceType") != type_name:
            raise Problem("SSK-3028", type=type_name)
        structure.check(value, type_name)
        return value

    def coding(self, name: str) -> Coding | None:
        """A Coding."""
        value = self._once(name)
        return None if value is None else _coding(value, name)

    def each_coding(self, name: str) -> list[Coding]:
        """The Codings of a parameter that may repeat."""
        return [_coding(one, name) for one in self._given.get(name, [])]

    def codings(self, name: str) -> list[Coding] | None:
        """The codings of a CodeableConcept; None when there is none of that name."""
        value = self._once(name)
        if value is None:
            return None
        if not isinstance(value, dict) or not isinstance(value.get("coding", []), list):
            raise Problem("SSK-3004", name=name, form="CodeableConcept")
        return [_coding(one, name) for one in value.get("coding", [])]

    def one_of(self, *names: str) -> str:
        """The one of these parameters that was given; SSK-3207 for none or several."""
        found = [name for name in names if name in self._given]
        if len(found) != 1:
            raise Problem("SSK-3207", names=", ".join(names))
        return found[0]

    def need(self, names: Iterable[str]) -> None:
        """SSK-3207 unless all of these were given."""
        for name in names:
            if name not in self._given:
                raise Problem("SSK-3207", names=name)

    def _once(self, name: str) -> Any:
        found = self._given.get(name, [])
        if len(found) > 1:
            raise Problem("SSK-3207", names=name)
        return found[0] if found else None


def _coding(value: Any, name: str) -> Coding:
    found = {key: value.get(key, "") for key in Coding._fields} if isinstance(value, dict) else {"code": None}
    if not all(isinstance(part, str) for part in found.values()):
        raise Problem("SSK-3004", name=name, form="Coding")
    return Coding(**found)


def canonical(text: str) -> tuple[str, str]:
    """Address and version of `url|version`."""
    url, _, version = text.partition("|")
    return url, version
