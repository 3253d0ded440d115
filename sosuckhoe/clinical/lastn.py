"""The newest observations of each kind. https://hl7.org/fhir/R4/observation-operation-lastn.html

Two observations are of one kind when they share a coding, also through a third that has a coding of each; those without
codings when their texts are the same but for case and marks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from sosuckhoe.base.text import fold


def newest(observations: Iterable[Mapping[str, Any]], most: int) -> list[int]:
    """Places of the first `most` of each kind, kind after kind, in the order given: newest first."""
    kind_of: dict[Hashable, int] = {}
    kinds: dict[int, list[int]] = {}
    for place, body in enumerate(observations):
        _put(place, list(_marks(body)), kind_of, kinds)
    return [place for kind in sorted(kinds, key=lambda one: kinds[one][0]) for place in kinds[kind][:most]]


def _put(place: int, marks: list[Hashable], kind_of: dict[Hashable, int], kinds: dict[int, list[int]]) -> None:
    """Put an observation to its kind; kinds that it joins become one."""
    joined = sorted({kind_of[mark] for mark in marks if mark in kind_of})
    kind = joined[0] if joined else place
    for other in joined[1:]:
        kinds[kind] = sorted(kinds[kind] + kinds.pop(other))
        kind_of.update({mark: kind for mark, known in kind_of.items() if known == other})
    kinds.setdefault(kind, []).append(place)
    kind_of.update(dict.fromkeys(marks, kind))


def _marks(body: Mapping[str, Any]) -> Iterator[Hashable]:
    """What tells the kind: whose it is and each coding, or its text."""
    subject = (body.get("subject") or {}).get("reference", "")
    code = body.get("code") or {}
    codings = [one for one in code.get("coding", ()) if one.get("code")]
    for coding in codings:
        yield subject, coding.get("system", ""), coding["code"]
    if not codings:
        yield subject, fold(code.get("text", ""))
