"""Views of resources as tables: SQL on FHIR v2.

https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html

`definition.read` understands a ViewDefinition; `rows.rows` makes its rows over Python dicts, `statement.compiled` is
the same as SQL for DuckDB. The JSON of a definition is kept as it is: other engines (Pathling on Spark) run the same.
"""
