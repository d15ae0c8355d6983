"""How people write tables: dates, numbers, words and headers, as pure functions. Depends on polars alone."""
