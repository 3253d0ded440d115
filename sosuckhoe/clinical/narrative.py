"""What R4 asks of a narrative besides its form. https://hl7.org/fhir/R4/fhirpath.html#functions (htmlChecks)"""

from __future__ import annotations

import re

from sosuckhoe.clinical.fhirxml import narrative

_MARKUP = re.compile(r"<!--.*?-->|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_IMAGE = re.compile(r"<(?:\w+:)?img\s[^>]*\bsrc\b")


def is_sound(text: str) -> bool:
    """Whether a text is a narrative of the subset that R4 allows, with something to see: txt-1 and txt-2."""
    return narrative.is_allowed(text) and has_content(text)


def has_content(text: str) -> bool:
    """Whether there is more than white space between the tags, or an image."""
    return _MARKUP.sub("", text).strip() != "" or _IMAGE.search(text) is not None
