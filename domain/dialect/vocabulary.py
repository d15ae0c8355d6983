"""The words of a file, English or Spanish: its headers and its codes. Knows no polars and no file."""

import re
import unicodedata

HEADERS = {
    "Date": ("date", "fecha"),
    "DayOfWeek": ("dayofweek", "diasemana", "weekday", "diadesemana", "diadelasemana"),
    "Season": ("season", "estacion", "temporada"),
    "Holiday": ("holiday", "feriado", "isholiday", "esferiado", "festivo"),
    "Sales": ("sales", "ventas"),
}
_COLUMN_OF = {word: column for column, words in HEADERS.items() for word in words}

_WEEKDAYS = (
    ("monday", "mon", "lunes", "lun"),
    ("tuesday", "tue", "tues", "martes", "mar"),
    ("wednesday", "wed", "miercoles", "mie"),
    ("thursday", "thu", "thur", "thurs", "jueves", "jue"),
    ("friday", "fri", "viernes", "vie"),
    ("saturday", "sat", "sabado", "sab"),
    ("sunday", "sun", "domingo", "dom"),
)
_SEASONS = (("summer", "verano"), ("autumn", "fall", "otono"), ("winter", "invierno"), ("spring", "primavera"))
_HOLIDAYS = (
    ("no", "n", "false", "falso", "f", "noholiday", "noferiado", "nofestivo", "laborable"),
    ("yes", "y", "si", "s", "true", "verdadero", "t", "v", "holiday", "feriado", "festivo"),
)

_CODE_OF = {
    "DayOfWeek": {word: code for code, words in enumerate(_WEEKDAYS, 1) for word in words},
    "Season": {word: code for code, words in enumerate(_SEASONS, 1) for word in words},
    "Holiday": {word: code for code, words in enumerate(_HOLIDAYS) for word in words},
}
# two digits, so that it fits the column, in range or not
_WHOLE = re.compile(r"([+-]?0*[0-9]{1,2})(?:[.,]0*)?")


def fold(text: str) -> str:
    """Lower case, no accents, letters and digits only: `' Día_Semana '` is `diasemana`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def column_of(header: str) -> str | None:
    """Our name of a column, from the file's."""
    return _COLUMN_OF.get(fold(header))


def code_of(column: str, text: str, weekday_base: int = 1) -> int | None:
    """The code that a text stands for (`Verano`, `sí`, `3`, `3.0`), in range or not; None if it is no code."""
    word = _CODE_OF[column].get(fold(text))
    if word is not None:
        return word
    number = _WHOLE.fullmatch(text.strip())
    if number is None:
        return None
    return int(number[1]) + (1 - weekday_base if column == "DayOfWeek" else 0)
