"""python -m tests.spec: every table of cases as Markdown, under the words that open its file."""

from __future__ import annotations

from importlib import util
from pathlib import Path

FOLDER = Path(__file__).parent


def chapters() -> dict[str, str]:
    """The Markdown of each file of cases, by its place."""
    return {place.relative_to(FOLDER).as_posix(): chapter(place) for place in sorted(FOLDER.rglob("test_*.py"))}


def chapter(place: Path) -> str:
    """The opening words of a file and its tables."""
    spec = util.spec_from_file_location(place.stem, place)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tables = [
        f"### {name.replace('_', ' ').capitalize()}\n\n{markdown(text)}"
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and "|" in text
    ]
    return "\n\n".join([f"## {module.__doc__.strip()}", *tables])


def markdown(text: str) -> str:
    """A table of cases with the line under its head."""
    head, *lines = [f"| {line.strip()} |" for line in text.strip().splitlines()]
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *lines])


if __name__ == "__main__":
    print("\n\n".join(chapters().values()))
