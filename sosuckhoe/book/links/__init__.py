"""SMART Health Links. https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html"""
