"""What may be typed in the room: the frame of an analysis, a scenario, an element, an interview, a measure."""

import uuid
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from governance import places
from governance.editing import SeenForm
from governance.forms import (
    DayField,
    Form,
    ListedField,
    OfferingForm,
    PlacedForm,
    TermsField,
    identity,
    paragraph,
    term,
    text,
    word,
)
from governance.risks import queries
from governance.risks.picking import PickField, StepField
from models.measures import MeasureState
from models.risks.words import Axis, Classification, Method, Phase, Treatment

STARTS = (
    ("catalogue", _("Du catalogue : 45 scénarios types, 60 mesures et 25 éléments, à trier et à coter")),
    ("past", _("D’une analyse précédente, reprise entière")),
    ("register", _("Du registre : les traitements qui appellent une analyse d’impact (AIPD)")),
    ("nothing", _("De rien")),
)


class FrameForm(Form):
    """What an analysis is about, and how it is led."""

    title = text(_("Titre"), required=True, description=_("Par exemple « Analyse de risques du SI 2026 »."))
    scope = paragraph(_("Périmètre"), description=_("Ce que l’analyse regarde, et ce qu’elle laisse de côté."))
    participants = paragraph(_("Participants"), description=_("Une personne ou un groupe par ligne."))
    method = word(_("Méthode"), Method, required=True)
    method_note = paragraph(_("Comment l’analyse est menée"))
    classification = word(_("Classification"), Classification, required=True)
    begun_on = DayField(_("Commencée le"), required=True)
    review_on = DayField(_("Prochaine révision"))


class NewForm(FrameForm):
    """A new analysis: its frame, its scale, and what it starts from."""

    matrix = ListedField(_("Échelle"), queries.matrix_choices, required=True)
    start = RadioField(
        _("Partir"),
        choices=[SelectChoice(*one) for one in STARTS],
        default="catalogue",
        validators=[InputRequired(_("Choisissez d’où partir."))],
    )
    past = identity(_("Quelle analyse reprendre"), queries.past_choices)


class EditFrameForm(FrameForm):
    revision = HiddenField(validators=[InputRequired()])


class MeasureForm(Form):
    """A shared measure."""

    title = text(_("Mesure"), required=True)
    reference = text(_("Référence"), limit=40, description=_("Laissez vide : Vigie la numérote."))
    theme = term(_("Thème"), "measure_themes")
    category = term(_("Catégorie"), "measure_categories")
    state = word(_("État"), MeasureState, required=True)
    drop_reason = paragraph(_("Pourquoi elle est écartée"), rows=2)
    owner_name = text(_("Responsable"))
    due_on = DayField(_("Échéance"))
    source = text(_("Source"), limit=2000, description=_("Guide, règle ou texte dont elle vient."))
    note = paragraph(_("Précisions"))
    revision = HiddenField()


class ManyMeasuresForm(Form):
    """What may be set on several measures at once."""

    state = word(_("État"), MeasureState)
    owner_name = text(_("Responsable"))
    due_on = DayField(_("Échéance"))


def frame_values(form: Any) -> dict[str, Any]:
    """The fields of the frame, by name."""
    return {name: form[name].data for name in FRAME}


FRAME = ("title", "scope", "participants", "method", "method_note", "classification", "begun_on", "review_on")


class ScenarioForm(SeenForm):
    """A scenario: what threatens what, how grave it is, what is decided."""

    seen = HiddenField()
    title = text(_("Scénario"), required=True, description=_("Ce qui peut arriver, en une ligne."))
    axis = word(_("Volet"), Axis, required=True)
    category = term(_("Catégorie"), "scenario_categories")
    threat = paragraph(_("Menace"), description=_("Comment cela arriverait."))
    impact = paragraph(_("Effets sur les personnes"), rows=2)
    sources = TermsField(_("Sources de risque"), "risk_sources")
    criteria = TermsField(_("Critères"), "risk_criteria")
    elements = PickField(_("Éléments menacés"))
    interview_id = ListedField(_("Recueilli lors de l’entretien"), list, coerce=uuid.UUID)
    existing_measures = paragraph(_("Mesures en place, en plus des mesures liées"))
    measures = PickField(_("Mesures liées"))
    inherent_severity = StepField(_("Gravité"))
    inherent_likelihood = StepField(_("Vraisemblance"))
    current_severity = StepField(_("Gravité"))
    current_likelihood = StepField(_("Vraisemblance"))
    residual_severity = StepField(_("Gravité"))
    residual_likelihood = StepField(_("Vraisemblance"))
    treatment = word(_("Traitement"), Treatment)
    planned_measures = paragraph(_("Mesures prévues, en plus des mesures liées"))
    owner_name = text(_("Responsable"))
    due_on = DayField(_("Échéance"))
    accepted_by = text(_("Accepté par"), description=_("Le nom de la personne qui accepte, pour la direction."))
    accepted_on = DayField(_("Accepté le"))
    accepted_reason = paragraph(_("Motif de l’acceptation"), rows=2)
    review_on = DayField(_("À revoir le"))
    closed_on = DayField(_("Clos le"), description=_("Le risque n’existe plus."))
    notes = paragraph(_("Observations"), rows=2)

    def __init__(self, context: Any, **options: Any) -> None:
        self.context = context
        super().__init__(**options)

    def process(self, *given: Any, **more: Any) -> None:
        """What is offered is known before what was typed is compared with it."""
        for phase in Phase:
            self[f"{phase.value}_severity"].offer(self.context.scale.severities)
            self[f"{phase.value}_likelihood"].offer(self.context.scale.likelihoods)
        self.elements.offered = self.context.elements
        self.measures.offered = self.context.measures
        self.interview_id.listed = lambda: self.context.interviews
        super().process(*given, **more)


class ElementForm(OfferingForm, SeenForm):
    """An element of the information system."""

    seen = HiddenField()
    name = text(_("Élément"), required=True)
    kind = term(_("Type"), "asset_types")
    application_id = ListedField(_("Application de l’inventaire"), list, coerce=uuid.UUID)
    rests_on_id = ListedField(_("Repose sur"), list, coerce=uuid.UUID)
    note = paragraph(_("Précisions"), rows=2)

    def __init__(self, applications: list[tuple[str, str]], others: list[tuple[str, str]], **options: Any) -> None:
        super().__init__({"application_id": lambda: applications, "rests_on_id": lambda: others}, **options)


class InterviewForm(PlacedForm, SeenForm):
    """What a manager told of the major risks."""

    seen = HiddenField()
    name = text(_("Personne rencontrée"), required=True)
    function = text(_("Fonction"))
    department_id = identity(_("Service"), list)
    held_on = DayField(_("Date de l’entretien"), required=True)
    led_by = text(_("Mené par"))
    summary = paragraph(_("Ce qui a été dit"), rows=6)

    offered: ClassVar = {"department_id": places.departments_of}


class ManyForm(Form):
    """What may be set on several scenarios at once."""

    treatment = word(_("Traitement"), Treatment)
    owner_name = text(_("Responsable"))
    due_on = DayField(_("Échéance"))
    axis = word(_("Volet"), Axis)


class ApproveForm(Form):
    """Who validates the analysis for the management, and when it is looked at again."""

    approved_by = text(_("Validée par"), required=True, description=_("Le nom de la personne, pour la direction."))
    approved_function = text(_("Fonction"))
    approved_on = DayField(_("Validée le"), required=True)
    review_on = DayField(_("Prochaine révision"), required=True, description=_("Dans les trois ans, ou plus tôt."))
    approval_note = paragraph(_("Observations de la direction"))
    revision = HiddenField(validators=[InputRequired()])
