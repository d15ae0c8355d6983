"""Lives through days of sales in memory, with and without learning. Knows no Prefect, MLflow or S3."""
