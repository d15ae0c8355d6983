"""The spellings of dates as regular expressions, for Python and polars alike. Depends on nothing but `re`.

The patterns match stripped text in lower case without accents, as `dates.normalize` and `plain` return it.
"""

import re
import unicodedata

from domain.dialect.calendar_words import MONTH, WEEKDAY

# an hour and what follows it, or a zone; a second date, as in a week's range, is neither
_ZONE_NAME = "z|utc|gmt|[pmce][sd]t|ces?t|bst"
_ZONE = rf" *(?:{_ZONE_NAME}|\+[0-9]{{2}}.*|-[0-9]{{2}}:.*)"
_CLOCK = r",?[t ]+(?:at +)?[0-9]{1,2}(?::.*| *[ap]\.?m\.?| *h(?:[0-9]{2})?)?"
TIME = rf"(?:{_CLOCK}|t[0-9]{{4}}.*|{_ZONE})?"
_BETWEEN = r"(?:[ ,./-]|del? |of )"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th|o|º|\.)?"
_YEAR = r"'?([0-9]{4}|[0-9]{2})"

ISO = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){TIME}$"
COMPACT = rf"^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{4}}(?:[0-9]{{2}})?)?{TIME}$"
YEAR_LAST = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}}){TIME}$"
SHORT = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{2}}){TIME}$"
NAMED = rf"(?:^|[^a-z])(?:{MONTH})(?:[^a-z]|$)"
WEEKDAY_BEFORE = rf"^(?:{WEEKDAY})[.,]* +"
WEEKDAY_AFTER = rf"[ ,]+\(?(?:{WEEKDAY})\.?\)?$"
SERIAL = r"^[0-9]{5}(?:[.,][0-9]+)?$"
UNIX = {"s": r"^([0-9]{10})(?:\.[0-9]*)?$", "ms": r"^([0-9]{13})(?:\.[0-9]*)?$", "us": r"^([0-9]{16})$"}


# groups: the numbers and the month's word, in their order
_WORD = rf"({MONTH})\.?"
DAY_MONTH_YEAR = rf"^{_DAY}{_BETWEEN}*{_WORD}{_BETWEEN}*{_YEAR}{TIME}$"
MONTH_DAY_YEAR = rf"^{_WORD}{_BETWEEN}*{_DAY}{_BETWEEN}+{_YEAR}{TIME}$"
YEAR_MONTH_DAY = rf"^([0-9]{{4}}){_BETWEEN}*{_WORD}{_BETWEEN}*([0-9]{{1,2}}){TIME}$"
# eight digits are an amount as likely as a date, so here they must be one of this or the last century
_LIKELY_COMPACT = rf"(?:19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]){TIME}"
_LIKELY = "|".join(
    pattern.strip("^$") for pattern in (ISO, YEAR_LAST, SHORT, DAY_MONTH_YEAR, MONTH_DAY_YEAR, YEAR_MONTH_DAY)
)
_DATE = re.compile(rf"(?:{WEEKDAY_BEFORE[1:]})?(?:{_LIKELY}|{_LIKELY_COMPACT})(?:{WEEKDAY_AFTER[:-1]})?")
_LONGEST_DATE = 48


def plain(text: str) -> str:
    """Lower case, stripped, without accents."""
    letters = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def looks_like_date(text: str) -> bool:
    """Whether a cell is spelled as a date. Unix times and serial numbers are not: they look like any number."""
    if len(text) > _LONGEST_DATE or not any(letter.isdigit() for letter in text):
        return False
    return _DATE.fullmatch(plain(text)) is not None
