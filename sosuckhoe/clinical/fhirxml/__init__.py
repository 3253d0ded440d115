"""Resources as XML and back. https://hl7.org/fhir/R4/xml.html

The house itself knows resources as JSON only; this package turns one into the other at its edge, by the tables of
elements: `reading.read` (bytes → dict), `writing.write` (dict → bytes). Numbers and narratives stay as written.
"""

from __future__ import annotations

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
