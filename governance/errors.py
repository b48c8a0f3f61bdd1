"""Error pages: what happened, what to do. A rule of the database met at commit becomes a conflict page."""

import secrets

from flask import Flask, current_app, g, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from governance.database import session

PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
BROKEN = frozenset({500, 503})


def init_app(app: Flask) -> None:
    """Register one handler per family of errors."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _: _page(400, expired=True))
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(StaleDataError, _conflict)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    return _page(code if code in PAGES else (400 if code < 500 else 500), code)


def _conflict(error: Exception) -> tuple[str, int]:
    current_app.logger.warning("conflict: %s", error)
    return _page(409)


def _unavailable(error: OperationalError) -> tuple[str, int]:
    current_app.logger.error("database unavailable: %s", error.orig)
    return _page(503)


def _unexpected(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    current_app.logger.exception("unexpected error %s", reference, exc_info=error)
    return _page(500, reference=reference)


def _page(code: int, status: int | None = None, *, reference: str = "", expired: bool = False) -> tuple[str, int]:
    session.rollback()
    g.broken = code in BROKEN
    return render_template(f"errors/{code}.html", reference=reference, expired=expired), status or code
