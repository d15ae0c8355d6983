"""API keys, their scopes and the rate limit."""
