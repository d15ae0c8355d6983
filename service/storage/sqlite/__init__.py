"""The history on SQLite."""
