"""What may be subscribed to, and whether it has happened. Pure. Topics are `data/topics.yaml`.

https://hl7.org/fhir/uv/subscriptions-backport/components.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical import fhirpath

_PATH = Path(__file__).parent.parent / "data" / "topics.yaml"


class Topic(NamedTuple):
    """Something that happens to resources of a type: `now` becomes true of one."""

    url: str
    type: str
    now: str
    vi: str
    en: str

    def happened(self, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
        """Whether a version made it happen; `old` is the version before, None when there was none."""
        return _holds(self.now, new) and (old is None or not _holds(self.now, old))


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its address."""
    content = facts.read_yaml(_PATH)
    made = (Topic(f"{content['base']}/{name}", **entry) for name, entry in content["topics"].items())
    return {topic.url: topic for topic in made}


def _holds(expression: str, resource: Mapping[str, Any]) -> bool:
    return fhirpath.compile_expression(expression).is_true(resource)
