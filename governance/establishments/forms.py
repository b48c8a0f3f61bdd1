"""What may be typed about the group, an establishment or a department."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import Regexp

from governance import forms
from governance.editing import SeenForm
from governance.establishments import queries
from governance.forms import Form, NumberField, identity, text, word
from models.establishments import ESCALATE_AFTER, DepartmentKind

CODE = _("Des lettres majuscules, des chiffres et des tirets, par exemple CHVA.")
FINESS = _("Un numéro FINESS compte neuf caractères, par exemple 290000017 ou 2A0000014.")
SIREN = _("Neuf chiffres : la désignation du DPO à la CNIL le demande.")
COURT = _(
    "Avec son article, par exemple « le tribunal administratif de Nantes » : les réponses aux demandes la nomment."
)


class GroupForm(Form):
    name = text(_("Nom du groupement"), required=True)


class EstablishmentForm(Form):
    """The coordinates end on the cover of the register, where article 30(1)(a) wants the controller and its DPO."""

    name = text(_("Nom"), required=True)
    code = text(_("Code"), limit=40, required=True, description=CODE)
    finess = text(_("Numéro FINESS"), limit=40, description=FINESS)
    address = text(_("Adresse"))
    postcode = text(_("Code postal"), limit=40)
    city = text(_("Ville"))
    phone = text(_("Téléphone"), limit=40)
    email = forms.email(_("Adresse électronique"))
    siren = text(_("Numéro SIREN"), limit=20, description=SIREN)
    legal_representative = text(_("Représentant légal"))
    competent_court = text(_("Juridiction compétente"), description=COURT)
    dpo_name = text(_("Nom du DPO"))
    dpo_company = text(_("Société du DPO, s’il est externe"))
    dpo_address = text(_("Adresse du DPO"))
    dpo_phone = text(_("Téléphone du DPO"), limit=40)
    dpo_email = forms.email(_("Adresse électronique du DPO"))
    escalate_after = NumberField(
        _("Retard signalé plus haut après (jours)"), 1, 365, required=True, default=ESCALATE_AFTER
    )

    def validate_code(self, field: Any) -> None:
        """References of records begin with it: it must stay short and plain, in capitals."""
        field.data = field.data.upper()
        Regexp(r"[A-Z0-9][A-Z0-9-]*$", message=CODE)(self, field)

    def validate_finess(self, field: Any) -> None:
        """Nine characters, the second of which may be a letter (Corsica)."""
        field.data = "".join(field.data.split()).upper()
        Regexp(r"[0-9][0-9A-F][0-9]{7}$", message=FINESS)(self, field)

    def validate_siren(self, field: Any) -> None:
        """Nine digits, kept without the blanks that people put in them."""
        field.data = "".join(field.data.split())
        Regexp(r"[0-9]{9}$", message=SIREN)(self, field)


class ChangedEstablishmentForm(EstablishmentForm, SeenForm):
    """The same on what already exists."""


class DepartmentForm(Form):
    name = text(_("Nom"), required=True)
    kind = word(_("Nature"), DepartmentKind, required=True)
    parent_id = identity(_("Pôle"), list)


def department_form(establishment_id: uuid.UUID, **options: Any) -> DepartmentForm:
    """The form of a pôle or service of this establishment, among whose pôles it may be placed."""

    class Here(DepartmentForm):
        parent_id = identity(_("Pôle"), lambda: queries.pole_choices(establishment_id))

    return Here(**options)
