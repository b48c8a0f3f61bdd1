"""What may be typed about a post to fill: the need, the ways compared, offers, notices, decision; applications too."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from governance.forms import (
    DayField,
    Form,
    ListedField,
    NumberField,
    PlacedForm,
    email,
    identity,
    paragraph,
    rows,
    text,
    word,
)
from governance.positions import hiring_queries as queries
from governance.positions.forms import MOST_EUROS, LineRow, SectionForm, SeveralField
from models.positions.filling import Filling
from models.positions.words import CandidateState, JobKind, Way
from seed.positions import interview_grid, model

KEPT = _("Au-delà de ce délai après la clôture, les candidatures sont effacées chaque nuit ; leur nombre reste.")
PROPOSED_MONTHS = 24
"""What CNIL recommends at most for applications not retained (to be confirmed by each hospital)."""


class NeedForm(PlacedForm, SectionForm):
    """The need: which post, by when, and what is known in house. `establishment_id`: where."""

    kind = word(_("Fonction"), JobKind, required=True)
    title = text(_("Intitulé"), required=True)
    description_id = identity(_("Fiche de poste"), list)
    opened_on = DayField(_("Recherche ouverte le"), required=True)
    needed_by = DayField(_("À pourvoir avant le"))
    context = paragraph(_("Besoin"), limit=4000)
    skills_present = paragraph(
        _("Compétences présentes en interne"),
        limit=4000,
        description=_("Qui pourrait tenir la fonction, et avec quoi."),
    )
    training_plan = paragraph(_("Plan de formation, si la personne vient de l’établissement"), limit=4000)
    sharing_note = paragraph(_("Partage entre établissements"), limit=4000, rows=2)

    offered: ClassVar = {"description_id": queries.description_choices}


class RecruitmentForm(PlacedForm, SectionForm):
    """How applications come, who reads them, how long they stay."""

    keep_months = NumberField(_("Conservation des candidatures (mois)"), 1, 120, description=KEPT)
    apply_to = email(_("Adresse des candidatures"))
    apply_before = DayField(_("Candidatures avant le"))
    members = SeveralField(
        _("Jury"),
        list,
        description=_("Les comptes cochés liront les candidatures de ce poste, avec les ressources humaines."),
    )

    offered: ClassVar = {"members": queries.account_choices}


class NoticeRow(LineRow):
    place = text(_("Support ou destinataire"), required=True)
    spread_on = DayField(_("Diffusé le"), required=True)
    note = text(_("Précisions"))


class NoticesForm(SectionForm):
    notices = rows(NoticeRow, _("Diffusion"), 60)


class OfferRow(LineRow):
    company = text(_("Prestataire"), required=True)
    person_named = text(_("Personne nommée au contrat"))
    price = NumberField(_("Prix annuel (euros)"), 0, MOST_EUROS)
    days = NumberField(_("Jours par an"), 0, 366)
    days_on_site = NumberField(_("Dont sur site"), 0, 366)
    strengths = paragraph(_("Points forts"), limit=2000, rows=2)
    doubts = paragraph(_("Réserves"), limit=2000, rows=2)
    retained = BooleanField(_("Offre retenue"))

    def validate_days_on_site(self, field: Any) -> None:
        """The days on site are some of those of the year."""
        if field.data is not None and self.days.data is not None and field.data > self.days.data:
            raise ValidationError(_("Les jours sur site ne peuvent pas dépasser les jours par an."))


class OffersForm(SectionForm):
    offers = rows(OfferRow, _("Offre"), 30)

    def validate_offers(self, field: Any) -> None:
        """One provider holds the post: at most one offer is retained."""
        if sum(bool(entry.retained.data) for entry in field.entries) > 1:
            raise ValidationError(str(_("Une seule offre peut être retenue : décochez les autres.")))


def comparison_form(filling: Filling, **options: Any) -> Form:
    """The form that rates each way on each criterion of the model; a way that is not considered is left out."""
    comparison = model()["ways_to_fill"]["comparison"]
    scale = [(str(one["value"]), f"{one['value']} – {one['label']}") for one in comparison["scale"]]

    class Comparison(SectionForm):
        pass

    for way in Way:
        setattr(Comparison, f"{way.value}_considered", BooleanField(_("Solution envisagée")))
        for one in comparison["criteria"]:
            field = ListedField(one["label"], lambda: scale, coerce=int)
            setattr(Comparison, f"{way.value}_{one['code']}", field)
        setattr(Comparison, f"{way.value}_euros", NumberField(_("Coût sur trois ans (euros)"), 0, MOST_EUROS))
        setattr(Comparison, f"{way.value}_note", paragraph(_("Appréciation"), limit=2000, rows=2))
    return Comparison(**options)


class DecisionForm(Form):
    chosen = word(_("Solution retenue"), Way, required=True)
    decision_reason = paragraph(_("Motif de la décision"), limit=4000)
    correction = paragraph(
        _("Mesure corrective"),
        limit=2000,
        rows=2,
        description=_("Exigée pour un DPO si la solution est notée 0 sur l’indépendance."),
    )


class DropForm(Form):
    drop_reason = paragraph(_("Motif de l’abandon"), limit=2000, rows=2)


class CandidateForm(Form):
    """An application; `keep_months` is asked with the first one, when nobody has set it yet."""

    given_name = text(_("Prénom"), required=True)
    family_name = text(_("Nom"), required=True)
    email = email(_("Adresse électronique"))
    phone = text(_("Téléphone"), limit=40)
    internal = BooleanField(_("Candidature interne"))
    received_on = DayField(_("Reçue le"), required=True)
    note = paragraph(
        _("Appréciation"),
        limit=4000,
        description=_("En lien direct et nécessaire avec le poste : rien sur la vie privée, la santé ou les opinions."),
    )


class FirstCandidateForm(CandidateForm):
    keep_months = NumberField(_("Conservation des candidatures (mois)"), 1, 120, description=KEPT)


class StateForm(Form):
    state = RadioField(
        _("Où en est la candidature"),
        choices=[SelectChoice(*one) for one in CandidateState.choices()],
        validators=[InputRequired(_("Choisissez une valeur."))],
    )


class EraseForm(Form):
    number = HiddenField()


def interview_form(kind: JobKind, **options: Any) -> Form:
    """The form of an interview, made of the questions of the grid for this kind of post."""
    grid = interview_grid(kind)
    scale = [(str(one["value"]), f"{one['value']} – {one['label']}") for one in grid["score_scale"]]

    class InterviewForm(Form):
        held_on = DayField(_("Date"), required=True)
        jury = text(_("Jury"), required=True, description=_("Trois personnes au moins, par leur nom ou leur fonction."))

    for one in grid["questions"]:
        setattr(InterviewForm, name_of(one["code"]), ListedField(one["question"], lambda: scale, coerce=int))
    InterviewForm.opinion = paragraph(_("Avis du jury"), limit=4000)
    InterviewForm.conflict_note = paragraph(_("Conflits d’intérêts évoqués"), limit=2000, rows=2)
    return InterviewForm(**options)


def name_of(code: str) -> str:
    """The field of a question, by its code."""
    return code.replace("-", "_").lower()
