"""What stands in the log is words: whatever policy allows and the rooms record has its name."""

import ast
from pathlib import Path

from sosuckhoe.access import policy
from sosuckhoe.doors.citizen import deeds

TOP = Path(__file__).parents[3] / "sosuckhoe"
NOBODYS = {
    *("activate", "define", "reindex", "explain", "let-only-add", "verify", "invite"),
    *("register", "rename", "provision", "enter", "retain"),
    *("done", "refused"),
}
"""Of no person's book, so never in an owner's log."""


def recorded():
    """The actions that are written to the trace as they stand in the code."""
    names = {"audit.record", "audit.Line", "audit.record_looks"}
    calls = (
        node
        for place in TOP.rglob("*.py")
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names and len(node.args) > 1
    )
    return {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}


def test_every_deed_has_its_words():
    allowed = {action for rule in policy.rules() for action in rule.actions}
    assert (allowed | recorded()) - NOBODYS - set(deeds.WORDS) == set()
