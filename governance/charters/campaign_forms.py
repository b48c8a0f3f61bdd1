"""What may be typed about campaigns and the diffusion procedure."""

import uuid

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from governance.charters.access import readable
from governance.database import session
from governance.forms import DayField, Form, ListedField, RowForm, TickedField, identity, paragraph, text, word
from governance.visitor import visitor
from models.charters.charter import Charter, CharterVersion
from models.charters.diffusion import REACHED, Trigger, Way
from models.charters.words import CLOSED, Population
from models.establishments import Department
from models.permissions import Permission

GROUP = "groupe"


def version_choices() -> list[tuple[str, str]]:
    """The versions in force of the charters she reads, where she works."""
    query = (
        select(CharterVersion)
        .join(Charter, Charter.id == CharterVersion.charter_id)
        .where(readable(visitor()), Charter.status.not_in(CLOSED))
        .where(CharterVersion.number == Charter.published_number)
        .order_by(CharterVersion.title)
    )
    return [(str(one.id), one.journal_title()) for one in session.scalars(query)]


def place_choices() -> list[tuple[str, str]]:
    """Where a campaign may be: each establishment that she may, and the whole group."""
    who = visitor()
    places = [(str(place.id), place.name) for place in who.places(Permission.CHARTERS_EDIT)]
    if who.reads_everywhere(Permission.CHARTERS_EDIT):
        places.insert(0, (GROUP, "Tout le groupement"))
    return places


def department_choices() -> list[tuple[str, str]]:
    """The departments of the establishments in which she may run a campaign."""
    places = [place.id for place in visitor().places(Permission.CHARTERS_EDIT)]
    query = select(Department.id, Department.name).where(Department.establishment_id.in_(places))
    return [(str(row.id), row.name) for row in session.execute(query.order_by(Department.name, Department.id))]


def population_choices() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in REACHED]


def days_of(typed: str | None) -> list[str]:
    """« 7, 15, 30 » as a list of days; what is no number stays as typed, for the rule to refuse."""
    return [part.strip() for part in (typed or "").replace(";", ",").split(",") if part.strip()]


class CampaignForm(Form):
    """What a campaign asks, of whom, where and until when."""

    version = identity(_("Version à faire connaître"), version_choices, required=True)
    title = text(_("Titre de la campagne"), required=True)
    place = ListedField(_("Établissement"), place_choices, required=True)
    populations = TickedField(_("Personnes concernées"), population_choices)
    departments = TickedField(_("Seulement ces services"), department_choices, description=_("Rien de coché : tous."))
    starts_on = DayField(_("Début"), required=True)
    ends_on = DayField(
        _("Clôture prévue"), description=_("Facultatif : la campagne se clôt d’elle-même ce jour passé.")
    )
    sender = text(_("Signature des courriels"), required=True)
    desk = text(_("Où se présenter sans ordinateur"), required=True)
    contact = text(_("Contact pour les questions"), required=True)
    second_code = BooleanField(
        _("Exiger un second code avec le lien personnel"),
        description=_("Six chiffres remis à part, au bureau ou sur une lettre, jamais par le même courriel."),
    )


class TextForm(RowForm):
    code = HiddenField()
    subject = text(_("Objet"), required=True)
    body = paragraph(_("Texte"), limit=5000, required=True, rows=9)


class TextsForm(Form):
    """The mails of a campaign."""

    texts = FieldList(FormField(TextForm), _("Courriels"))


class DiffusionForm(Form):
    """How one population is reached."""

    way = word(_("Moyen"), Way, required=True)
    triggers = TickedField(_("Déclencheurs"), Trigger.choices)
    deadline_days = IntegerField(
        _("Délai en jours"), [InputRequired(_("Donnez un nombre de jours.")), NumberRange(1, 365, _("Entre 1 et 365."))]
    )
    reminders = text(_("Relances, en jours"), description=_("Par exemple 7, 15, 30."))
    escalation_days = IntegerField(
        _("Alerte du responsable, en jours"), [Optional(), NumberRange(1, 400, _("Entre 1 et 400."))]
    )
    also = paragraph(_("Autres moyens"), limit=2000, description=_("Note de service, réunion, livret d’accueil…"))
    without_answer = paragraph(_("Sans réponse"), limit=2000)


class ClosingForm(Form):
    reason = paragraph(_("Pourquoi la clore"), limit=2000, required=True)


class PeopleExportForm(Form):
    """The list of a campaign, to take elsewhere."""

    format = ListedField(_("Format"), lambda: [("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV (.csv)"))], required=True)


def population_of_slug(slug: str) -> Population | None:
    """The population that an address names."""
    return next((one for one in REACHED if one.value == slug), None)


def place_of(value: str | None) -> uuid.UUID | None:
    """The establishment chosen; None for the whole group."""
    return None if value in (None, GROUP) else uuid.UUID(value)
