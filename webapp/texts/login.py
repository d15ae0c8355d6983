"""What the login page says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class LoginTexts:
    """The page in one language."""

    title: str
    lead: str
    user: str
    word: str
    enter: str
    wrong: Message
    too_many: Message
    busy: Message


TEXTS: Mapping[Language, LoginTexts] = {
    "es": LoginTexts(
        title="Entrar",
        lead="Esta página pide saber quién es usted.",
        user="Usuario",
        word="Contraseña",
        enter="Entrar",
        wrong=Message("Usuario o contraseña incorrectos", "Revise ambos, también mayúsculas, y vuelva a intentarlo."),
        too_many=Message("Demasiados intentos", "Espere un minuto y vuelva a intentarlo."),
        busy=Message("Muchas personas entran a la vez", "Espere un segundo y vuelva a intentarlo."),
    ),
    "en": LoginTexts(
        title="Log in",
        lead="This page wants to know who you are.",
        user="User",
        word="Password",
        enter="Log in",
        wrong=Message("Wrong user or password", "Check both, capitals too, and try again."),
        too_many=Message("Too many tries", "Wait a minute and try again."),
        busy=Message("Many people are logging in at once", "Wait a second and try again."),
    ),
}
