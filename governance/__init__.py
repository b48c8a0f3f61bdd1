"""The application: `create_app` puts the frame and the rooms together."""

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Request, abort, request
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import make_url
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import cached_property

from governance import database, errors, headers, pages, visitor
from governance.cli import hang_commands
from governance.config import Misconfigured, Settings
from governance.disk import reason
from governance.doors import hang_doors
from governance.keys import secret_key
from governance.lists import without_nul
from governance.rooms import ROOMS
from models.vocabulary import N_

ROOT = Path(__file__).parent.parent
MAX_UPLOAD = 26 * 1024 * 1024
MAX_FIELDS = 5_000
MAX_TEXT = 2 * 1024 * 1024


class HouseRequest(Request):
    """A request whose address says nothing that a database refuses: PostgreSQL keeps no NUL."""

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """What the address asks, without NULs."""
        return ImmutableMultiDict(without_nul(super().args.items(multi=True)))


def create_app(settings: Settings) -> Flask:
    """Vigie for these settings. Raises UndeclaredDoor when a route does not say who may enter, Misconfigured when the
    data have no folder."""
    _make_folder("DATA_DIR", settings.data_dir)
    if settings.database.startswith("sqlite"):
        _make_folder("DATABASE_URL", Path(make_url(settings.database).database or ".").parent)
    app = Flask("vigie", root_path=str(ROOT), static_folder="governance/static")
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["settings"] = settings
    database.init_app(app, settings.database)
    visitor.manager.init_app(app)
    app.request_class = HouseRequest
    app.before_request(_refuse_nul)
    app.before_request(_bound_text)
    CSRFProtect(app)
    Bootstrap5(app)
    pages.init_app(app)
    errors.init_app(app)
    headers.init_app(app, settings.is_https)
    for room in ROOMS:
        app.register_blueprint(room.blueprint, url_prefix=room.path.rstrip("/") or None)
    hang_commands(app)
    hang_doors(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _refuse_nul() -> None:
    """No page has a NUL in its address."""
    if "\0" in request.path:
        abort(404)


def _make_folder(variable: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise Misconfigured(f"{variable} : " + N_("%s est un fichier, un dossier est attendu.") % folder) from None
    except OSError as fault:
        raise Misconfigured(f"{variable} : {reason(fault)}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Misconfigured(f"{variable} : " + N_("Vigie n’a pas le droit d’écrire dans %s.") % folder)


def _bound_text() -> None:
    """Only a form with a file may be long: read as text, 26 MB of fields would take a gigabyte of memory."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MAX_TEXT


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key or _own_secret(settings),
        "SESSION_COOKIE_NAME": "__Host-vigie" if settings.is_https else "vigie",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        "MAX_FORM_PARTS": MAX_FIELDS,
        "MAX_FORM_MEMORY_SIZE": MAX_TEXT,
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def _own_secret(settings: Settings) -> str:
    """A trial on one's own machine keeps a secret beside its data; production must be given one (see doctor)."""
    return secrets.token_urlsafe() if settings.production else secret_key(settings.keys_dir)
