"""Write the data report: warnings, tables, files of rows that were set aside."""
