"""The rules of docs/style.md that a program can check. Run by `make check`."""

from __future__ import annotations

import ast
import graphlib
import re
import statistics
import tomllib
from pathlib import Path

import grimp
import pytest
from django.urls import get_resolver

from sosuckhoe.access import addresses

TOP = Path(__file__).parents[1]
FOLDERS = ("sosuckhoe", "tests", "bench", "tools", "setup", "docs", ".ci")
SKIPPED = {"node_modules", "built", "__pycache__", "migrations", ".git"}

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400
LONG_MODULES: dict[str, str] = {}
"""Module → why it may pass 400 lines."""

LONG_FUNCTIONS: dict[str, str] = {}
"""module:function → why it may pass 60 lines."""

EMPTY_NAMES = {"utils", "helpers", "services", "common", "manager"}
NOT_OURS = ["/wo" + "rk/", "../sha" + "red", "/ro" + "ot/"]
"""Places of one machine."""

UNFINISHED = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]


def files(*suffixes):
    """Our own text files below the folders above, and those at the top."""
    below = [place for folder in FOLDERS for place in (TOP / folder).rglob("*") if place.is_file()]
    at_top = [place for place in TOP.iterdir() if place.is_file()]
    return [
        place
        for place in sorted([*below, *at_top])
        if place.suffix in suffixes and not SKIPPED & set(place.relative_to(TOP).parts)
    ]


def named(place):
    return place.relative_to(TOP).as_posix()


MODULES = files(".py")
TREES = {named(place): ast.parse(place.read_text(encoding="utf-8")) for place in MODULES}
FUNCTIONS = {
    f"{module}:{node.name}:{node.lineno}": node.end_lineno - node.lineno + 1
    for module, tree in TREES.items()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
}


def test_no_function_is_longer_than_a_page():
    long = {name.rpartition(":")[0] for name, lines in FUNCTIONS.items() if lines > LONGEST_FUNCTION}
    assert long == set(LONG_FUNCTIONS)


def test_most_functions_are_short():
    lengths = [lines for name, lines in FUNCTIONS.items() if name.startswith("sosuckhoe/")]
    assert statistics.median(lengths) <= 9
    assert statistics.quantiles(lengths, n=20)[-1] < 40


def test_no_module_is_longer_than_its_subject():
    long = {named(place) for place in MODULES if len(place.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE}
    assert long == set(LONG_MODULES)


def test_every_name_says_what_is_in_it():
    assert [module for module in TREES if Path(module).stem in EMPTY_NAMES] == []


def pure_modules():
    """The modules that the import contract holds free of database and web; commands stand outside the rules."""
    told = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(one for one in told["tool"]["importlinter"]["contracts"] if one["type"] == "forbidden")
    places = [name.replace(".", "/") for name in contract["source_modules"]]
    inside = [
        module for module in TREES if any(module == f"{place}.py" or module.startswith(f"{place}/") for place in places)
    ]
    return [module for module in inside if not module.endswith("/command.py")]


def test_rules_ask_no_clock():
    clocks = {"now", "today", "utcnow", "monotonic", "time", "perf_counter"}
    asked = [
        f"{module}:{node.lineno}"
        for module in pure_modules()
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and not node.args
    ]
    assert pure_modules()
    assert asked == []


def test_no_files_of_a_room_import_each_other_in_a_circle():
    """Imports for types alone count too: what two files need of each other is a third one's."""
    graph = grimp.build_graph("sosuckhoe", cache_dir=None)
    for room in graph.find_children("sosuckhoe"):
        files = {room} | graph.find_descendants(room)
        needs = {one: graph.find_modules_directly_imported_by(one) & files for one in files}
        tuple(graphlib.TopologicalSorter(needs).static_order())


def test_every_exemption_has_its_reason():
    bare = re.compile(r"#\s*(noqa|type:\s*ignore)(?!.*(--|  #) )")
    found = [
        f"{named(place)}:{number}"
        for place in MODULES
        for number, line in enumerate(place.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line) and place != Path(__file__)
    ]
    assert found == []


def test_nothing_is_left_for_later():
    texts = {named(place): place.read_text(encoding="utf-8") for place in files(".py", ".html", ".sql")}
    assert [name for name, text in texts.items() if any(re.search(rf"\b{word}\b", text) for word in UNFINISHED)] == []


def test_nothing_names_a_place_of_one_machine():
    suffixes = (".py", ".md", ".toml", ".yaml", ".sql", ".html", ".in", ".txt", "")
    found = [
        f"{named(place)}: {word}"
        for place in files(*suffixes)
        for word in NOT_OURS
        if word in place.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-learn.lock", "requirements-uv.lock"]
)
def test_lock_files_carry_hashes_and_no_address(name):
    text = (TOP / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    packages = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert all(line.endswith("\\") for line in packages)


def test_the_npm_lock_carries_no_address():
    locks = [TOP / "sosuckhoe" / "doors" / "look" / "package-lock.json"]
    assert [named(place) for place in locks if '"resolved"' in place.read_text(encoding="utf-8")] == []


def wanted(name):
    lines = (TOP / name).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[~=<>\[; ]", line)[0].lower() for line in lines if line and not line.startswith(("-", "#"))}


def test_every_dependency_has_its_reason_and_every_reason_its_dependency():
    reasons = (TOP / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = {name.lower() for name in re.findall(r"^\| `([^`]+)` \|", reasons, re.MULTILINE)}
    lists = ("requirements.in", "requirements-dev.in", "requirements-learn.in", "requirements-uv.in")
    assert told == set().union(*map(wanted, lists))


def test_every_link_between_documents_leads_somewhere():
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    broken = [
        f"{named(place)}: {target}"
        for place in files(".md")
        for target in link.findall(place.read_text(encoding="utf-8"))
        if not (place.parent / target).exists()
    ]
    assert broken == []


def test_every_error_is_used_and_every_used_error_has_its_sentence():
    listed = set(re.findall(r"^(SSK-\d{4}):", (TOP / "sosuckhoe/base/data/errors.yaml").read_text(), re.MULTILINE))
    ours = [place for place in files(".py", ".yaml", ".html") if named(place).startswith("sosuckhoe/")]
    texts = [place.read_text(encoding="utf-8") for place in ours if place.name != "errors.yaml"]
    used = {number for text in texts for number in re.findall(r"SSK-\d{4}", text)}
    assert used == listed


def test_every_page_is_declared():
    """A page that `access/data/addresses.yaml` does not name answers nobody; tests/doors/test_matrix.py asks all."""
    assert set(pages(get_resolver())) == set(addresses.pages())


def pages(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from pages(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name}"
