"""The state of a journaled record as plain values: to tell whether somebody touched it, and to give it back."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Enum, Uuid, inspect, select

from governance.database import session
from governance.imports.outcomes import Job, Plain
from models.base import Base, Instant, identity, now
from models.bulk import insert_rows
from models.imports import ImportedRecord
from models.journal import Journaled, plain
from models.rules import RuleBroken
from models.vocabulary import N_

CHUNK = 500

_KEPT: Any = ImportedRecord.__table__


@lru_cache
def _types(model: Any) -> dict[str, Any]:
    """The told columns of a model with their types."""
    return {key: inspect(model).column_attrs[key].columns[0].type for key in model.journal_fields()}


def values_of(record: Journaled) -> dict[str, Any]:
    """The told columns of a record."""
    model: Any = type(record)
    return {key: getattr(record, key) for key in _types(model)}


def state_of(record: Journaled) -> Plain:
    """The told columns of a record as JSON keeps them."""
    return {key: plain(value) for key, value in values_of(record).items()}


def mark_of(record: Journaled) -> str:
    """What tells one state of a record from another."""
    return hashlib.sha256(json.dumps(state_of(record), sort_keys=True).encode()).hexdigest()


def typed(model: Any, told: Plain) -> dict[str, Any]:
    """Plain values as the model's attributes hold them; those of no column of their own (links) are left out."""
    known = _types(model)
    return {name: _typed(known[name], value) for name, value in told.items() if name in known}


def _typed(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Enum) and kind.enum_class:
        return kind.enum_class(value)
    if isinstance(kind, Uuid):
        return uuid.UUID(value)
    if isinstance(kind, Date | Instant):
        return kind.python_type.fromisoformat(value)
    return value


# What an import keeps of the records it writes, and how it gives them back


def keep(job: Job, written: Iterable[tuple[Any, Plain | None]]) -> None:
    """Keep of each record that the import made (no state before) or changed what gives it back. They are flushed."""
    at = now()
    rows = [
        {
            "id": identity(), "created_at": at, "batch_id": job.batch.id, "record_type": record.__tablename__,
            "record_id": record.id, "mark": mark_of(record), "before": before,
        }
        for record, before in written
    ]  # fmt: skip
    insert_rows(session.connection(), _KEPT, rows)


def take_back(records: list[ImportedRecord]) -> tuple[int, int]:
    """Remove what an import made, give back what it changed: (removed, restored).

    Raises RuleBroken when somebody touched one of the records, or removed it, or when a validation froze it.
    """
    present = {one: found for kind in {one.record_type for one in records} for one, found in _found(kind, records)}
    touched = [one for one in records if one not in present or mark_of(present[one]) != one.mark]
    if touched:
        names = sorted(present[one].journal_title() if one in present else N_("un élément supprimé") for one in touched)
        raise RuleBroken("", N_("Des éléments ont été modifiés depuis l’import, il ne s’annule plus : ") + _some(names))
    if frozen := sorted(record.journal_title() for record in present.values() if record.is_frozen):
        raise RuleBroken("", N_("Des éléments sont validés depuis l’import, il ne s’annule plus : ") + _some(frozen))
    for one, record in present.items():
        if one.before is None:
            session.delete(record)
        else:
            for name, value in typed(type(record), one.before).items():
                setattr(record, name, value)
    session.flush()
    removed = sum(one.before is None for one in records)
    return removed, len(records) - removed


def _some(names: list[str]) -> str:
    return ", ".join(names[:10]) + ("…" if len(names) > 10 else "")


def _found(kind: str, records: list[ImportedRecord]) -> Iterator[tuple[ImportedRecord, Any]]:
    """Each imported record of a kind that is still there, with what it is now."""
    model = next(mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == kind)
    wanted = {one.record_id: one for one in records if one.record_type == kind}
    ids = list(wanted)
    for start in range(0, len(ids), CHUNK):
        for record in session.scalars(select(model).where(model.id.in_(ids[start : start + CHUNK]))):
            yield wanted[record.id], record
