"""References that people read: a prefix, then the next free number of an establishment, or of the group."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session


def free_references(
    session: Session, model: Any, establishment_id: uuid.UUID | None, prefix: str, count: int = 1, digits: int = 3
) -> list[str]:
    """The next `count` free references of `model` after `prefix`, in order: T-2026-007, T-2026-008.

    None as the establishment stands for the records of the group. A number given back is not given again while a
    greater one is there.
    """
    place, reference = model.establishment_id, model.reference
    mine = place.is_(None) if establishment_id is None else place == establishment_id
    taken = session.scalars(select(reference).where(mine, reference.startswith(prefix, autoescape=True)))
    numbers = [int(number) for one in taken if (number := one.removeprefix(prefix)).isdecimal()]
    first = max(numbers, default=0) + 1
    return [f"{prefix}{number:0{digits}d}" for number in range(first, first + count)]
