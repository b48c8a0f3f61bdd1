"""What held at the end of each month, counted from rows that say from which day to which day they hold."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, func, literal, select

from models.base import Instant, midnight_after

MONTHS = 12


def month_ends(today: dt.date, months: int = MONTHS) -> list[dt.date]:
    """The last day of each of the months before this one, oldest first, then today: `months` in all."""
    ends, first = [today], today.replace(day=1)
    for _ in range(months - 1):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


Reached = Callable[[dt.date], ColumnElement[bool]]
"""SQL: whether something has happened by the end of a day; once it has, it has for ever."""


def by(on: Any) -> Reached:
    """Whether a date, or the day of an instant where the hospital is, has come; never where it is not said.

    An instant is compared with the midnights there, which are instants too: the database converts nothing.
    """
    if isinstance(on.type, Instant):
        return lambda day: on < literal(midnight_after(day), Instant)
    return lambda day: on <= literal(day, Date)


def past(on: Any) -> Reached:
    """Whether the day after a date has come."""
    return lambda day: on < literal(day, Date)


def spans(begin: Reached, end: Reached | None, ends: list[dt.date], *counts: ColumnElement[Any]) -> Select[Any]:
    """How many rows begin and end at each pair of places of `ends`: (first place, first place after, how many…).

    A row holds once it reached `begin`, until it reaches `end` (None: for ever). One query, however many rows.
    """
    last = literal(len(ends)) if end is None else _place(end, ends)
    columns = _place(begin, ends).label("first_place"), last.label("last_place")
    return select(*columns, *(counts or (func.count(),))).group_by("first_place", "last_place")


def _place(reached: Reached, ends: list[dt.date]) -> Any:
    """SQL: the first of `ends` at which it is reached; their number when it is at none."""
    return case(*((reached(end), place) for place, end in enumerate(ends)), else_=len(ends))


def alive(rows: Iterable[Any], length: int, column: int = 2) -> list[int]:
    """How many of the rows of `spans` hold at each place."""
    totals = [0] * length
    for row in rows:
        for place in range(row[0], min(row[1], length)):
            totals[place] += int(row[column] or 0)
    return totals
