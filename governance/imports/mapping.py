"""Which column of a table means what: proposed by its headers, chosen by a person, remembered for the next time."""

import uuid
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports import operations
from governance.imports.findings import Mappings, Understanding
from governance.imports.outcomes import Plain
from governance.imports.reader import Unreadable
from governance.imports.subjects import Subject, subject_of
from governance.imports.subjects.subject import Meanings
from models.imports import BatchState, ColumnMapping, ImportBatch
from models.rules import RuleBroken
from models.vocabulary import N_

UNTITLED = N_("(sans titre)")


def remembered(subject: Subject, establishment_id: uuid.UUID) -> dict[str, list[str | None]]:
    """The meanings chosen before for a subject in an establishment, by the signature of the table's headers."""
    rows = session.execute(
        select(ColumnMapping.signature, ColumnMapping.mapping).where(
            ColumnMapping.establishment_id == establishment_id, ColumnMapping.subject == subject.word
        )
    )
    return {row.signature: row.mapping["columns"] for row in rows}


def await_meanings(batch: ImportBatch, data: bytes, read: Understanding, known: Mappings) -> bool:
    """Whether a person must first say what the columns of the file mean: those of a table that was never seen."""
    if read.layout != operations.TABLE:
        return False
    must = any(table.signature not in known for table in read.tables)
    tables = [{**asdict(table), "chosen": known.get(table.signature), "remembered": True} for table in read.tables]
    batch.report = {**batch.report, "tables": tables}
    if must:
        batch.state = BatchState.READ
        batch.payload = operations.packed(operations.file_kept(data))
    return must


def is_open(batch: ImportBatch) -> bool:
    """Whether the meanings of the batch's columns may still be said, or said otherwise."""
    return batch.state in (BatchState.READ, BatchState.CHECKED) and bool(batch.report.get("tables"))


def said(batch: ImportBatch, form: Any) -> list[Meanings]:
    """What `form` (`<table>-<column>`: target or nothing) says of the columns of each table of the batch."""
    subject = subject_of(batch.subject)
    return [_meanings(subject, number, table, form) for number, table in enumerate(batch.report.get("tables", ()))]


def choose(batch: ImportBatch, chosen: list[Meanings]) -> None:
    """Read the batch's file again with the meanings chosen for each of its tables, and remember them.

    Raises RuleBroken when the batch no longer waits for it, when what was said is not enough for the subject, or when
    two columns say what one must; its field is then the second of them, `<table>-<column>`.
    """
    file = operations.file_of(batch) if is_open(batch) else b""
    if not file:
        raise RuleBroken("", N_("Les colonnes de cet import ne peuvent plus changer : apportez à nouveau le fichier."))
    subject, tables = subject_of(batch.subject), batch.report["tables"]
    subject.check_meanings(chosen)
    for number, (table, meanings) in enumerate(zip(tables, chosen, strict=True)):
        _refuse_twice(subject, number, table, meanings)
    by_signature = {table["signature"]: meanings for table, meanings in zip(tables, chosen, strict=True)}
    read_again = subject.reader({**remembered(subject, batch.establishment_id), **by_signature})
    try:
        read = read_again(file, batch.filename)
    except Unreadable as problem:
        raise RuleBroken("", str(problem)) from problem
    batch.state = BatchState.CHECKED
    operations.keep(batch, read, file)
    now_chosen = [{**table, "chosen": by_signature[table["signature"]], "remembered": False} for table in tables]
    batch.report = {**batch.report, "tables": now_chosen}
    for signature, meanings in by_signature.items():
        _remember(batch, signature, {"columns": meanings})


def _meanings(subject: Subject, number: int, table: Plain, form: Any) -> Meanings:
    """What each column of a table means: another reading of its headers when the person took it, else her choices."""
    if other := table["alternatives"].get(form.get(f"{number}-lecture", "")):
        return list(other)
    typed = [form.get(f"{number}-{column}", "") for column in range(len(table["headers"]))]
    return [meaning if meaning and subject.is_target(meaning) else None for meaning in typed]


def _refuse_twice(subject: Subject, number: int, table: Plain, meanings: Meanings) -> None:
    for column, meaning in enumerate(meanings):
        if meaning and subject.is_single(meaning) and meaning in meanings[:column]:
            sentence = N_("« %(meaning)s » est donné à deux colonnes, « %(first)s » et « %(second)s » : gardez-le "
                          "pour une seule.")  # fmt: skip
            headers = table["headers"]
            told = {"meaning": subject.title_of(meaning), "second": headers[column] or UNTITLED,
                    "first": headers[meanings.index(meaning)] or UNTITLED}  # fmt: skip
            raise RuleBroken(f"{number}-{column}", sentence % told)


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


def told(batch: ImportBatch) -> list[tuple[Plain, list[tuple[str, str]]]]:
    """Each table of the batch with its columns as they were understood: (header, French title or "" when left out)."""
    subject = subject_of(batch.subject)
    return [
        (table, [(header or UNTITLED, subject.title_of(meaning) if meaning and subject.is_target(meaning) else "")
                 for header, meaning in zip(table["headers"], table["chosen"], strict=False)])
        for table in batch.report.get("tables", ())
        if table.get("chosen")
    ]  # fmt: skip


def choices_for(subject: Subject, table: Plain, chosen: Meanings) -> list[tuple[str, str]]:
    """All that a column may mean, with the finer meanings that the headers of this table suggested."""
    usual = subject.meanings()
    known = {target for target, _title in usual}
    suggested = [*table["proposed"], *chosen]
    finer = dict.fromkeys(one for one in suggested if one and one not in known and subject.is_target(one))
    return [*usual, *((target, subject.title_of(target)) for target in finer)]
