"""What stands above and below a code, and which codes are in a value set, for :above, :below, :in and :not-in.

https://hl7.org/fhir/R4/search.html#subsumption. Where that is known from is a Source: what comes with the program,
and before it what is stored and the caller may see.
"""

from __future__ import annotations

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.terminology import Source

MOST = 20_000
"""So many codes may one value mean; a query with more would take longer than anybody waits."""


def below(source: Source, name: str, system: str, code: str) -> frozenset[str]:
    """A code and those below it. `name` is the parameter's, for SSK-3100: no hierarchy of the system is known here."""
    return _with_itself(name, code, source.descendants(system, code))


def above(source: Source, name: str, system: str, code: str) -> frozenset[str]:
    """A code and those above it. Raises as `below`."""
    return _with_itself(name, code, source.ancestors(system, code))


def members(source: Source, name: str, value_set: str) -> list[tuple[str, str]]:
    """System and code of everything in a value set.

    Raises Problem SSK-3101 when it is not known here, SSK-3102 when its codes cannot be listed or are too many.
    """
    found = source.codes_in(value_set)
    if found is None or found.unknown:
        raise Problem("SSK-3101", name=name)
    if not found.is_finite:
        raise Problem("SSK-3102", name=name, most=MOST)
    listed = []
    for system, code, *_ in found:
        listed.append((system, code))
        if len(listed) > MOST:
            raise Problem("SSK-3102", name=name, most=MOST)
    return listed


def _with_itself(name: str, code: str, found: frozenset[str] | None) -> frozenset[str]:
    if found is None:
        raise Problem("SSK-3100", name=name)
    if len(found) > MOST:
        raise Problem("SSK-3102", name=name, most=MOST)
    return found | {code}
