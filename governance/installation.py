"""What this database is: its identity, and whether it was planted as a demonstration."""

import uuid
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from governance.database import session
from models.installation import Installation


@dataclass(frozen=True)
class Subject:
    """The installation as the journal names a subject."""

    id: uuid.UUID
    __tablename__: str = Installation.__tablename__


_IDENTITY = select(Installation.identity)


def identity() -> uuid.UUID:
    """What names this installation among all, in its backups too."""
    return session.scalars(_IDENTITY).one()


def installation() -> Subject:
    """The installation, for the journal to tell of."""
    return Subject(identity())


def is_demonstration() -> bool:
    """Whether the database was planted as a demonstration; that never changes afterwards."""
    known: bool | None = current_app.extensions.get("demonstration")
    if known is None:
        known = bool(session.scalar(select(Installation.demonstration)))
        if session.scalar(select(Installation.id)) is not None:
            current_app.extensions["demonstration"] = known
    return known
