"""What may be typed in the room: the frame of an analysis, a scenario, an element, an interview, a measure."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from governance.forms import DayField, Form, ListedField, identity, paragraph, term, text, word
from governance.risks import queries
from models.measures import MeasureState
from models.risks.words import Classification, Method

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
