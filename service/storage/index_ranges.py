"""The newest ids among several kinds of day, merged from ranges of an index; pure SQL, made once for each shape.

As SQLAlchemy's own expression, the 56 ranges took longer to write down than to read.
"""

from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import Table, TextClause, bindparam, text

CODES = {"DayOfWeek": range(1, 8), "Season": range(1, 5), "Holiday": range(2)}
CONDITIONS = {
    **{name: (name, "=") for name in (*CODES, "model_version")},
    "since": ("id", ">="),
    "until": ("id", "<"),
    "before": ("id", "<"),
}
"""Column and comparison of what may be asked for."""


def select_newest(table: Table, asked: dict[str, Any], limit: int) -> TextClause:
    """The condition that a row is among the `limit` newest for which all that is asked holds."""
    return _select_newest(table, tuple(asked)).bindparams(**asked, limit=limit)


@lru_cache(maxsize=256)
def _select_newest(table: Table, asked: tuple[str, ...]) -> TextClause:
    conditions = [f'"{CONDITIONS[name][0]}" {CONDITIONS[name][1]} :{name}' for name in asked]
    others = [[f'"{name}" = {code}' for code in codes] for name, codes in CODES.items() if name not in asked]
    kinds = (" AND ".join([*conditions, *kind]) for kind in product(*others))
    # PostgreSQL merges ranges as far as they are read only where each says its order and its limit itself.
    last = "ORDER BY id DESC LIMIT :limit"
    ranges = (f"SELECT id FROM (SELECT id FROM {table.name} WHERE {kind} {last}) AS kind" for kind in kinds)  # noqa: S608 - names of ours
    merged = f"({' UNION ALL '.join(ranges)}) AS merged {last}"
    typed = [bindparam(name, type_=table.c[CONDITIONS[name][0]].type) for name in asked]
    return text(f"id IN (SELECT id FROM {merged})").bindparams(*typed)  # noqa: S608 - names of ours
