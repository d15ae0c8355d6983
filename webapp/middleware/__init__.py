"""ASGI layers around the page. Knows no page."""
