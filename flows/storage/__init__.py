"""Versions of the data and the sources they come from, by fsspec and S3."""
