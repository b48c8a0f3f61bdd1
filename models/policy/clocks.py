"""The clocks of an incident: each authority has its own delay, counted from its own start, nights included."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clock:
    """A deadline of the catalogue (`row`), and when it ends once its start is known.

    `due_at` is None while it is not, and for a delay that the law does not count in hours (« sans délai »).
    """

    row: Mapping[str, Any]
    due_at: dt.datetime | None

    @property
    def is_at_once(self) -> bool:
        """Whether there is no hour to wait for: it is due as soon as its start is known."""
        return self.row["delay_hours"] is None


def clocks(rows: Iterable[Mapping[str, Any]], starts: Mapping[str, dt.datetime | None]) -> list[Clock]:
    """The deadlines of a procedure. `starts`: when the incident was detected, known, declared, aware instants.

    Hours are real ones: 72 hours after Friday noon is Monday noon (RGPD art. 33; règlement 1182/71).
    """
    return [Clock(row, _due(row, starts.get(row["starts_from"]))) for row in rows]


def _due(row: Mapping[str, Any], start: dt.datetime | None) -> dt.datetime | None:
    hours = row["delay_hours"]
    if start is None or hours is None:
        return None
    return start.astimezone(dt.UTC) + dt.timedelta(hours=hours)
