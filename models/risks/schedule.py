"""The actions over time: month by month, what is to be done and what was done."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from models.plan import Action


@dataclass(frozen=True)
class Month:
    """What is to be done by the end of a month, and what was done in it."""

    first: dt.date
    due: int
    done: int

    @property
    def label(self) -> str:
        return f"{self.first:%m/%Y}"


def schedule(actions: Sequence[Action], today: dt.date) -> list[Month]:
    """The actions over time: six months back, six months ahead."""
    months = [_month(today, step) for step in range(-5, 7)]
    due = Counter(one.due_on.replace(day=1) for one in actions if one.is_open and one.due_on)
    done = Counter(one.done_on.replace(day=1) for one in actions if one.done_on)
    return [Month(month, due[month], done[month]) for month in months]


def _month(today: dt.date, step: int) -> dt.date:
    years, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return dt.date(years, month + 1, 1)
