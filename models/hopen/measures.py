"""What a register of the product knows of the plan: a measure, what it reads today, the state that it proposes."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func

from models.hopen.words import StepState

WHOLE = 100

Source = Callable[[dt.date], Select[Any]]
"""From a day to one row per establishment: its identity as `place`, then `<key>_met` and `<key>_counted` by measure."""


@dataclass(frozen=True)
class Measure:
    """One thing counted. `tasks`: the actions of the plan it answers; `sentence` says it with %(met)s and %(counted)s.

    `room` and `query`: the list that shows what is counted, to those who read it. With `whole`, the share that an
    establishment aims at for the indicator does not apply: all is wanted.
    """

    key: str
    tasks: tuple[str, ...]
    sentence: str
    room: str
    query: str = ""
    whole: bool = True

    @property
    def indicator(self) -> str:
        return self.tasks[0].partition("-")[0]


@dataclass(frozen=True)
class Reading:
    """What a measure says of an establishment today, against the share it aims at."""

    measure: Measure
    met: int
    counted: int
    target: int = WHOLE

    @property
    def state(self) -> StepState | None:
        """The state it speaks for; None when nothing can be counted."""
        if not self.counted:
            return None
        if 100 * self.met >= self.target * self.counted:
            return StepState.DONE
        return StepState.DOING if self.met else StepState.TODO


def proposed(readings: Sequence[Reading]) -> StepState | None:
    """What several measures propose together: done when all say so, being done when one has begun, else to do."""
    states = [one.state for one in readings if one.state is not None]
    if not states:
        return None
    if all(state is StepState.DONE for state in states) and len(states) == len(readings):
        return StepState.DONE
    return StepState.TODO if all(state is StepState.TODO for state in states) else StepState.DOING


def shares(key: str, counted: ColumnElement[bool], met: ColumnElement[bool]) -> list[Any]:
    """SQL: how many rows meet a measure, and how many it counts."""
    return [
        func.sum(case((and_(counted, met), 1), else_=0)).label(f"{key}_met"),
        func.sum(case((counted, 1), else_=0)).label(f"{key}_counted"),
    ]


def one(rule: Any) -> Any:
    """SQL: 1 where a rule holds, else 0."""
    return case((rule, 1), else_=0)
