"""Compare champion and challenger and decide. Knows scores only."""
