"""The pipeline: data in, a model trained, compared and promoted."""
