"""The way back from plain data to records (see `Activity.state`): one record as objects, or thousands as rows.

A plain record is {"fields": {name: value}, "parts": {collection: [{name: value}]}}: JSON values, departments and
processors by name. Names that no column or collection has are left aside; what is missing takes its column's default.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import JSON, Date, Enum, Table, inspect

from models.base import Instant, day_of, identities
from models.establishments import Department, Establishment
from models.journal import Journaled
from models.register.activity import Activity
from models.register.parts import PARTS, Part, Purpose, Recipient
from models.register.processor import Processor, SubProcessor
from models.search import fold

PlainRecord = Mapping[str, Any]
Values = dict[str, Any]
Departments = Mapping[str, Department]
Processors = Mapping[str, Processor]


def activity_from(
    record: PlainRecord,
    establishment: Establishment,
    departments_by_name: Departments,
    processors_by_name: Processors,
    by: str,
    at: dt.datetime,
) -> Activity:
    """A new activity of `establishment` with its parts, not yet in a session. Its identities are new.

    Raises ValueError on a date or a word that cannot be read.
    """
    activity = Activity(
        **_own_values(record, departments_by_name, by, at),
        establishment=establishment,
        typical_code=record["fields"].get("typical_code"),
    )
    for collection in PARTS:
        setattr(activity, collection, parts_from(collection, record["parts"].get(collection, ()), processors_by_name))
    return activity


def parts_from(collection: str, rows: Sequence[PlainRecord], processors_by_name: Processors) -> list[Part]:
    """The new parts of one collection, in the order given. Raises ValueError as `activity_from`."""
    kind = PARTS[collection]
    return [
        kind(**part_values(collection, row, processors_by_name), position=position) for position, row in enumerate(rows)
    ]


def processor_from(
    fields: PlainRecord, sub_processors: Sequence[PlainRecord], establishment: Establishment
) -> Processor:
    """A new processor of the directory, not yet in a session. Raises ValueError as `activity_from`."""
    below = [
        SubProcessor(**_values(SubProcessor, row), position=position) for position, row in enumerate(sub_processors)
    ]
    return Processor(**_values(Processor, fields), establishment=establishment, sub_processors=below)


def rows_of(
    records: Sequence[tuple[uuid.UUID, PlainRecord]],
    establishment: Establishment,
    departments_by_name: Departments,
    processors_by_name: Processors,
    by: str,
    at: dt.datetime,
) -> Iterator[tuple[Table, Iterator[Values]]]:
    """What `activity_from` makes of (identity, record), as rows to insert in bulk: (table, rows), owners first.

    Rows are made when asked for, and those of a table have the same keys. Raises ValueError as `activity_from`, on the
    way. Who inserts them tells the journal.
    """
    own = {"created_at": at, "establishment_id": establishment.id, "revision": 1}
    rows = (_own_row(record, departments_by_name, by, at) | own | {"id": one} for one, record in records)
    yield cast(Table, Activity.__table__), rows
    new = identities()
    for collection, kind in PARTS.items():
        yield cast(Table, kind.__table__), _part_rows(collection, records, processors_by_name, new, at)


def _part_rows(
    collection: str,
    records: Sequence[tuple[uuid.UUID, PlainRecord]],
    processors_by_name: Processors,
    new: Iterator[uuid.UUID],
    at: dt.datetime,
) -> Iterator[Values]:
    for activity_id, record in records:
        for position, row in enumerate(record["parts"].get(collection, ())):
            values = part_values(collection, row, processors_by_name)
            if collection == Recipient.collection:
                values["processor_id"] = _identity(values.pop("processor"))
            values |= {"id": next(new), "created_at": at, "activity_id": activity_id, "position": position}
            yield values


def _own_row(record: PlainRecord, departments_by_name: Departments, by: str, at: dt.datetime) -> Values:
    values = _own_values(record, departments_by_name, by, at)
    values["department_id"] = _identity(values.pop("department"))
    values["typical_code"] = record["fields"].get("typical_code")
    values["words"] = _words(values, [row.get("label") or "" for row in record["parts"].get(Purpose.collection, ())])
    return values


def field_values(fields: PlainRecord, departments_by_name: Departments) -> Values:
    """An activity's own values by attribute, ready for setattr. A department not in the list is kept as a text, in
    `owner_service`. Raises ValueError as `activity_from`."""
    values = _values(Activity, fields)
    _point(values, "department", fields.get("department"), departments_by_name, otherwise="owner_service")
    return values


def part_values(collection: str, row: PlainRecord, processors_by_name: Processors) -> Values:
    """A part's values by attribute, ready for setattr. A processor not in the directory is kept as a text, in `name`.
    Raises ValueError as `activity_from`."""
    values = _values(PARTS[collection], row)
    if collection == Recipient.collection:
        _point(values, "processor", row.get("processor"), processors_by_name, otherwise="name")
    return values


def processor_values(fields: PlainRecord) -> Values:
    """A processor's values by attribute, only those that `fields` names. Raises ValueError as `activity_from`."""
    return {name: value for name, value in _values(Processor, fields).items() if name in fields}


