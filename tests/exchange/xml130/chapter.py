"""The made parts of docs/formats/qd130.md; `python -m tests.exchange.xml130.chapter` makes them anew."""

import re
from pathlib import Path

from sosuckhoe.exchange.xml130.findings import RULES
from sosuckhoe.exchange.xml130.format import ALWAYS, EDITIONS, TABLES
from sosuckhoe.exchange.xml130.guard import DEFAULT

PAGE = Path(__file__).parents[3] / "docs" / "formats" / "qd130.md"
_PART = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def page():
    """The page with its made parts as they are now."""
    return _PART.sub(lambda found: f"{found[1]}{MADE[found[2]]()}{found[4]}", PAGE.read_text(encoding="utf-8"))


def _table(*lines):
    head, *rows = [f"| {' | '.join(str(cell) for cell in line)} |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rows]) + "\n"


def _tables():
    rows = [
        (
            table.name,
            table.title,
            f"`{table.root}`" + (f" / `{table.listing}` / `{table.row}`" if table.repeats else ""),
            *(len(edition.order.get(table.name, ())) or "–" for edition in EDITIONS.values()),
            sum(field.needed is ALWAYS for field in table.fields),
            sum(field.needed not in (None, ALWAYS) for field in table.fields),
        )
        for table in TABLES.values()
    ]
    heads = [f"fields {key}" for key in EDITIONS]
    return _table(("table", "name", "root / list / row", *heads, "always filled", "filled when …"), *rows)


def _editions():
    return _table(
        ("edition", "decision", "for visits that end from"),
        *((e.key, e.decision, e.valid_from) for e in EDITIONS.values()),
    )


def _limits():
    return _table(
        ("limit", "at most"), *((name.replace("_", " "), f"{most:,}") for name, most in DEFAULT._asdict().items())
    )


def _rules(level):
    return lambda: _table(
        ("rule", "sentence"), *((f"`{key}`", rule.en) for key, rule in RULES.items() if rule.level == level)
    )


MADE = {
    "tables": _tables,
    "editions": _editions,
    "limits": _limits,
    "refused": _rules("refused"),
    "noted": _rules("noted"),
}

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
