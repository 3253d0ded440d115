"""A house for real people does not start with settings that were made for trying it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sosuckhoe.access import sending
from sosuckhoe.base import keyring
from sosuckhoe.base.errors import Problem

_SHORTEST_SECRET = 50


def check(settings: Any) -> None:
    """Problem SSK-1120, which names every setting that is missing, when a house for real people is not ready."""
    if is_production(settings) and (wrong := faults(settings)):
        raise Problem("SSK-1120", settings=", ".join(wrong))


def is_production(settings: Any) -> bool:
    """No demo and reachable from other machines, or said so."""
    said = os.environ.get("SOSUCKHOE_PRODUCTION", "") not in {"", "0"}
    return said or (not settings.DEMO and not settings.IS_LOOPBACK)


def _is_safe_line(address: str) -> bool:
    """Nothing, or TLS."""
    return not address or address.startswith("https://")


def _is_safe_database(entry: Mapping[str, Any]) -> bool:
    """A socket of this machine, or TLS whose certificate is checked against the name (libpq, sslmode)."""
    is_here = all(not host or host.startswith("/") for host in str(entry["HOST"]).split(","))
    return is_here or entry["OPTIONS"].get("sslmode") == "verify-full"


def faults(settings: Any) -> list[str]:
    """The names of the settings that stand as they were made for trying."""
    vneid = settings.VNEID["issuer"]
    ready = {
        "SOSUCKHOE_DEMO": not settings.DEMO,
        "SECRET_KEY": len(os.environ.get("SECRET_KEY", "")) >= _SHORTEST_SECRET,
        "SOSUCKHOE_SEAL_KEY": bool(os.environ.get("SOSUCKHOE_SEAL_KEY")),
        "SOSUCKHOE_DATA_KEYS": bool(os.environ.get("SOSUCKHOE_DATA_KEYS")) and keyring.is_fit(settings.KEY_RING),
        "SOSUCKHOE_INDEX_KEY": bool(os.environ.get("SOSUCKHOE_INDEX_KEY")) and keyring.is_fit(settings.KEY_RING),
        "SOSUCKHOE_HTTPS": settings.HTTPS,
        "SOSUCKHOE_HOSTS": bool(os.environ.get("SOSUCKHOE_HOSTS", "").strip()),
        "SOSUCKHOE_VNEID_ISSUER": not vneid or vneid.startswith("https://"),
        "SOSUCKHOE_VNEID_SECRET": not vneid or bool(settings.VNEID["secret"]),
        "SOSUCKHOE_NEAR_APPS": not settings.NEAR_APPS,
        "SOSUCKHOE_PACE": settings.PACE > 0,
        "SOSUCKHOE_SMS_SENDER": settings.SMS_SENDER != sending.STUB,
        "SOSUCKHOE_BHXH": _is_safe_line(settings.BHXH_URL),
        "SOSUCKHOE_POPULATION": _is_safe_line(settings.POPULATION_URL),
        "SOSUCKHOE_IMPORT_HOSTS": all(map(_is_safe_line, settings.IMPORT_HOSTS)),
        "DATABASE_URL": _is_safe_database(settings.DATABASES["default"]),
        "SOSUCKHOE_OWNER_URL": _is_safe_database(settings.OWNER),
    }
    return [name for name, is_ready in ready.items() if not is_ready]
