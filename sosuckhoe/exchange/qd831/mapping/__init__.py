"""Health profiles as FHIR R4, and back. Pure: a Package goes in, a claim and drafts come out.

`data/item_map.csv` tells of each of the 149 items of QĐ 831 where it is in the file and in FHIR, `data/field_map.csv`
of every field where it went.
"""

from __future__ import annotations
