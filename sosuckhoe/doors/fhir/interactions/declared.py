"""Which interaction of R4 each method of an address is. https://hl7.org/fhir/R4/codesystem-restful-interaction.html

The CapabilityStatement says what stands here; a test compares it with the routes, both ways. HEAD stands wherever GET
does.
"""

from __future__ import annotations

SYSTEM, TYPE, INSTANCE = "system", "type", "instance"

INTERACTIONS: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("POST", ""): (SYSTEM, ("transaction", "batch")),
    ("GET", "/metadata"): (SYSTEM, ()),
    ("GET", "/openapi.json"): (SYSTEM, ()),
    ("GET", "/.well-known/smart-configuration"): (SYSTEM, ()),
    ("GET", ""): (SYSTEM, ("search-system",)),
    ("POST", "/_search"): (SYSTEM, ("search-system",)),
    ("GET", "/_history"): (SYSTEM, ("history-system",)),
    ("GET", "/{type_name}"): (TYPE, ("search-type",)),
    ("POST", "/{type_name}"): (TYPE, ("create",)),
    ("PUT", "/{type_name}"): (TYPE, ("update",)),
    ("PATCH", "/{type_name}"): (TYPE, ("patch",)),
    ("DELETE", "/{type_name}"): (TYPE, ("delete",)),
    ("POST", "/{type_name}/_search"): (TYPE, ("search-type",)),
    ("GET", "/{type_name}/_history"): (TYPE, ("history-type",)),
    ("GET", "/{type_name}/{name}"): (INSTANCE, ("read",)),
    ("PUT", "/{type_name}/{name}"): (INSTANCE, ("update",)),
    ("PATCH", "/{type_name}/{name}"): (INSTANCE, ("patch",)),
    ("DELETE", "/{type_name}/{name}"): (INSTANCE, ("delete",)),
    ("GET", "/{type_name}/{name}/_history"): (INSTANCE, ("history-instance",)),
    ("GET", "/{type_name}/{name}/{held}"): (TYPE, ("search-type",)),
    ("POST", "/{type_name}/{name}/{held}/_search"): (TYPE, ("search-type",)),
    ("GET", "/{type_name}/{name}/_history/{version}"): (INSTANCE, ("vread",)),
}
"""Method and address below the base: the level, and the codes (none for what tells of the server itself)."""

OWN: dict[str, dict[tuple[str, str], str]] = {
    "Subscription": {
        ("GET", "/Subscription"): "search-type",
        ("POST", "/Subscription"): "create",
        ("GET", "/Subscription/{name}"): "read",
        ("PUT", "/Subscription/{name}"): "update",
        ("DELETE", "/Subscription/{name}"): "delete",
    },
}
"""Types with addresses of their own, which stand in place of the general ones."""

SEARCHED_BY: dict[str, tuple[str, ...]] = {"Subscription": ("_id", "status")}
"""The search parameters of types with addresses of their own."""

BACKGROUND: frozenset[tuple[str, str]] = frozenset(
    {
        *(("GET", "/_async/{job}"), ("DELETE", "/_async/{job}")),
        *(("GET", "/_async/{job}/result"), ("GET", "/_async/{job}/{file}")),
    }
)
"""Where what runs in the background is asked for and given up; no interactions of R4 (https://hl7.org/fhir/R4/async.html)."""


def of_type(type_name: str) -> tuple[str, ...]:
    """The interactions of a type and its resources."""
    return tuple(OWN[type_name].values()) if type_name in OWN else codes(TYPE, INSTANCE)


def codes(*levels: str) -> tuple[str, ...]:
    """The interactions of these levels, each once."""
    found = (code for level, codes in INTERACTIONS.values() if level in levels for code in codes)
    return tuple(dict.fromkeys(found))
