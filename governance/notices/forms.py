"""What may be typed of a notice: its choice of activities, its blanks, why it is published or retired."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from governance.forms import Form, paragraph, text, word
from governance.notices.fields import RevisedForm
from models.notices.words import Audience
from models.register.activity import Activity
from seed.notices import blanks

PREFIX = "champ_"


class ActivitiesField(SelectMultipleField):
    """Activities of the register, as checkboxes; `offered` are those that may be chosen."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    offered: list[Activity]

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)
        self.offered = []

    def iter_choices(self):  # type: ignore[no-untyped-def]
        chosen = {str(one) for one in self.data or ()}
        for one in self.offered:
            yield Choice(str(one.id), f"{one.reference} {one.name}", str(one.id) in chosen, {})

    def pre_validate(self, form: object) -> None:
        """What is chosen is looked up, and judged, by the model."""

    def identities(self) -> list[uuid.UUID]:
        """What was chosen; what is no identity is left aside."""
        found = []
        for one in self.data or ():
            try:
                found.append(uuid.UUID(str(one)))
            except ValueError:
                continue
        return list(dict.fromkeys(found))


class NewForm(Form):
    title = text(_("Titre"), required=True, description=_("Il fait l’adresse publique, qui ne change plus ensuite."))
    audience = word(_("Public"), Audience, required=True)
    activities = ActivitiesField(
        _("Traitements"),
        description=_("Les fiches validées du registre ; celles qui concernent les patients sont cochées."),
    )


class NoticeFormBase(RevisedForm):
    title = text(_("Titre"), required=True)
    activities = ActivitiesField(_("Traitements"), description=_("Seules les fiches validées peuvent être choisies."))
    notes = paragraph(_("Notes internes"), rows=2, limit=4000)

    def typed(self) -> dict[str, str | None]:
        """What was put in the blanks, by name."""
        return {
            name.removeprefix(PREFIX): field.data for name, field in self._fields.items() if name.startswith(PREFIX)
        }


def notice_form(**options: Any) -> NoticeFormBase:
    """The form of a notice, with a field for each blank of the model."""
    fields = {
        PREFIX + row["code"]: paragraph(row["label_fr"], rows=2, limit=1000, description=_proposed(row))
        for row in blanks()
    }
    made: NoticeFormBase = type("NoticeForm", (NoticeFormBase,), fields)(**options)
    return made


def _proposed(row: dict[str, Any]) -> Any:
    if "default_fr" in row:
        return _("Vide, le texte dit : « %(words)s ».", words=row["default_fr"])
    return _("À remplir pour publier si un traitement choisi le demande.") if row["required"] else _("Facultatif.")


class PublishForm(Form):
    seen = HiddenField(validators=[InputRequired()])
    note = paragraph(_("Ce qui change"), rows=2, limit=2000)


class RetireForm(Form):
    reason = paragraph(_("Motif"), rows=2, limit=2000, required=True)
