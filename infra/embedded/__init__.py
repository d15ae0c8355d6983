"""The whole system on one machine, on files and SQLite, with no docker: `python -m infra.embedded`."""
