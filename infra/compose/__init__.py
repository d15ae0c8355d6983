"""The production stack: what its containers run beside the three rooms. Knows no room."""
