"""FHIR search as values: definitions, what a resource is found by, what a query asks. No database here."""
