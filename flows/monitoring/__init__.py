"""Whether the champion still fits what is sold. Pure: arrays and dates in, findings out; no Prefect, MLflow or S3."""
