"""Consultations of bodies on the versions of a text (a charter, a policy): what is typed of one, kept once."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from governance.database import put, session
from governance.forms import DayField, Form, ListedField, paragraph, text, word
from models.base import today
from models.consulting import BodyConsulted, GovernanceBody, Opinion
from models.rules import RuleBroken
from models.vocabulary import N_

FIELDS = ("number", "body", "held_on", "opinion", "votes", "minutes", "notes")


class ConsultationForm(Form):
    """What a body said, when, and where that is written."""

    body = word(_("Instance"), GovernanceBody, required=True)
    body_name = text(_("Nom de l’instance, si elle n’est pas dans la liste ou s’il y en a plusieurs"))
    held_on = DayField(_("Date"), required=True)
    opinion = word(_("Avis"), Opinion, required=True)
    votes = text(_("Vote"), description=_("Par exemple : 9 pour, 1 contre, 2 abstentions."))
    minutes = text(_("Référence du procès-verbal"))
    notes = paragraph(_("Observations et réponses"), rows=3)


def consultation_form(about: Any, **given: Any) -> ConsultationForm:
    """The form of a consultation on one of the versions of a text, published or to come (`about.next_number`)."""
    numbers = [(str(number), _("Version %(number)s", number=number)) for number in range(about.next_number, 0, -1)]
    numbers[0] = (numbers[0][0], _("Version %(number)s, en préparation", number=about.next_number))
    number = ListedField(_("Version soumise"), lambda: numbers, required=True, coerce=int)
    form: ConsultationForm = type("OneConsultationForm", (ConsultationForm,), {"number": number})(**given)
    return form


def keep_consultation(consultation: BodyConsulted, form: Any, owner: str) -> None:
    """Put what was typed in a consultation; `owner` is its column that points to the text.

    Raises RuleBroken, also when the same one is recorded already.
    """
    values = {name: form[name].data for name in FIELDS} | {"body_name": form.body_name.data or ""}
    put(consultation, values, lambda: _check(consultation, owner))


def _check(consultation: BodyConsulted, owner: str) -> None:
    consultation.check(today())
    model: Any = type(consultation)
    same = (getattr(model, name) == getattr(consultation, name) for name in (owner, *model.TOLD_ONCE))
    if any(identity != consultation.id for identity in session.scalars(select(model.id).where(*same))):
        raise RuleBroken("held_on", N_("Cette instance est déjà enregistrée à cette date pour cette version."))
