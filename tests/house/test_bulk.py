"""Rows inserted in bulk are those that the ordinary statement would have inserted."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.bulk import insert_rows
from models.journal import Entry, Verb

Write = Callable[[], AbstractContextManager[Session]]

TABLE: Any = Entry.__table__
AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def _row(chain: str, number: int) -> dict[str, Any]:
    return {
        "chain": chain, "seq": number, "at": AT, "actor_id": uuid.UUID(int=1) if number > 1 else None,
        "actor_name": "Éssai", "verb": Verb.CREATED, "subject_type": "activity", "subject_id": None,
        "subject_title": "100 % d’été", "changes": [{"é": number}], "detail": {},
        "previous": f"d{number - 1}" if number > 1 else "", "digest": f"d{number}",
    }  # fmt: skip


def test_rows_in_bulk_are_the_rows_of_the_ordinary_statement(write: Write, db: Session) -> None:
    with write() as session:
        insert_rows(session.connection(), TABLE, [_row("bulk", number) for number in (1, 2, 3)])
        session.connection().execute(insert(Entry), [_row("usual", number) for number in (1, 2, 3)])
        insert_rows(session.connection(), TABLE, [])
    columns = [column for column in Entry.__table__.columns if column.name != "chain"]
    bulk, usual = (
        db.execute(select(*columns).where(Entry.chain == chain).order_by(Entry.seq)).all()
        for chain in ("bulk", "usual")
    )
    assert len(bulk) == 3
    assert bulk == usual
