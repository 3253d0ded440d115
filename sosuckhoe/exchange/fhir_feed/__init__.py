"""Another system's FHIR server: its bundles, and its Bulk Data exports, as items of a feed."""
