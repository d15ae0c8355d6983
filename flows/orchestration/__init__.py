"""What the flows need of Prefect: tasks, progress, reports, stale runs. Knows Prefect; no model, no SQL."""
