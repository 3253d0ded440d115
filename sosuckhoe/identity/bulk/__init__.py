"""Millions of records made into persons at once, on DuckDB; the decisions are those of `identity.compare`."""
