"""Set bad rows aside, merge duplicate days and filter outliers. Knows data frames; no files."""
