"""Human references of the inventory: A-2026-014, unique by establishment."""

import uuid

from sqlalchemy.orm import Session

from models.inventory.application import Application
from models.references import free_references


def next_references(session: Session, establishment_id: uuid.UUID, year: int, count: int = 1) -> list[str]:
    """The next `count` free references of a year, in order."""
    return free_references(session, Application, establishment_id, f"A-{year}-", count)
