"""Runs, registered models and decisions in MLflow. The only folder of `flows` that knows MLflow."""
