"""What held at the end of each month, counted from rows that say from which day to which day they hold."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, func, literal, select

MONTHS = 12


def month_ends(today: dt.date, months: int = MONTHS) -> list[dt.date]:
    """The last day of each of the months before this one, oldest first, then today: `months` in all."""
    ends, first = [today], today.replace(day=1)
    for _ in range(months - 1):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def spans(
    begin: Any, end: Any, ends: list[dt.date], *counts: ColumnElement[Any], end_counts: bool = False
) -> Select[Any]:
    """How many rows begin and end at each pair of places of `ends`: (first place, first place after, how many…).

    A row holds from `begin` until `end` (None: for ever), not on that day unless `end_counts`. One query, however many
    rows.
    """
    last = literal(len(ends)) if end is None else _place(end, ends, strictly=end_counts)
    columns = _place(begin, ends).label("first_place"), last.label("last_place")
    return select(*columns, *(counts or (func.count(),))).group_by("first_place", "last_place")


def _place(on: Any, ends: list[dt.date], *, strictly: bool = False) -> Any:
    """SQL: the first of `ends` that a date does not pass; their number when it passes all, or is not said."""
    days = [literal(end, Date) for end in ends]
    whens = [(on < day if strictly else on <= day, place) for place, day in enumerate(days)]
    return case(*whens, else_=len(ends))


def alive(rows: Iterable[Any], length: int, column: int = 2) -> list[int]:
    """How many of the rows of `spans` hold at each place."""
    totals = [0] * length
    for row in rows:
        for place in range(row[0], min(row[1], length)):
            totals[place] += int(row[column] or 0)
    return totals
