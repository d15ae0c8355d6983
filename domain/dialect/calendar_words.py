"""The names of weekdays and months, English and Spanish, long and short. Depends on nothing."""

WEEKDAYS = (
    ("monday", "mon", "lunes", "lun"),
    ("tuesday", "tues", "tue", "martes", "mar"),
    ("wednesday", "weds", "wed", "miercoles", "mier", "mie"),
    ("thursday", "thurs", "thur", "thu", "jueves", "jue"),
    ("friday", "fri", "viernes", "vier", "vie"),
    ("saturday", "sat", "sabado", "sab"),
    ("sunday", "sun", "domingo", "dom"),
)
"""The words of Monday, Tuesday, … in lower case without accents; of each day the longer words come first."""

MONTHS = (
    ("january", "enero", "jan", "ene"),
    ("february", "febrero", "feb"),
    ("march", "marzo", "mar"),
    ("april", "abril", "apr", "abr"),
    ("may", "mayo"),
    ("june", "junio", "jun"),
    ("july", "julio", "jul"),
    ("august", "agosto", "aug", "ago"),
    ("september", "septiembre", "setiembre", "sept", "sep", "set"),
    ("october", "octubre", "oct"),
    ("november", "noviembre", "nov"),
    ("december", "diciembre", "dec", "dic"),
)
"""The words of January, February, … in the same form."""


def alternatives(*words: str) -> str:
    """A regular expression that matches any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


WEEKDAY = alternatives(*(word for words in WEEKDAYS for word in words))
MONTH = alternatives(*(word for words in MONTHS for word in words))
