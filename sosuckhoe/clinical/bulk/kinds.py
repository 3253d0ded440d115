"""Kinds of jobs that rooms above this one bring along: known by name, imported when one of them waits."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sosuckhoe.clinical.bulk.background import Job

_modules: dict[str, str] = {}


def use(kind: str, module: str) -> None:
    """Jobs of this kind are done by `run(job)` of this module."""
    _modules[kind] = module


def of(kind: str) -> Callable[[Job], None]:
    """What does a kind of jobs. KeyError for one that nobody brought along."""
    found: Any = import_module(_modules[kind]).run
    work: Callable[[Job], None] = found
    return work
