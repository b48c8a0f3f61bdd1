"""Human references of the inventory: A-2026-014, unique by establishment."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory.application import Application


def next_references(session: Session, establishment_id: uuid.UUID, year: int, count: int = 1) -> list[str]:
    """The next `count` free references of a year, in order."""
    prefix = f"A-{year}-"
    taken = session.scalars(
        select(Application.reference).where(
            Application.establishment_id == establishment_id, Application.reference.startswith(prefix, autoescape=True)
        )
    )
    numbers = [int(number) for reference in taken if (number := reference.removeprefix(prefix)).isdecimal()]
    first = max(numbers, default=0) + 1
    return [f"{prefix}{number:03d}" for number in range(first, first + count)]
