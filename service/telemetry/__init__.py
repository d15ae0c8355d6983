"""Counters, request metrics and traces. The only place of prometheus_client and OpenTelemetry."""
