"""Whether a resource keeps R4's rules and those of profiles. https://hl7.org/fhir/R4/validation.html"""