def sub_processor_values(fields: PlainRecord) -> Values:
    """As `processor_values`, for a processor of the processor."""
    return {name: value for name, value in _values(SubProcessor, fields).items() if name in fields}


def _own_values(record: PlainRecord, departments_by_name: Departments, by: str, at: dt.datetime) -> Values:
    values = field_values(record["fields"], departments_by_name)
    values["revised_on"] = values["revised_on"] or day_of(at)
    return {**values, "updated_by": by, "updated_at": at}


def _point(values: Values, relation: str, name: str | None, known: Mapping[str, Any], otherwise: str) -> None:
    """Point to the record called `name`; when nothing is called so, keep the name in the text `otherwise`."""
    values[relation] = known.get(name or "")
    if name and values[relation] is None and name != values[otherwise]:
        values[otherwise] = f"{name} – {values[otherwise]}" if values[otherwise] else name


def _identity(target: Department | Processor | None) -> uuid.UUID | None:
    return target.id if target else None


def _words(values: Values, purposes: list[str]) -> str:
    seen = SimpleNamespace(**values, purposes=[SimpleNamespace(label=label) for label in purposes])
    return fold(" ".join(text for text in Activity.search_words(cast(Activity, seen)) if text))


# Plain values, column by column


def _values(kind: type[Journaled], plain: PlainRecord) -> Values:
    readers, values = _READERS[kind], _DEFAULTS[kind].copy()
    for key, value in plain.items():
        if value is not None and key in readers:
            read = readers[key]
            values[key] = read(value) if read else value
    return values


def _columns(kind: type[Journaled]) -> dict[str, Any]:
    """The columns that the journal tells, but those that point to another record."""
    columns = {key: inspect(kind).column_attrs[key].columns[0] for key in kind.journal_fields()}
    return {key: column for key, column in columns.items() if "named" not in column.info}


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, Enum):
        return _member(kind.enum_class)
    if isinstance(kind, Date):
        return dt.date.fromisoformat
    if isinstance(kind, Instant):
        return _instant
    return list if isinstance(kind, JSON) else None


def _member(words: Any) -> Callable[[str], Any]:
    """As calling the vocabulary, without the cost of it on each of a hundred thousand values."""
    known = {str(word.value): word for word in words}
    return lambda value: known.get(value) or words(value)


def _instant(text: str) -> dt.datetime:
    instant = dt.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)


_KINDS: tuple[type[Journaled], ...] = (Activity, *PARTS.values(), Processor, SubProcessor)
_READERS = {kind: {key: _reader(column.type) for key, column in _columns(kind).items()} for kind in _KINDS}
"""What makes a value of the plain value of each column; None where they are the same."""
_DEFAULTS: dict[type[Journaled], Values] = {
    kind: {key: column.default.arg if column.default else None for key, column in _columns(kind).items()}
    for kind in _KINDS
}
"""What stands where nothing is said."""
