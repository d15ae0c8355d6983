"""What keeps others out of the servers that both stacks run. Knows neither stack."""
