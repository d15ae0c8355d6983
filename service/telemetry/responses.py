"""How a response of status 200 is written at once, and by whom it is seen. Knows ASGI, no server."""

RESPOND = "steam_sales.respond"
"""An ASGI extension: `scope["extensions"][RESPOND](scope, header_lines, body)` writes a whole response of status 200.

It returns False, having written nothing, if the response must be sent as messages.
"""
