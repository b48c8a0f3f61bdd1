"""Planting by stable code: what is missing is added, what differs is changed, the rest stays untouched."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from models.base import Base

T = TypeVar("T", bound=Base)


@dataclass(frozen=True)
class Report:
    """How many rows a planting added, changed and left untouched."""

    added: int = 0
    changed: int = 0
    untouched: int = 0

    def __add__(self, other: "Report") -> "Report":
        return Report(self.added + other.added, self.changed + other.changed, self.untouched + other.untouched)


def upsert(session: Session, model: type[T], key: tuple[str, ...], rows: Iterable[T]) -> Report:
    """Make the table of `model` hold `rows`, recognised by the columns of `key`. Rows that are no longer given stay:
    records may still name them."""
    known = {_values(row, key): row for row in session.scalars(select(model))}
    columns = tuple(inspect(model).column_attrs.keys())
    report = Report()
    for row in rows:
        old = known.get(_values(row, key))
        if old is None:
            session.add(row)
            report += Report(added=1)
        elif _values(old, columns) == _values(row, columns):
            report += Report(untouched=1)
        else:
            for name in columns:
                setattr(old, name, getattr(row, name))
            report += Report(changed=1)
    return report


def _values(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
