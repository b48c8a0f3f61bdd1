"""Which column of a table means what: proposed by its headers, chosen by a person, remembered for the next time."""

import base64
import uuid
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.imports import operations
from governance.imports.findings import Mappings, Understanding
from governance.imports.understand import read_and_understand, targets
from governance.terms import terms
from models.imports import BatchState, ColumnMapping, ImportBatch
from models.rules import RuleBroken
from models.vocabulary import N_

__all__ = ["await_meanings", "choose", "remembered", "targets"]


def remembered(establishment_id: uuid.UUID) -> dict[str, list[str | None]]:
    """The meanings chosen before in an establishment, by the signature of the table's headers."""
    rows = session.execute(
        select(ColumnMapping.signature, ColumnMapping.mapping).where(ColumnMapping.establishment_id == establishment_id)
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

    Raises RuleBroken when the batch does not wait for it, or when no column was said to hold the names.
    """
    if batch.state is not BatchState.READ or batch.payload is None:
        raise RuleBroken("", N_("Les colonnes de cet import sont déjà associées."))
    known = {value for value, _label in targets()}
    chosen: dict[str, list[str | None]] = {}
    for number, table in enumerate(batch.report["tables"]):
        meanings = [form.get(f"{number}-{column}", "") for column in range(len(table["headers"]))]
        chosen[table["signature"]] = [meaning if meaning in known else None for meaning in meanings]
    if not any("name" in meanings for meanings in chosen.values()):
        raise RuleBroken("", N_("Dites quelle colonne contient le nom du traitement."))
    data = base64.b64decode(operations.unpacked(batch.payload)["file"])
    read = read_and_understand(data, batch.filename, terms(), {**remembered(batch.establishment_id), **chosen})
    batch.state = BatchState.CHECKED
    tables = batch.report["tables"]
    operations.keep(batch, read)
    batch.report = {**batch.report, "tables": tables}
    for signature, meanings in chosen.items():
        operations.remember_mapping(batch, signature, {"columns": meanings})
