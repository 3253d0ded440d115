"""Provenance that goes along with what is exported: all of it, or the latest of each resource.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters: `includeAssociatedData`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sosuckhoe.clinical import grounding
from sosuckhoe.clinical.bulk.wanted import LATEST, PROVENANCE
from sosuckhoe.clinical.search import chain
from sosuckhoe.clinical.search.condition import Chained
from sosuckhoe.clinical.search.parameters import number_of


def clause(exported: Sequence[str], which: str) -> tuple[str, dict[str, Any]]:
    """Which rows of `clinical_resource r` say where an exported resource of the same person comes from, and values.

    `exported` are conditions on `clinical_resource r`. The references of each Provenance are followed, not those rows.
    """
    order = "r.rid, p.moment desc nulls last, p.updated desc, p.rid desc"
    chosen = "distinct on (r.rid)" if which == LATEST else "distinct"
    ordered = f"order by {order}" if which == LATEST else ""
    text = f"""
    (r.bucket, r.rid) in (select bucket, rid from (
      select {chosen} p.bucket, p.rid
      from clinical_resource p
      cross join lateral unnest(p.tokens) token
      cross join unnest(%(provenance_masks)s::int8[]) mask
      join clinical_resource r on r.self = token # mask and r.bucket = p.bucket and r.person = p.person
      where p.type = %(provenance)s and p.body is not null and r.type <> p.type and ({" or ".join(exported) or "false"})
      {ordered}
    ) along)
    """  # noqa: S608 -- conditions of the code, values are bound
    masks = grounding.masks_of(Chained(chain.reference_of(PROVENANCE, "target"), "", is_reverse=True, inner=()))
    return text, {"provenance": number_of()[PROVENANCE], "provenance_masks": list(masks)}
