"""The sample table that a fresh clone trains on, and the generator that writes it."""
