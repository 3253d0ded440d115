"""The International Patient Summary of a book: the facts of its first page as a FHIR document. Pure.

https://hl7.org/fhir/uv/ips/
"""
