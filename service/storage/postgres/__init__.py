"""The history on PostgreSQL."""
