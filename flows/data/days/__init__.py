"""From rows to days: their codes, one figure a day, days without a row. Knows frames; no files."""
