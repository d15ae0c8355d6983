"""What MLflow and Prefect answer, by REST. Knows their JSON; asks for no setting."""
