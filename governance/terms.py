"""The reference lists, read once per process: they change only with an upgrade, which restarts the service."""

from flask import current_app
from sqlalchemy import select

from governance.database import session
from models.register.catalogue import Term, Terms


def terms() -> Terms:
    """The lists of the catalogue. An empty catalogue is read again at each call, until it is planted."""
    kept: Terms | None = current_app.extensions.get("terms")
    if kept is None:
        rows = session.execute(select(Term.scheme, Term.code, Term.position, Term.label, Term.facts)).all()
        kept = Terms(rows)
        if rows:
            current_app.extensions["terms"] = kept
    return kept
