"""What may be typed of a nomination: who and when, what she may rely on, signatures, designation, conflicts, end."""

import uuid
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Regexp

from governance.forms import DayField, Form, NumberField, PlacedForm, email, identity, paragraph, text, word, yes_no
from governance.positions import queries
from governance.positions.forms import MOST_EUROS, SeveralField
from governance.uploads import file
from models.positions.nomination import Nomination
from models.positions.words import Employment, JobKind
from seed.positions import grid_of, model

REACHED = _("Matricule, adresse électronique, ou prénom et nom d’une personne de l’annuaire.")
PAGE = _("Une adresse qui commence par https://, par exemple https://www.hopital.example/donnees.")

WHO = ("kind", "title", "person", "deputy", "employment", "starts_on", "ends_on", "description_id", "others")
POST = ("reports_to", "quotity", "budget", "training_days", "functions_kept", "relays", "bodies")
DECISION = ("decision_reference", "signatory", "signatory_quality")
INDEPENDENCE = ("independent_from_it", "independence_reason")
CONTACTS = ("contact_email", "contact_phone", "contact_address", "contact_page", "published_at")
KEPT = (*POST, *DECISION, *INDEPENDENCE, *CONTACTS, "title", "employment", "starts_on", "ends_on", "notes")
"""The fields laid on a nomination as they are typed; who is named is found first."""


class NominationForm(PlacedForm):
    """Who holds which post of `establishment_id`. `others`: who else nominates her, asked at the start only."""

    revision = HiddenField()
    kind = word(_("Fonction"), JobKind, required=True)
    title = text(_("Intitulé"), required=True)
    person = text(_("Titulaire"), limit=400, required=True, description=REACHED, render_kw={"list": "personnes"})
    deputy = text(_("Suppléant"), limit=400, description=REACHED, render_kw={"list": "personnes"})
    employment = word(_("Mode d’exercice"), Employment, required=True)
    starts_on = DayField(_("Prise de fonction"), required=True)
    ends_on = DayField(_("Dernier jour de la mission"), description=_("Laissez vide si aucun terme n’est fixé."))
    description_id = identity(_("Fiche de poste"), list)
    others = SeveralField(
        _("Nommer aussi dans"),
        list,
        description=_("Pour un poste partagé : chaque établissement garde sa nomination et sa désignation."),
    )
    reports_to = text(_("Rattachement"))
    quotity = NumberField(_("Quotité de travail (%)"), 1, 100)
    budget = NumberField(_("Budget annuel (euros)"), 0, MOST_EUROS)
    training_days = NumberField(_("Jours de formation par an"), 0, 250)
    functions_kept = paragraph(_("Autres fonctions conservées"), rows=2, limit=2000)
    relays = text(_("Relais"))
    bodies = text(_("Instances informées"), description=_("Par exemple : directoire, CSE, CME."))
    decision_reference = text(_("Référence de la décision"), description=_("Par exemple 2026-041."))
    signatory = text(_("Signataire"))
    signatory_quality = text(_("Qualité du signataire"))
    independent_from_it = yes_no(_("Indépendant de la direction des systèmes d’information"))
    independence_reason = paragraph(_("Si non, dispositif équivalent"), rows=2, limit=2000)
    contact_email = email(_("Adresse électronique publique"))
    contact_phone = text(_("Téléphone public"), limit=40)
    contact_address = text(_("Adresse postale publique"))
    contact_page = text(_("Formulaire ou page de contact"), description=PAGE)
    published_at = text(_("Contacts publiés où"), description=_("Site, livret d’accueil, mentions d’information…"))
    notes = paragraph(_("Notes internes"), rows=2)

    establishment_id: uuid.UUID
    offered: ClassVar = {"description_id": queries.description_choices, "others": queries.other_places}

    def validate_contact_page(self, field: Any) -> None:
        """A public page is an https address: it will be printed as a link."""
        Regexp(r"https://[^\s<>\"]+$", message=PAGE)(self, field)


class SignatureForm(Form):
    decided_on = DayField(_("Décision signée le"))
    decision = file(_("Décision signée (PDF)"), ["pdf"], description=_("Le document signé, numérisé en PDF."))
    letter_signed_on = DayField(_("Lettre de mission signée le"))
    letter = file(_("Lettre de mission signée (PDF)"), ["pdf"])


class DesignationForm(Form):
    cnil_number = text(_("Numéro de désignation"), limit=40, required=True, description=_("Celui du récépissé : DPO-…"))
    cnil_on = DayField(_("Désignation du"), required=True)
    contact_email = email(_("Adresse électronique publique"))
    contact_phone = text(_("Téléphone public"), limit=40)
    contact_address = text(_("Adresse postale publique"))
    contact_page = text(_("Formulaire ou page de contact"), description=PAGE)
    published_at = text(_("Contacts publiés où"))
    receipt = file(_("Récépissé (PDF)"), ["pdf"])

    validate_contact_page = NominationForm.validate_contact_page


class EndForm(Form):
    ends_on = DayField(_("Dernier jour de la mission"), required=True)
    reason = paragraph(_("Motif"), rows=2, limit=2000)


def conflict_form(nomination: Nomination, **options: Any) -> Form:
    """The form of an examination, made of the questions of the model for this kind of post; each field by its code."""
    grid = grid_of(nomination.kind) or {"functions": [], "questions": []}
    held = [(one["code"], one["label"]) for one in grid["functions"]]
    measures = [(one["code"], one["text"]) for one in model()["conflict_of_interest"]["mitigations"]]

    class Examination(Form):
        functions = SeveralField(_("Autres fonctions de la personne"), lambda: held)
        mitigations = SeveralField(_("Mesures retenues"), lambda: measures)
        justification = paragraph(_("Situation et justification"), limit=4000)
        examined_on = DayField(_("Examiné le"), required=True)
        review_on = DayField(_("À réexaminer le"))

    for one in grid["questions"]:
        field = RadioField(
            one["question"],
            [InputRequired(_("Répondez par oui ou par non."))],
            choices=[SelectChoice("yes", _("Oui")), SelectChoice("no", _("Non"))],
        )
        setattr(Examination, one["code"].replace("-", "_").lower(), field)
    return Examination(**options)


def answers_of(nomination: Nomination, form: Form) -> dict[str, str]:
    """The answers given, by code of question."""
    grid = grid_of(nomination.kind) or {"questions": []}
    given = {one["code"]: form[one["code"].replace("-", "_").lower()].data for one in grid["questions"]}
    return {code: answer for code, answer in given.items() if answer}
