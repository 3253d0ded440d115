"""One file for each interaction of FHIR's RESTful interface."""
