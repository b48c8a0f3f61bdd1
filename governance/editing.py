"""Forms on one part of a text, and how two people who edit the same part never lose a word."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError
from wtforms import BooleanField, FieldList, HiddenField
from wtforms.validators import InputRequired

from governance.database import session
from governance.forms import Form, apply
from governance.visitor import Visitor
from models.base import now
from models.differences import words
from models.journal import plain
from models.versions import canonical


def mark(values: Any) -> str:
    """What a form carries to tell what its author read: a digest of the values it showed."""
    return hashlib.sha256(canonical(values)).hexdigest()[:24]


class SeenForm(Form):
    """A form on what already exists. `seen` marks what the person read: another mark means that somebody saved."""

    seen = HiddenField(validators=[InputRequired()])


class Edit(ABC):
    """A form on one part of `record`, which notes who touched it and when (`touch`, `updated_by`, `updated_at`)."""

    title: str = ""
    help: str = ""
    anchor: str = ""

    def __init__(self, record: Any) -> None:
        self.record = record

    @abstractmethod
    def form(self) -> SeenForm:
        """The form, filled with what was posted or with what is kept."""

    @abstractmethod
    def saved(self) -> dict[str, Any]:
        """What is kept, by field of the form."""

    @abstractmethod
    def fill(self, form: SeenForm) -> None:
        """Keep what the form holds. Raises RuleBroken."""

    def fresh(self) -> SeenForm:
        """The form as it is first shown, marked with what its reader sees."""
        form = self.form()
        form.seen.data = self.mark()
        return form

    def mark(self) -> str:
        return mark({name: plain(value) for name, value in self.saved().items()})

    def conflict(self, form: SeenForm) -> dict[str, Any]:
        """Who saved meanwhile, and how what is typed differs from it; sent again, the form replaces it knowingly."""
        found = []
        for name, kept in self.saved().items():
            field = form[name]
            before, after = _told(kept), _told(field.data)
            if before != after:
                found.append((str(field.label.text), words(before, after)))
        form.seen.data = self.mark()
        return {"by": self.record.updated_by, "at": self.record.updated_at, "differences": found}


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(_told(one) for one in value.values())
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(plain(value))


def keep(who: Visitor, make: Callable[[], Edit], form: SeenForm) -> tuple[int, dict[str, Any] | None]:
    """Keep a form sent: (303, None) when it is kept, 422 when it is refused, 409 with the conflict when somebody
    saved the same part since it was shown."""
    edit = make()
    if not form.sent():
        return 422, None
    if form.seen.data != edit.mark():
        return 409, edit.conflict(form)
    if not apply(form, lambda: _keep(who, edit, form)):
        return 422, None
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return 409, make().conflict(form)
    return 303, None


def _keep(who: Visitor, edit: Edit, form: SeenForm) -> None:
    edit.record.touch(who.name, now())
    edit.fill(form)


def is_overtaken(form: Any, record: Any) -> bool:
    """Whether a colleague saved `record` since the form was shown; what is typed stays, and can be sent again."""
    if form.revision.data == str(record.revision):
        return False
    form.revision.data, form.revision.raw_data = str(record.revision), None
    return True


def overtaking(record: Any, kept: Form, typed: Any) -> dict[str, Any] | None:
    """As `clash` when `record` is no longer what `typed` was filled from (its field `seen`), else None; what is typed
    stays, and can be sent again."""
    if typed.seen.data == seen_by(kept):
        return None
    typed.seen.data, typed.seen.raw_data = seen_by(kept), None
    return clash(record, kept, typed)


def clash(record: Any, kept: Form, typed: Form) -> dict[str, Any]:
    """Who saved `record` meanwhile, and how what is typed differs from the form of what is kept, field by field."""
    pairs = [(str(one.label.text), _shown(kept[one.name]), _shown(one)) for one in typed if one.name not in _UNSEEN]
    differing = [(label, words(before, after)) for label, before, after in pairs if before != after]
    by, at = getattr(record, "updated_by", None), getattr(record, "updated_at", None)
    return {"by": by, "at": at, "differences": differing}


def seen_by(shown: Form) -> str:
    """What marks a form as its reader saw it, for a record that keeps no revision."""
    return mark([_shown(one) for one in shown if one.name not in _UNSEEN])


_UNSEEN = ("revision", "seen", "csrf_token", "id")


def _shown(field: Any) -> str:
    """What a field says, as its reader sees it: a line for each row of a list."""
    if isinstance(field, FieldList):
        rows = ([_shown(one) for one in entry.form if one.short_name not in _UNSEEN] for entry in field.entries)
        return "\n".join(" – ".join(filter(None, row)) for row in rows)
    if isinstance(field, BooleanField):
        return str(_("Oui") if field.data else _("Non"))
    if hasattr(field, "iter_choices"):
        return ", ".join(str(one.label) for one in field.iter_choices() if one.selected and one.value)
    return str("" if field.data is None else field.data).replace("\r\n", "\n").strip()
