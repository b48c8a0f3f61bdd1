"""Reading rows as text, whatever they hold: a value that somebody wrote by hand may be none that the models read."""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Integer, Row, Text, Uuid, cast, true

from models.base import Instant
from models.journal import GROUP_CHAIN, Entry
from models.seals import Sealed, seal

Only = Collection[str] | None
"""The chains to look at; None for all."""


def within(only: Only) -> ColumnElement[bool]:
    """SQL: the entries of some chains."""
    return true() if only is None else Entry.chain.in_(only)


def chain_of(establishment_id: str | None) -> str:
    """The chain of an establishment, as its identity is written in either database."""
    if establishment_id is None:
        return GROUP_CHAIN
    plain = establishment_id.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def flat(value: Any) -> str:
    """An identity as both databases write it once its dashes are gone."""
    return str(value or "").replace("-", "")


def parsed(text: str | None) -> Any:
    """A text of JSON; {} when it is none."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return {}


def instant(value: Any) -> str:
    """As receipts write it."""
    try:
        at = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    except ValueError:
        return str(value)
    aware = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Seals


def sealed_columns(model: type[Sealed], connection: Connection) -> list[ColumnElement[Any]]:
    """The sealed columns of a row as text; an instant as the driver gives it where that is surer."""
    columns = (getattr(model, name) for name in model.sealed)
    native = connection.dialect.name == "postgresql"
    return [
        (column if native and isinstance(column.type, Instant) else cast(column, Text)).label(f"sealed_{column.key}")
        for column in columns
    ]


def seal_of(model: type[Sealed], row: Row[Any]) -> str:
    """The seal of a row that was read with its `sealed_columns`."""
    return seal({name: _value(getattr(model, name).type, getattr(row, f"sealed_{name}")) for name in model.sealed})


def keeps_seal(model: type[Sealed], row: Row[Any], facts: Any) -> bool:
    """Whether a row still says what its entry sealed; an entry without a seal holds nobody to anything."""
    return facts.get("row") in (None, seal_of(model, row))


READERS: dict[type[Any], Callable[[Any], Any]] = {
    Instant: instant,
    JSON: parsed,
    Integer: int,
    Uuid: lambda text: str(uuid.UUID(text)),
}


def _value(kind: Any, value: Any) -> Any:
    for one, read in READERS.items():
        if value is not None and isinstance(kind, one):
            with suppress(ValueError):
                return read(value)
    return value
