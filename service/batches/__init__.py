"""Many requests at once: read, check, predict, render. Knows CSV and JSON; no HTTP."""
