"""The words of a table's codes, English or Spanish: weekdays, seasons, holidays. Depends on nothing but `re`."""

import re
import unicodedata

from domain.dialect.calendar_words import WEEKDAYS

_SEASONS = (("summer", "verano"), ("autumn", "fall", "otono"), ("winter", "invierno"), ("spring", "primavera"))
_HOLIDAYS = (
    ("no", "n", "false", "falso", "f", "noholiday", "noferiado", "nofestivo", "laborable", "none", "ninguno"),
    ("yes", "y", "si", "s", "x", "true", "verdadero", "t", "v", "holiday", "feriado", "festivo"),
)
_CODE_OF = {
    "DayOfWeek": {word: code for code, words in enumerate(WEEKDAYS, 1) for word in words},
    "Season": {word: code for code, words in enumerate(_SEASONS, 1) for word in words},
    "Holiday": {word: code for code, words in enumerate(_HOLIDAYS) for word in words},
}
# two digits, so that it fits the column, in range or not
_WHOLE = re.compile(r"([+-]?0*[0-9]{1,2})(?:[.,]0*)?")


def fold(text: str) -> str:
    """Lower case, no accents, letters and digits only: `' Día_Semana '` is `diasemana`."""
    return "".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text, folded: `' Net Units_Sold (ñ)'` is `net`, `units`, `sold`, `n`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if letter.isascii())
    return re.findall("[a-z0-9]+", letters)


def code_of(column: str, text: str) -> int | None:
    """The code that a text stands for (`Verano`, `sí`, `3`, `3.0`), in range or not; None if it is no code."""
    word = _CODE_OF[column].get(fold(text))
    if word is not None:
        return word
    number = _WHOLE.fullmatch(text.strip())
    return int(number[1]) if number else None


def is_word(column: str, text: str) -> bool:
    """Whether a text is a code by its word, not by a number."""
    return fold(text) in _CODE_OF[column]


def is_name(text: str) -> bool:
    """Whether a text may be the name of a holiday: it has a letter."""
    return any(letter.isalpha() for letter in text)
