"""Walks through the running system as a new user does and writes docs/tour.md with a picture of each step."""
