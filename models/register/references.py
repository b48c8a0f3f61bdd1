"""Human references of the register: T-2026-014, unique by establishment."""

import uuid

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from models.references import free_references
from models.register.activity import Activity


def next_references(session: Session, establishment_id: uuid.UUID, year: int, count: int = 1) -> list[str]:
    """The next `count` free references of a year, in order."""
    return free_references(session, Activity, establishment_id, f"T-{year}-", count)


def is_taken(session: Session, establishment_id: uuid.UUID, reference: str, but: uuid.UUID | None = None) -> bool:
    """Whether another record of the establishment (than `but`) bears this reference."""
    other = Activity.id != but if but else true()
    query = select(func.count()).where(
        Activity.establishment_id == establishment_id, Activity.reference == reference, other
    )
    return bool(session.scalar(query))
