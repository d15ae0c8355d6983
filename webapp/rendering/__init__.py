"""Templates, formats, charts and theme."""
