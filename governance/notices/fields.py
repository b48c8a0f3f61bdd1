"""Fields and habits that the forms of this room share."""

import uuid
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from governance.database import session
from governance.editing import is_overtaken
from governance.forms import Form, OfferingForm, apply, identity
from models.notices.tool import InformationTool
from models.notices.words import ToolState
from models.vocabulary import Vocabulary


class WordsField(SelectMultipleField):
    """Several members of a vocabulary, as checkboxes; what is unknown is left aside."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, words: type[Vocabulary], **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.words = words

    def iter_choices(self):  # type: ignore[no-untyped-def]
        for code, label in self.words.choices():
            yield Choice(code, label, code in (self.data or ()), {})

    def pre_validate(self, form: object) -> None:
        known = self.words.__members__.values()
        self.data = [code for code in self.data or () if code in known] or None


class RevisedForm(Form):
    """A form on what may exist already: `revision` tells which state its author saw."""

    revision = HiddenField()


class AboutToolForm(OfferingForm, RevisedForm):
    """A form about one of the tools of an establishment, those withdrawn left out but the one `kept`."""

    tool_id = identity(lazy_gettext("Support"), list, required=True)

    def __init__(self, establishment_id: uuid.UUID | None, kept: uuid.UUID | None = None, **options: Any) -> None:
        self.tools = _tools(establishment_id, kept)
        super().__init__({"tool_id": lambda: [(str(one.id), one.title) for one in self.tools]}, **options)

    def chosen(self, asked: str) -> InformationTool | None:
        """The tool that an address asks for, if it may be chosen here."""
        return next((one for one in self.tools if str(one.id) == asked), None)


def _tools(establishment_id: uuid.UUID | None, kept: uuid.UUID | None) -> list[InformationTool]:
    query = select(InformationTool).where(
        InformationTool.establishment_id == establishment_id,
        or_(InformationTool.state != ToolState.WITHDRAWN, InformationTool.id == kept),
    )
    return list(session.scalars(query.order_by(InformationTool.title)))


def keep(form: RevisedForm, record: Any, rule: Callable[[], object]) -> int:
    """Keep a form sent by `rule`, which lays it on `record`: 303 when it is kept; 422 when refused and 409 when a
    colleague saved meanwhile, both with nothing kept and what was typed still in the form."""
    if not form.sent():
        return 422
    if record.revision is not None and is_overtaken(form, record):
        return _conflict(form, record)
    with session.no_autoflush:
        accepted = apply(form, rule)
    if not accepted:
        session.rollback()
        return 422
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        return _conflict(form, record)
    return 303


def _conflict(form: RevisedForm, record: Any) -> int:
    """Somebody saved meanwhile: what was typed stays, and sent again it replaces knowingly."""
    form.revision.data = str(record.revision)
    form.revision.raw_data = None
    return 409
