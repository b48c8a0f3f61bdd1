"""Ratios on a noisy machine: works timed in turn, and the median of what each took against its yardstick beside it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, event


@dataclass(frozen=True)
class Figure:
    """What was measured, and the goal that it meets or misses. `unit`: "x" for a ratio, "MiB", "queries"."""

    name: str
    backend: str
    value: float
    goal: float
    unit: str = "x"
    at_least: bool = False
    note: str = ""

    @property
    def is_held(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def row(self) -> tuple[str, ...]:
        """The figure as cells: name, backend, value, goal, held or missed, note."""
        shown = "{:.2f}" if self.unit == "x" else "{:.0f}"
        goal = f"{'>=' if self.at_least else '<='} {shown.format(self.goal)} {self.unit}"
        said = "held" if self.is_held else "MISSED"
        return self.name, self.backend, f"{shown.format(self.value)} {self.unit}", goal, said, self.note


def table(figures: Sequence[Figure]) -> str:
    """The figures in columns."""
    rows = [
        ("benchmark", "backend", "measured", "goal", "", "medians of the same run"),
        *(one.row() for one in figures),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def took(work: Callable[[], Any]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(rounds: int, *works: Callable[[], float]) -> list[tuple[float, ...]]:
    """What each of `works` (which tells its own seconds) took, round by round, one after the other in each round."""
    return [tuple(work() for work in works) for _ in range(rounds)]


def ratio(rounds: Sequence[Sequence[float]], one: int, yardstick: int) -> float:
    """The median over the rounds of what `one` took against `yardstick`."""
    return median(row[one] / row[yardstick] for row in rounds)


def middle(rounds: Sequence[Sequence[float]], one: int) -> float:
    """The median over the rounds of what `one` took."""
    return median(row[one] for row in rounds)


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """The statements sent to a database within the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def peak_memory() -> float:
    """The most memory that this process ever held, in MiB. Not ru_maxrss, which a child inherits from its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
