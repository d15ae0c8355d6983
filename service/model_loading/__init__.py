"""Which model serves and how it gets into memory. Knows processes and files; no HTTP of ours, no history."""
