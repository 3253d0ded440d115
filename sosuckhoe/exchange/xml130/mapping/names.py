"""Vietnamese names as FHIR names."""

from __future__ import annotations

from typing import Any


def human_name(name: str) -> dict[str, Any]:
    """The family name stands first, the given names after it: 'Nguyễn Văn An' → Nguyễn · Văn · An."""
    words = name.split()
    human: dict[str, Any] = {"use": "official", "text": " ".join(words), "family": words[0]}
    if words[1:]:
        human["given"] = [" ".join(words[1:-1]), words[-1]] if words[2:] else words[1:]
    return human
