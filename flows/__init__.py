"""The pipeline: cleans data, trains, compares and promotes a model. Knows nothing of the API or the page."""
