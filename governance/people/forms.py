"""What may be typed about a person."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from governance import forms
from governance.forms import DayField, Form, file_format, identity, text, word
from governance.people import queries
from models.people import DepartureReason, PersonKind

REACHED = _("Matricule, adresse électronique, ou prénom et nom d’une personne de l’annuaire.")
LAST_DAY = _("La personne est encore comptée présente ce jour-là.")


class PersonForm(Form):
    """The fields of a record. `manager` is typed, since thousands of names fit in no list."""

    revision = HiddenField()
    given_name = text(_("Prénom"), required=True)
    family_name = text(_("Nom"), required=True)
    kind = word(_("Catégorie"), PersonKind, required=True)
    department_id = identity(_("Service"), list)
    function_title = text(_("Fonction"))
    employee_number = text(_("Matricule"), limit=40)
    company = text(
        _("Société"),
        render_kw={"list": "societes", "autocomplete": "off"},
        description=_("Exigée pour un prestataire ou un fournisseur."),
    )
    manager = text(_("Responsable"), limit=400, render_kw={"list": "responsables"}, description=REACHED)
    email = forms.email(_("Adresse électronique"))
    phone = text(_("Téléphone"), limit=40)
    arrived_on = DayField(_("Date d’arrivée"))
    contract_ends_on = DayField(
        _("Fin de contrat"), description=_("Pour un contrat, une mission ou un stage à durée déterminée.")
    )


FACTS = (
    "given_name", "family_name", "kind", "department_id", "function_title", "employee_number", "company", "email",
    "phone", "arrived_on", "contract_ends_on",
)  # fmt: skip
"""The fields kept as typed; the manager is found first."""


def person_form(establishment_id: uuid.UUID, **options: Any) -> PersonForm:
    """The form of a person of this establishment, among whose departments she may be placed."""

    class Here(PersonForm):
        department_id = identity(_("Service"), lambda: queries.departments_of(establishment_id))

    return Here(**options)


class DepartureForm(Form):
    left_on = DayField(_("Dernier jour de présence"), required=True, description=LAST_DAY)
    departure_reason = word(_("Motif"), DepartureReason, required=True)


class ReturnForm(Form):
    arrived_on = DayField(_("Date du retour"), required=True)


class LinkForm(Form):
    login = text(_("Identifiant du compte"), limit=60, required=True)


class OtherForm(Form):
    """Which record is the same human's, when it is not among those proposed."""

    class Meta(Form.Meta):
        csrf = False

    other = text(_("Une autre fiche"), limit=400, required=True, description=REACHED)


class MergeForm(Form):
    """The states of both records that were compared: a merge of something else is refused."""

    other = HiddenField()
    revisions = HiddenField()


FORMATS = (("xlsx", _("Classeur (xlsx)")), ("csv", _("Tableau (csv)")), ("json", _("Données (json)")))


class HandOverForm(Form):
    format = file_format(FORMATS)
