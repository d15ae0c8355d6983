"""Authentication and origin checks of the servers that both stacks run. Depends on neither stack."""
