"""The operations of the interface, one file each. https://hl7.org/fhir/R4/operations.html

An operation that stands in OPERATIONS has its addresses, its place in the CapabilityStatement and its tests of access;
one that does not stand there does not exist.
"""

from __future__ import annotations

from sosuckhoe.doors.fhir.operations import (
    bulk_import,
    closure,
    document,
    everything,
    expand,
    export,
    find,
    find_matches,
    graphql,
    lastn,
    lookup,
    match,
    merge,
    meta,
    purge,
    reindex,
    stats,
    subscription,
    subsumes,
    summary,
    translate,
    unmerge,
    validate,
    validate_code,
    viewdefinition_export,
    viewdefinition_run,
)
from sosuckhoe.doors.fhir.operations.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    everything.PATIENT,
    everything.PATIENTS,
    everything.ENCOUNTER,
    summary.PATIENT,
    lastn.OBSERVATION,
    stats.OBSERVATION,
    expand.VALUE_SET,
    lookup.CODE_SYSTEM,
    subsumes.CODE_SYSTEM,
    find_matches.CODE_SYSTEM,
    translate.CONCEPT_MAP,
    closure.CONCEPT_MAP,
    validate_code.CODE_SYSTEM,
    validate_code.VALUE_SET,
    document.COMPOSITION,
    find.LIST,
    graphql.ALL,
    meta.READ,
    meta.ADD,
    meta.DELETE,
    match.PATIENT,
    merge.PATIENT,
    unmerge.PATIENT,
    purge.PATIENT,
    subscription.STATUS,
    subscription.EVENTS,
    viewdefinition_run.VIEW,
    viewdefinition_export.VIEWS,
    validate.RESOURCE,
    export.WHOLE,
    export.PATIENTS,
    export.MEMBERS,
    bulk_import.IMPORT,
    reindex.ALL,
)


def of(name: str) -> tuple[Operation, ...]:
    """The operations of a name, which may stand at several levels."""
    return tuple(operation for operation in OPERATIONS if operation.name == name)
