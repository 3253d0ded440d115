"""What filing found, in words: of hospital files (xml130) and of health profiles (qd831)."""

from __future__ import annotations

from sosuckhoe.exchange.qd831 import findings as profiles
from sosuckhoe.exchange.xml130 import findings as hospital
from sosuckhoe.exchange.xml130.findings import program_fault, value_words
from sosuckhoe.exchange.xml130.package import Finding

__all__ = ["program_fault", "sentence", "value_words"]


def sentence(finding: Finding, language: str = "vi") -> str:
    """What the sender reads, in 'vi' or 'en'."""
    if finding.rule in profiles.RULES:
        return profiles.sentence(finding, language)
    return hospital.sentence(finding, language)
