"""What may be chosen about one's reminders."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from governance.forms import Form, ListedField
from models.reminders import WEEKDAYS, Frequency, Subject

REQUIRED = _("Choisissez une réponse.")


class SubjectsField(SelectMultipleField):
    """The subjects that one wishes to be told of, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **options)

    def iter_choices(self):  # type: ignore[no-untyped-def]
        for one in Subject:
            yield Choice(one.value, gettext(one.label), one.value in (self.data or ()), {})

    def pre_validate(self, form: object) -> None:
        self.data = [one.value for one in Subject if one.value in (self.data or ())]


class ReminderForm(Form):
    frequency = RadioField(
        _("Quand Vigie vous écrit"),
        choices=[SelectChoice(one.value, one.label) for one in Frequency],
        validators=[InputRequired(REQUIRED)],
    )
    weekday = ListedField(
        _("Jour du courriel de la semaine"),
        lambda: [(str(number), gettext(name)) for number, name in enumerate(WEEKDAYS)],
        required=True,
        coerce=int,
    )
    told = SubjectsField(
        _("De quoi"),
        description=_("Ce que la loi ou la sécurité impose vous est dit dans tous les cas, une fois en retard."),
    )
