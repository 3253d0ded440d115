"""Uri parameters: the whole address, letter by letter. https://hl7.org/fhir/R4/search.html#uri"""

from __future__ import annotations

from sosuckhoe.clinical.search import values
from sosuckhoe.clinical.search.condition import HasToken
from sosuckhoe.clinical.search.digest import number, prefix
from sosuckhoe.clinical.search.parameters import Parameter


def condition(parameter: Parameter, text: str) -> HasToken:
    """What `url=http://…,http://…` asks."""
    return HasToken(
        tuple(
            number(prefix(parameter.type, path.steps), values.unescaped(alternative))
            for alternative in values.alternatives(text)
            for path in parameter.paths
        )
    )
