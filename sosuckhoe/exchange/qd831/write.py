"""Profiles → the file that a vendor's system would send. The same profiles give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sosuckhoe.exchange.qd831 import tree
from sosuckhoe.exchange.qd831.read import BODY, HEADER, PROFILE, ROOT, SECURITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sosuckhoe.exchange.xml130.package import Package

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
HEADER_FIELDS = (
    "MESSAGE_VERSION", "SENDER_CODE", "SENDER_NAME", "TRANSACTION_TYPE", "TRANSACTION_NAME", "TRANSACTION_DATE",
    "TRANSACTION_ID", "REQUEST_ID", "ACTION_TYPE",
)  # fmt: skip


def write_profiles(packages: Iterable[Package], header: Mapping[str, str]) -> bytes:
    """A DATA file. `header` gives fields of HEADER; Problem SSK-2109 for what XML cannot hold."""
    fields = {name: header.get(name, "") for name in HEADER_FIELDS} | {"MESSAGE_VERSION": "1.0", "ACTION_TYPE": "0"}
    fields |= {name: text for name, text in header.items() if text}
    profiles = "\n".join(tree.xml_of(package.tables, PROFILE) for package in packages)
    return (
        f"{_HEAD}<{ROOT}>{tree.xml_of({'': [fields]}, HEADER)}\n<{BODY}>\n{profiles}\n</{BODY}>\n"
        f"<{SECURITY}/></{ROOT}>\n"
    ).encode()
