"""Users of the page, their passwords, sessions and roles. Knows Starlette and the login view; no page and no API."""
