"""Terminology: what a list costs to load and keep, and what a question costs.  python -m bench terminology

In the process, without HTTP: loading ICD-10 and its words, then type-ahead by every beginning of common names,
`$expand` pages, look-ups and checks. Times are those of one thread.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable
from itertools import cycle, islice

from sosuckhoe.clinical import terminology
from sosuckhoe.clinical.terminology import expanding, judging, library
from sosuckhoe.clinical.terminology.expanding import Wish
from sosuckhoe.clinical.terminology.judging import Given

ICD10 = "http://hl7.org/fhir/sid/icd-10"
TYPED = (
    "bệnh tả",
    "đái tháo đường",
    "tăng huyết áp",
    "viêm phổi",
    "gãy xương đùi",
    "sốt xuất huyết",
    "cholera",
    "J18.9",
)
ROUNDS = 3_000
HEAVY = ("urn:sosuckhoe:cs:commune", "urn:sosuckhoe:cs:commune|2024-06-11", "http://hl7.org/fhir/sid/icd-9-cm")


def main(_options: list[str]) -> None:
    _load()
    beginnings = [text[:length] for text in TYPED for length in range(1, len(text) + 1)]
    members = terminology.codes_in("urn:sosuckhoe:vs:icd-10")
    system = terminology.BUILT_IN.system(ICD10)
    assert members is not None
    assert isinstance(system, terminology.CodeSystem)
    codes = list(system.codes[::97])
    asks: dict[str, tuple[Callable[[str], object], list[str], int]] = {
        "type-ahead, first time": (lambda text: terminology.suggest(ICD10, text), beginnings, len(beginnings)),
        "type-ahead, seen before": (lambda text: terminology.suggest(ICD10, text), beginnings, ROUNDS),
        "expand by a text, 20 with total": (
            lambda text: expanding.expand(members, Wish(text, 0, 20)),
            beginnings,
            ROUNDS,
        ),
        "name of a code": (lambda code: terminology.display(ICD10, code, "vi"), codes, ROUNDS),
        "code of a value set": (lambda code: (ICD10, code) in members, codes, ROUNDS),
        "verdict on a code": (lambda code: judging.in_system(system, Given(ICD10, code), "vi"), codes, ROUNDS),
        "is one below another": (lambda code: system.is_below(code, "A00"), codes, ROUNDS),
    }
    for name, (ask, texts, rounds) in asks.items():
        _measure(name, ask, texts, rounds)


def _load() -> None:
    """Time and memory of the lists that weigh most, each alone and once."""
    _weigh("index of HL7's addresses", lambda: library.system_urls() and library.value_set_urls())
    _weigh("ICD-10: codes, names, tree", lambda: terminology.BUILT_IN.system(ICD10))
    _weigh("ICD-10: words", lambda: terminology.suggest(ICD10, "a"))
    for url in HEAVY:
        _weigh(url, lambda url=url: terminology.suggest(url, "a"))


def _weigh(name: str, load: Callable[[], object]) -> None:
    tracemalloc.start()
    load()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"{name:45} {kept / 1e6:6.2f} MB kept")


def _measure(name: str, ask: Callable[[str], object], texts: Iterable[str], rounds: int) -> None:
    took = []
    for text in islice(cycle(texts), rounds):
        start = time.perf_counter()
        ask(text)
        took.append((time.perf_counter() - start) * 1e6)
    p99 = statistics.quantiles(took, n=100)[98]
    print(f"{name:45} {statistics.median(took):8.1f} µs median {p99:8.1f} µs p99")
