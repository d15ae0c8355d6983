"""The layers of authentication in their order, from the cookie to the login. Decides nothing itself."""

from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware

from webapp.auth.login import Login, LoginRoutes
from webapp.auth.middleware import RequireUser, SessionBackend, SessionCookies
from webapp.auth.users import User


def authentication(login: Login, secret: str, anonymous: User) -> list[Middleware]:
    """Return the layers that find out who asks, let in only users, and let them log in and out.

    `secret` signs the cookies. Without users everybody is `anonymous`.
    """
    sessions = login.sessions
    return [
        Middleware(SessionCookies, secret, int(sessions.lifetime_seconds)),
        Middleware(AuthenticationMiddleware, backend=SessionBackend(sessions, anonymous)),
        Middleware(RequireUser),
        Middleware(LoginRoutes, login),
    ]
