"""Django's engine for PostgreSQL behind the second wall; settings name this package."""
