"""What may be typed about the text of a policy, its consultations and its approval."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from governance.editing import SeenForm
from governance.forms import DayField, Form, ListedField, NumberField, RowForm, paragraph, rows, text, word
from governance.visitor import visitor
from models.permissions import Permission
from models.policy.parts import PolicyRule, PolicySection
from models.policy.policy import REVIEW_MONTHS, Policy
from models.policy.words import Presence

_line = text  # a form that has a field of that name needs the other word
ONE_LINE = _("Un paragraphe par ligne. Un champ à remplir s’écrit {nom_du_champ}.")


def place_choices() -> list[tuple[str, str]]:
    """The establishments in which she writes policies."""
    return [(str(place.id), place.name) for place in visitor().places(Permission.POLICY_EDIT)]


class NewForm(Form):
    title = text(_("Titre"), required=True)
    place = ListedField(_("Établissement"), place_choices, required=True)
    origin = RadioField(
        _("Partir de"),
        choices=[
            SelectChoice("model", _("Notre modèle : préambule, 12 chapitres, 90 règles, groupe de travail, à adapter")),
            SelectChoice("nothing", _("Rien : vous écrivez chaque chapitre")),
        ],
        default="model",
        validators=[InputRequired(_("Choisissez d’où part la politique."))],
    )


class SettingsForm(SeenForm):
    title = text(_("Titre"), required=True)
    owner = text(_("Pilote"), description=_("Qui tient le texte à jour : le RSSI, souvent."))
    review_months = NumberField(
        _("Revue tous les (mois)"),
        1,
        36,
        required=True,
        description=_(
            "Douze mois par défaut : le ReCyF (2.B.4) attend une revue au moins annuelle, et CaRE une PSSI revue."
        ),
        default=REVIEW_MONTHS,
    )
    review_on = DayField(_("Prochaine revue"), description=_("Recalculée à chaque publication."))


class SectionForm(SeenForm):
    code = text(_("Code"), limit=40, required=True)
    title = text(_("Titre"), required=True)
    text = paragraph(_("Texte"), limit=PolicySection.MAX_TEXT, rows=10, description=ONE_LINE)


class RuleForm(SeenForm):
    code = text(_("Code"), limit=40, required=True, description=_("Il ne change pas d’une version à l’autre."))
    text = paragraph(_("Règle"), limit=PolicyRule.MAX_TEXT, required=True, rows=4, description=ONE_LINE)
    why = paragraph(_("Pourquoi"), limit=PolicyRule.MAX_TEXT, rows=2)
    proofs = paragraph(_("Preuves attendues"), limit=PolicyRule.MAX_TEXT, rows=3, description=_("Une par ligne."))
    owner = _line(_("Fonction responsable"))
    scope = paragraph(_("S’applique à"), limit=2000, rows=2, description=_("Un par ligne."))


class MemberRow(RowForm):
    function_title = text(_("Fonction"), required=True)
    name = text(_("Nom"))
    presence = word(_("Présence"), Presence, required=True)
    contribution = text(_("Apport"), limit=1000)


class MembersForm(SeenForm):
    members = rows(MemberRow, _("Membre"), limit=60)


def blanks_form(policy: Policy) -> SeenForm:
    """One line per blank; those of the incident procedure alone come last and say so."""
    used = {blank.name for blank in policy.used_blanks()}
    fields: dict[str, Any] = {
        blank.name: text(
            blank.meaning or blank.name,
            limit=blank.MAX_VALUE,
            default=blank.value,
            description=None if blank.name in used else _("Pour la procédure d’incident seulement."),
        )
        for blank in sorted(policy.blanks, key=lambda one: one.name not in used)
    }
    form: SeenForm = type("BlanksForm", (SeenForm,), fields)()
    return form


class PublishForm(SeenForm):
    approved_by = text(_("Approuvée par"), required=True, description=_("Le représentant légal (ReCyF 2.B.3)."))
    approved_as = text(_("En qualité de"), required=True)
    approved_on = DayField(_("Approuvée le"), required=True)
    effective_on = DayField(_("Entrée en vigueur"), required=True)
    is_major = RadioField(
        _("Portée de la version"),
        choices=[
            SelectChoice("yes", _("Majeure : une règle est ajoutée, retirée ou changée sur le fond")),
            SelectChoice("no", _("Mineure : précision, coordonnées ou valeur")),
        ],
        validators=[InputRequired(_("Choisissez la portée de la version."))],
    )
    note = paragraph(_("Ce qui change, en langage courant"), rows=3, limit=4000)
    unconsulted_reason = paragraph(
        _("Pourquoi aucune instance n’a été consultée"),
        rows=2,
        limit=4000,
        description=_("À remplir seulement si aucune consultation n’est enregistrée pour cette version."),
    )


class ArchiveForm(Form):
    reason = paragraph(_("Motif"), required=True, rows=2)


DOCUMENTS = (
    ("pdf", _("PDF à signer : texte, consultations, bloc de signature")),
    ("docx", _("Word (.docx), le même document modifiable")),
    ("texte", _("PDF à remettre aux agents : le texte seul")),
)


class DocumentForm(Form):
    document = RadioField(
        _("Document"),
        choices=[SelectChoice(*one) for one in DOCUMENTS],
        default="pdf",
        validators=[InputRequired(_("Choisissez un document."))],
    )
