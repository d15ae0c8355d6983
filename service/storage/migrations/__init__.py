"""How the history came to its shape, step by step."""
