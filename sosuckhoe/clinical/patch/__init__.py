"""Changes of a document that are told as operations: JSON Patch and FHIRPath Patch."""

from sosuckhoe.clinical.patch import fhirpath_patch, json_patch

__all__ = ["fhirpath_patch", "json_patch"]
