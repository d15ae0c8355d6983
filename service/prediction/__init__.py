"""From a request to a record and a response. Pure: no I/O, no framework."""
