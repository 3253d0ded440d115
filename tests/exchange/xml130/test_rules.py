"""Every rule that a sentence is written for is one that code finds and a test shows, and the other way round."""

import re
from pathlib import Path

from sosuckhoe.exchange.xml130.findings import RULES, VALUE_CLASSES
from sosuckhoe.exchange.xml130.format import DATA
from sosuckhoe.exchange.xml130.read import _RULE_OF_PROBLEM

CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DATA.parent.glob("*.py")))
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.name != "test_rules.py"
)
NOT_RULES = {"utf-8"}


def test_every_rule_in_the_code_has_a_sentence_and_every_sentence_a_rule_in_the_code():
    found = (
        set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+|nobody|missing|together|attributes|namespaces)"', CODE)) - NOT_RULES
    )
    assert found == RULES.keys()


def test_every_rule_is_shown_by_a_test():
    shown = {rule for rule in RULES if re.search(rf'"{rule}"|\| {rule} \|', TESTS)}
    assert RULES.keys() - shown == set()


def test_every_kind_of_value_is_found_by_code():
    named = {words for words in VALUE_CLASSES if re.search(rf'"{words}[":{{]|f"{words}:', CODE)}
    assert VALUE_CLASSES.keys() - named == set()


def test_what_makes_a_table_unreadable_is_refused():
    """read gives no package then; were such a rule only noted, half an episode would count as a whole one."""
    damages = set(re.findall(r'Damage\(\s*"([a-z0-9-]+)"', CODE)) | set(_RULE_OF_PROBLEM.values())
    assert {RULES[rule].level for rule in damages} == {"refused"}
