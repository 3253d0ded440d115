"""What may be subscribed to, and whether it has happened. Pure. Topics are `data/topics.yaml`.

https://hl7.org/fhir/uv/subscriptions-backport/components.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sosuckhoe.base import facts
from sosuckhoe.clinical import fhirpath, terminology
from sosuckhoe.clinical.terminology import Source

_USUAL = ("create", "update")
_PATH = Path(__file__).parent.parent / "data" / "topics.yaml"


class Topic(NamedTuple):
    """Something that happens to resources of a type: `now` becomes true of one, or one of which it was true is deleted.

    `interactions` are those of R5's `SubscriptionTopic.resourceTrigger.supportedInteraction`.
    """

    url: str
    type: str
    now: str
    vi: str
    en: str
    interactions: frozenset[str]

    def happened(self, old: Mapping[str, Any] | None, new: Mapping[str, Any], codes: Source = terminology) -> bool:
        """Whether a version made it happen; `old` is the version before, None when there was none.

        `codes` is asked for value sets.
        """
        interaction = "create" if old is None else "update"
        if interaction not in self.interactions:
            return False
        return _holds(self.now, new, codes) and (old is None or not _holds(self.now, old, codes))

    def ended(self, old: Mapping[str, Any], codes: Source = terminology) -> bool:
        """Whether the deletion of this version made it happen."""
        return "delete" in self.interactions and _holds(self.now, old, codes)


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its address."""
    content = facts.read_yaml(_PATH)
    made = (_topic(f"{content['base']}/{name}", entry) for name, entry in content["topics"].items())
    return {topic.url: topic for topic in made}


def _topic(url: str, entry: dict[str, Any]) -> Topic:
    by = frozenset(entry.get("supportedInteraction", _USUAL))
    words = {name: value for name, value in entry.items() if name != "supportedInteraction"}
    return Topic(url, **words, interactions=by)


def _holds(expression: str, resource: Mapping[str, Any], codes: Source) -> bool:
    return fhirpath.compile_expression(expression).is_true(resource, codes=codes)
