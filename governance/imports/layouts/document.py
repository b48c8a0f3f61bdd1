"""Our own JSON, come back as exports/portable.py wrote it: every value is checked against its column."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exports.columns import (
    ACTIVITY_COLUMNS,
    PART_COLUMNS,
    PROCESSOR_COLUMNS,
    SUB_PROCESSOR_COLUMNS,
    Column,
    NotUnderstood,
    is_identity,
)
from governance.imports.findings import Found, Issue, Place, Record, Severity, Understanding, excerpt
from governance.imports.layouts.cells import expected_here, missing_here, readers, required
from governance.imports.layouts.vigie import LAYOUT, check_record, refuse_repeated
from models.journal import Journaled
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import PARTS
from models.register.processor import Processor, SubProcessor
from models.vocabulary import N_

JSON_PLACE = N_("fichier JSON")


def understand(whole: Mapping[str, Any], terms: Terms) -> Understanding:
    """The content of our JSON export (see exports/portable.py) -> its records, each value checked."""
    result = Understanding(layout=LAYOUT)
    own = _Plain(ACTIVITY_COLUMNS, Activity, terms)
    parts = {name: _Plain(PART_COLUMNS[name], PARTS[name], terms) for name in PARTS}
    for number, activity in enumerate(whole["activities"], 1):
        found = own.found(activity, activity["fields"], number)
        found.record = {**_identity(activity), "fields": found.record, "parts": {}}
        for name, rows in activity["parts"].items():
            if name in parts:
                read = [parts[name].found(row, row, number) for row in rows]
                found.record["parts"][name] = [
                    {**_identity(row), **one.record} for row, one in zip(rows, read, strict=True)
                ]
                found.issues.extend(issue for one in read for issue in one.issues)
        if not found.record["fields"].get("name"):
            found.issues.append(Issue(Severity.ERROR, JSON_PLACE, number, "", "", N_("Le nom du traitement manque.")))
        check_record(found)
        result.records.append(found)
    refuse_repeated(result.records)
    result.processors = list(_processors(whole.get("processors", []), terms))
    return result


def _identity(row: Mapping[str, Any]) -> Record:
    return {"id": str(row["id"])} if is_identity(row.get("id")) else {}


def _processors(listed: Iterable[Any], terms: Terms) -> Iterator[Found]:
    own, below = _Plain(PROCESSOR_COLUMNS, Processor, terms), _Plain(SUB_PROCESSOR_COLUMNS, SubProcessor, terms)
    for number, processor in enumerate(listed, 1):
        if not isinstance(processor, dict) or not isinstance(processor.get("fields"), dict):
            continue
        found = own.found(processor, processor["fields"], number)
        rows = [row for row in processor.get("sub_processors") or [] if isinstance(row, dict)]
        subs = [below.found(row, row, number) for row in rows]
        found.issues.extend(issue for one in subs for issue in one.issues)
        found.record = {
            **_identity(processor),
            "fields": found.record,
            "sub_processors": [one.record for one in subs],
        }
        yield found


class _Plain:
    """One kind of record as JSON keeps it: every value checked against its column."""

    def __init__(self, columns: tuple[Column, ...], model: type[Journaled], terms: Terms) -> None:
        self._columns = {column.key: column for column in columns}
        self._reads = readers(columns, model, terms, guarded=False)
        self._required = required(columns, model) - {"reference"}

    def found(self, whole: Mapping[str, Any], values: Mapping[str, Any], number: int) -> Found:
        record: Record = {}
        issues: list[Issue] = []
        for key, value in values.items():
            read = self._reads.get(key)
            if read is None:
                continue
            try:
                record[key] = None if value is None else read(value)
            except NotUnderstood as expected:
                sentence = expected_here(self._columns[key], expected)
                issues.append(Issue(Severity.ERROR, JSON_PLACE, number, "", excerpt(value), sentence))
        for key in sorted(self._required & {key for key, value in record.items() if value is None}):
            issues.append(Issue(Severity.ERROR, JSON_PLACE, number, "", "", missing_here(self._columns[key])))
        return Found(Place(JSON_PLACE, number), record, issues)
