"""Assign each day to train or test."""
