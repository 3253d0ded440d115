"""Facilities (MA_CSKCB) and health workers (MA_BAC_SI …): entries of nobody's book, keyed by their code alone.

Their keys do not depend on the package, so the whole country's files agree on one Organization for a
facility code. A file knows little of them (a code, sometimes a name): the register's own entry is richer,
and these drafts serve only where there is none yet.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.names import human_name

_EPOCH = datetime.fromtimestamp(0, UTC)
_SOCIAL_INSURANCE_DIGITS = 10
_FACILITY_CODE_DIGITS = 5


def register_key(kind: str, code: str) -> UUID:
    """The key of a register entry: the same for every package that names the code."""
    digest = blake2b(f"{kind}\x1f{code}".encode(), digest_size=2).digest()
    return derived_key(int.from_bytes(digest, "big"), _EPOCH, kind, code)


def organization(found: dict[str, Draft], code: str) -> dict[str, Any] | None:
    """A reference to a facility, entering it in `found`; None without a code."""
    code = squeezed(code)
    if not code:
        return None
    key, reference = _entry("Organization", code)
    if reference["reference"] not in found:
        found[reference["reference"]] = Draft("Organization", key, NOBODY, _organization_body(key, code))
    return reference


def practitioner(found: dict[str, Draft], code: str, name: str = "") -> dict[str, Any] | None:
    """A reference to a health worker, entering them in `found`; None without a code."""
    code = squeezed(code)
    if not code:
        return None
    key, reference = _entry("Practitioner", code)
    known = found.get(reference["reference"])
    if known is None or (name and "name" not in known.body):
        found[reference["reference"]] = Draft("Practitioner", key, NOBODY, _practitioner_body(key, code, name))
    return reference


def squeezed(code: str) -> str:
    """A code without spaces, in capitals: so that files and registers that write it otherwise mean the same."""
    return "".join(code.split()).upper()


def facility_of(code: str) -> str:
    """The facility inside a code with a mark before it: 'C.79001', 'K.79001', 'VC.79001' → '79001'; else ''."""
    tail = code.strip().rpartition(".")[2]
    return tail if len(tail) == _FACILITY_CODE_DIGITS and tail.isalnum() else ""


@lru_cache(maxsize=65_536)
def _entry(kind: str, code: str) -> tuple[UUID, dict[str, Any]]:
    key = register_key(kind, code)
    return key, {"reference": f"{kind}/{key}"}


@lru_cache(maxsize=16_384)
def _organization_body(key: UUID, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": str(key),
        "identifier": [{"system": systems.FACILITY, "value": code}],
        "active": True,
    }


def _practitioner_body(key: UUID, code: str, name: str) -> dict[str, Any]:
    is_number = code.isdigit() and len(code) == _SOCIAL_INSURANCE_DIGITS
    system = systems.SOCIAL_INSURANCE if is_number else systems.PRACTICE_LICENCE
    body: dict[str, Any] = {
        "resourceType": "Practitioner",
        "id": str(key),
        "identifier": [{"system": system, "value": code}],
        "active": True,
    }
    if name:
        body["name"] = [human_name(name)]
    return body
