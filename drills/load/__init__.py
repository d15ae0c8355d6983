"""Clients that send requests to an API all the time and record its responses."""
