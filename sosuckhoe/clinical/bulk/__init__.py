"""Many resources at once, in files: bulk load and bulk export. https://hl7.org/fhir/uv/bulkdata/"""
