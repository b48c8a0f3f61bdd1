"""Which column of a table means what: proposed by its headers, chosen by a person, remembered for the next time."""

import base64
import uuid
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports import operations
from governance.imports.findings import Mappings, Understanding
from governance.imports.outcomes import Plain
from governance.imports.subjects import Subject, subject_of
from models.imports import BatchState, ColumnMapping, ImportBatch
from models.rules import RuleBroken
from models.vocabulary import N_


def remembered(subject: Subject, establishment_id: uuid.UUID) -> dict[str, list[str | None]]:
    """The meanings chosen before for a subject in an establishment, by the signature of the table's headers."""
    rows = session.execute(
        select(ColumnMapping.signature, ColumnMapping.mapping).where(
            ColumnMapping.establishment_id == establishment_id, ColumnMapping.subject == subject.word
        )
    )
    return {row.signature: row.mapping["columns"] for row in rows}


def await_meanings(batch: ImportBatch, data: bytes, read: Understanding, known: Mappings) -> bool:
    """Whether a person must first say what the columns mean; the batch then keeps the file itself."""
    if read.layout != "table" or all(table.signature in known for table in read.tables):
        return False
    batch.state = BatchState.READ
    batch.payload = operations.packed({"file": base64.b64encode(data).decode("ascii")})
    batch.report = {**batch.report, "tables": [asdict(table) for table in read.tables]}
    return True


def choose(batch: ImportBatch, form: Any) -> None:
    """Read the batch's file again with the meanings chosen in `form` (`<table>-<column>`: target or nothing).

    Raises RuleBroken when the batch does not wait for it, or when what was said is not enough for the subject.
    """
    if batch.state is not BatchState.READ or batch.payload is None:
        raise RuleBroken("", N_("Les colonnes de cet import sont déjà associées."))
    subject, tables = subject_of(batch.subject), batch.report["tables"]
    chosen = {table["signature"]: _meanings(subject, number, table, form) for number, table in enumerate(tables)}
    subject.check_meanings(chosen.values())
    data = base64.b64decode(operations.unpacked(batch.payload)["file"])
    read_again = subject.reader({**remembered(subject, batch.establishment_id), **chosen})
    batch.state = BatchState.CHECKED
    operations.keep(batch, read_again(data, batch.filename))
    batch.report = {**batch.report, "tables": tables}
    for signature, meanings in chosen.items():
        _remember(batch, signature, {"columns": meanings})


def _meanings(subject: Subject, number: int, table: Plain, form: Any) -> list[str | None]:
    """What each column of a table means: another reading of its headers when the person took it, else her choices."""
    if other := table["alternatives"].get(form.get(f"{number}-lecture", "")):
        return list(other)
    typed = [form.get(f"{number}-{column}", "") for column in range(len(table["headers"]))]
    return [meaning if meaning and subject.is_target(meaning) else None for meaning in typed]


def _remember(batch: ImportBatch, signature: str, mapping: Plain) -> None:
    """The next table with the same headers will propose this mapping."""
    known = session.scalar(
        select(ColumnMapping).where(
            ColumnMapping.establishment_id == batch.establishment_id,
            ColumnMapping.subject == batch.subject,
            ColumnMapping.signature == signature,
        )
    ) or ColumnMapping(establishment_id=batch.establishment_id, subject=batch.subject, signature=signature)
    known.mapping = mapping
    session.add(known)


def choices_for(subject: Subject, table: Plain) -> list[tuple[str, str]]:
    """All that a column may mean, with the finer meanings that the headers of this table suggested."""
    usual = subject.meanings()
    known = {target for target, _title in usual}
    finer = dict.fromkeys(one for one in table["proposed"] if one and one not in known and subject.is_target(one))
    return [*usual, *((target, subject.title_of(target)) for target in finer)]
