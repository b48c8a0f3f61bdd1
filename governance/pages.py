"""What every template may use: filters for dates, numbers and changes, and the globals of the frame."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, format_datetime, format_decimal, get_translations
from flask_babel import gettext as _
from jinja2 import StrictUndefined

from governance.installation import is_demonstration
from governance.rooms import menu
from governance.terms import terms
from governance.visitor import STRANGER, visitor
from models.base import PARIS, Base
from models.journal import Journaled
from models.permissions import Permission
from models.wording import at, of

THEMES = ("auto", "light", "dark")


def day(value: dt.date | dt.datetime | str | None) -> str:
    """A date as people read it: 31/12/2026; nothing for None."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10])
    if isinstance(value, dt.datetime):
        value = value.astimezone(PARIS)
    return f"{value.day:02}/{value.month:02}/{value.year:04}" if value else ""


def instant(value: dt.datetime | str | None) -> str:
    """An instant in Paris time: 31/12/2026 à 14:05; nothing for None."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    return format_datetime(value, "dd/MM/yyyy 'à' HH:mm") if value else ""


def number(value: int | float) -> str:
    """A number with French separators; a small one has none."""
    return str(value) if isinstance(value, int) and 0 <= value < 1000 else str(format_decimal(value))


def yes_no(value: bool | None) -> str:
    """Oui, Non, or nothing when it is not said."""
    return "" if value is None else _("Oui") if value else _("Non")


def label(code: str | None, scheme: str) -> str:
    """The French label of a code of the reference lists."""
    return terms().label(scheme, code)


def labels(codes: Iterable[str] | None, scheme: str) -> str:
    """The labels of several codes, in one line."""
    return ", ".join(terms().label(scheme, code) for code in codes or ())


def kind(table: str) -> str:
    """What the journal calls the records of a table: « Fiche du registre »."""
    return str(_(_kinds().get(table, "")))


@cache
def _kinds() -> dict[str, str]:
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return {one.__tablename__: one.journal_name for one in classes if issubclass(one, Journaled)}


def theme() -> str:
    """The reader's choice of light or dark; `auto` follows her system."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def sentence(text: str, **values: Any) -> str:
    """`_` in templates. The language is looked up once a request, and the words are escaped like any others."""
    if "translations" not in g:
        g.translations = get_translations()
    translated: str = g.translations.gettext(text)
    return translated % values if values else translated


def init_app(app: Flask) -> None:
    """Give the templates their filters and globals, in French and Paris time."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="fr", default_timezone="Europe/Paris")
    app.jinja_env.filters.update(
        day=day, instant=instant, number=number, yes_no=yes_no, kind=kind, label=label, labels=labels, of=of, at=at
    )
    app.jinja_env.globals.update(Permission=Permission, product="Vigie", _=sentence)

    @app.context_processor
    def frame() -> dict[str, Any]:
        if g.get("broken"):  # the page of a broken house asks the database nothing
            return {"visitor": STRANGER, "menu": [], "theme": theme(), "demonstration": False}
        who = visitor()
        return {"visitor": who, "menu": menu(who), "theme": theme(), "demonstration": is_demonstration()}
