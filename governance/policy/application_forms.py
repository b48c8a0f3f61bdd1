"""What may be typed about the application of a rule, and about a derogation."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from governance import places
from governance.forms import DayField, Form, ListedField, TickedField, identity, paragraph, text, word
from governance.policy import application_queries as queries
from governance.policy.records import REACHED, RecordForm
from models.policy.words import Advice, Closure, DerogationStatus, RuleStatus

SEVERITIES = (
    ("1", _("1 – mineure")),
    ("2", _("2 – significative")),
    ("3", _("3 – grave")),
    ("4", _("4 – critique")),
)
LIKELIHOODS = (
    ("1", _("1 – peu vraisemblable")),
    ("2", _("2 – vraisemblable")),
    ("3", _("3 – très vraisemblable")),
    ("4", _("4 – quasi certain")),
)


class ObservanceForm(RecordForm):
    status = word(_("État"), RuleStatus, required=True)
    reason = paragraph(_("Pourquoi sans objet"), rows=2, limit=4000, description=_("Obligatoire pour « Sans objet »."))
    owner_name = text(_("Responsable"), description=REACHED)
    scope = paragraph(_("Périmètre"), rows=2, limit=4000, description=_("Sites, services, outils regardés."))
    note = paragraph(_("Constat et reste à faire"), rows=3)


def observance_form(establishment_id: uuid.UUID, with_measures: bool, **given: Any) -> ObservanceForm:
    """The form of a rule; the measures it rests on are offered to those who read measures."""
    fields = {}
    if with_measures:
        fields["measures"] = TickedField(
            _("Mesures de sécurité liées"), lambda: queries.measure_choices(establishment_id)
        )
    form: ObservanceForm = type("OneObservanceForm", (ObservanceForm,), fields)(**given)
    return form


class ManyForm(Form):
    """What is said of several rules at once."""

    status = word("", RuleStatus)
    reason = text("", limit=4000)
    owner_name = text("")


class DerogationForm(RecordForm):
    title = text(_("Objet"), required=True)
    requested_on = DayField(_("Demandée le"), required=True)
    requester = text(_("Demandeur"), required=True, description=_("Jamais un prestataire seul."))
    department_id = identity(_("Service"), list)
    scope = paragraph(
        _("Périmètre de l’écart"),
        required=True,
        rows=2,
        description=_("Personnes, équipements, applications et sites touchés, avec leur nombre."),
    )
    reason = paragraph(
        _("Motif"), required=True, rows=2, description=_("Contrainte technique, médicale, contractuelle ou financière.")
    )
    alternatives = paragraph(_("Solutions étudiées"), rows=2)
    risks = paragraph(_("Risques associés"), rows=2)
    severity = ListedField(_("Gravité résiduelle"), lambda: list(SEVERITIES), required=True, coerce=int)
    likelihood = ListedField(_("Vraisemblance résiduelle"), lambda: list(LIKELIHOODS), required=True, coerce=int)
    compensation = paragraph(
        _("Mesures compensatoires"), rows=2, description=_("Avec leur responsable et leur date de mise en place.")
    )
    starts_on = DayField(_("Début"), required=True)
    ends_on = DayField(_("Fin"), required=True, description=_("Douze mois au plus après le début."))
    check_on = DayField(_("Point de contrôle"), description=_("À mi-parcours."))
    return_plan = paragraph(_("Plan de retour à la règle"), rows=2)
    personal_data = BooleanField(_("Des données personnelles sont concernées (l’avis du DPO est alors nécessaire)"))
    rssi_advice = word(_("Avis du RSSI"), Advice)
    dpo_advice = word(_("Avis du DPO"), Advice)
    advice_note = paragraph(_("Motif des avis"), rows=2)


def derogation_form(establishment_id: uuid.UUID, **given: Any) -> DerogationForm:
    """The form of a derogation to rules of an establishment."""
    rules = TickedField(_("Règles concernées"), lambda: queries.rule_choices(establishment_id))
    departments = identity(_("Service"), lambda: places.departments_of(establishment_id))
    fields = {"rules": rules, "department_id": departments}
    form: DerogationForm = type("OneDerogationForm", (DerogationForm,), fields)(**given)
    return form


class DecisionForm(RecordForm):
    status = RadioField(
        _("Décision"),
        choices=[
            SelectChoice(one.value, one.label)
            for one in (DerogationStatus.GRANTED, DerogationStatus.CONDITIONAL, DerogationStatus.REFUSED)
        ],
        validators=[InputRequired(_("Choisissez la décision."))],
    )
    decided_by = text(_("Décidée par"), required=True)
    decided_as = text(_("En qualité de"))
    decided_on = DayField(_("Décidée le"), required=True)
    conditions = paragraph(_("Conditions"), rows=2)
    reason = paragraph(_("Motif de la décision"), rows=2, description=_("Obligatoire pour un refus."))


class ClosureForm(RecordForm):
    closure = word(_("Clôture"), Closure, required=True)
    closed_on = DayField(_("Close le"), required=True)
