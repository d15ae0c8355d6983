"""The history of predictions, idempotency keys and commits. Knows SQL; no HTTP, no model."""
