"""Read a table as people write it: encoding, header, dates, numbers. Knows text and files; no split, no report."""
