"""The next free reference, whatever the record."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.orm import Session

from models.base import now
from models.measures import Measure
from models.references import free_references
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]


def measure(place: uuid.UUID | None, reference: str) -> Measure:
    return Measure(
        establishment_id=place, reference=reference, title="Sauvegarder", updated_by="Rachid Simon", updated_at=now()
    )


def test_numbers_follow_the_greatest_beyond_three_digits_too_and_by_place(write: Write, stage: Stage) -> None:
    here, elsewhere = stage.establishments["CHA"], stage.establishments["CHE"]
    with write() as session:
        session.add_all([measure(here, one) for one in ("X-009", "X-999", "X-1000", "X-libre", "Y-5000")])
        session.add(measure(None, "X-041"))
        session.flush()
        assert free_references(session, Measure, here, "X-", 2) == ["X-1001", "X-1002"]
        assert free_references(session, Measure, elsewhere, "X-") == ["X-001"]
        assert free_references(session, Measure, None, "X-", digits=2) == ["X-42"]
