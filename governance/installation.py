"""What this database is: its identity, and whether it was planted as a demonstration."""

from flask import current_app
from sqlalchemy import select

from governance.database import session
from models.installation import Installation


def is_demonstration() -> bool:
    """Whether the database was planted as a demonstration; that never changes afterwards."""
    known: bool | None = current_app.extensions.get("demonstration")
    if known is None:
        known = bool(session.scalar(select(Installation.demonstration)))
        if session.scalar(select(Installation.id)) is not None:
            current_app.extensions["demonstration"] = known
    return known
