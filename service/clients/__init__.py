"""REST clients of MLflow and Prefect. Know their JSON; read no settings."""
