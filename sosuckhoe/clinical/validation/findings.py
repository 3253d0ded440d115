"""What the validator says: issues with their number, place, weight, and the words of their sentence."""

from __future__ import annotations

from sosuckhoe.clinical.structure import Issue

ERROR = "error"
WARNING = "warning"
INFORMATION = "information"

BROKEN = "SSK-3240"
NOT_IN_SET = "SSK-3241"
NOT_IN_SET_SAID = "SSK-3242"
SET_UNKNOWN = "SSK-3243"
WRONG_TARGET = "SSK-3244"
LEADS_NOWHERE = "SSK-3245"
UNKNOWN_MODIFIER = "SSK-3246"
UNKNOWN_EXTENSION = "SSK-3247"
MISPLACED_EXTENSION = "SSK-3248"
NOT_DECIDED = "SSK-3249"
TOO_COSTLY = "SSK-3461"
UNKNOWN_PROFILE = "SSK-3250"
PROFILE_OF_ANOTHER = "SSK-3251"
TOO_FEW = "SSK-3252"
TOO_MANY = "SSK-3253"
NOT_FIXED = "SSK-3254"
NOT_PATTERN = "SSK-3255"
WRONG_TYPE = "SSK-3256"
NO_SLICE = "SSK-3257"
OUT_OF_ORDER = "SSK-3258"
NOT_CONFORMING = "SSK-3259"


def issue(number: str, place: str, severity: str = ERROR, **told: object) -> Issue:
    """An issue; `told` are places, rules and limits, never values."""
    return Issue(number, place, severity, tuple((name, str(value)) for name, value in told.items()))


def has_errors(issues: list[Issue]) -> bool:
    """Whether anything stands in the way of a write."""
    return any(one.severity == ERROR for one in issues)
