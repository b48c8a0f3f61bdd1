"""What may be typed of a job description: where it starts, each of its parts, its validation, its end."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import Choice, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from governance.forms import DayField, Form, ListedField, NumberField, RowForm, paragraph, rows, text, word
from governance.positions import queries
from models.positions.words import Employment, Frequency, JobKind, Level, LineKind, RelationKind, Scope, Task
from seed.positions import model_choices

NOTHING = "nothing"
MOST_EUROS = 10_000_000


class SeveralField(SelectMultipleField):
    """Several records, by their identity, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, listed: Any, **options: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, coerce=str, **options)
        self.listed = listed

    def iter_choices(self):  # type: ignore[no-untyped-def]
        chosen = set(map(str, self.data or ()))
        for value, label in self.listed():
            yield Choice(value, label, value in chosen, {})

    def pre_validate(self, form: object) -> None:
        known = dict(self.listed())
        self.data = [value for value in self.data or () if value in known]

    def identities(self) -> list[uuid.UUID]:
        """What was chosen, as identities."""
        return [uuid.UUID(value) for value in self.data or ()]


class StartForm(Form):
    origin = RadioField(
        _("Partir de"),
        choices=[SelectChoice(code, title) for code, title in model_choices()]
        + [SelectChoice(NOTHING, _("Rien : vous écrivez chaque partie"))],
        validators=[InputRequired(_("Choisissez d’où part la fiche."))],
    )
    place = ListedField(_("Établissement employeur"), queries.place_choices, required=True)
    title = text(_("Intitulé"), description=_("Laissez vide pour reprendre celui du modèle."))


class CopyForm(Form):
    title = text(_("Intitulé de la copie"), required=True)


class SectionForm(Form):
    """A part of a description; `revision` says which state its author read."""

    revision = HiddenField()


class PostForm(SectionForm):
    title = text(_("Intitulé"), required=True)
    kind = word(_("Fonction"), JobKind, required=True)
    employment = word(_("Mode d’exercice"), Employment, required=True)
    quotity = NumberField(_("Quotité de travail (%)"), 1, 100)
    scope = word(_("Périmètre"), Scope, required=True)
    covered = SeveralField(
        _("Établissements couverts"), queries.all_places, description=_("Si le périmètre en nomme plusieurs.")
    )
    purpose = paragraph(_("Raison d’être du poste"))
    legal_note = paragraph(_("Cadre juridique"))
    notes = paragraph(_("Notes internes"), rows=2, description=_("Elles ne figurent dans aucun document."))


class LineRow(RowForm):
    """A line of a list; `id` names the line that it changes."""

    id = HiddenField()


class MissionRow(LineRow):
    title = text(_("Mission"), required=True)
    task = word(_("Mission du DPO (RGPD, art. 39(1))"), Task)
    text = paragraph(_("Contenu"), required=True, limit=4000, rows=2)


class MissionsForm(SectionForm):
    mission = rows(MissionRow, _("Mission"), 60)


class ActivityRow(LineRow):
    text = text(_("Activité"), limit=1000, required=True)
    frequency = word(_("Fréquence"), Frequency)


class ActivitiesForm(SectionForm):
    activity = rows(ActivityRow, _("Activité"), 80)


class RelationRow(LineRow):
    title = text(_("Avec"), required=True)
    relation = word(_("Nature"), RelationKind)
    text = text(_("Objet"), limit=1000, required=True)


class RelationsForm(SectionForm):
    relation = rows(RelationRow, _("Relation"), 60)


class LinksForm(SectionForm):
    reports_to = text(
        _("Rattachement"), description=_("Par exemple « Direction générale » : il remplit {rattachement}.")
    )
    direct_access = BooleanField(_("Accès direct au plus haut niveau de la direction"))
    no_instruction = BooleanField(_("Ne reçoit aucune instruction pour l’exercice de ses missions (RGPD, art. 38(3))"))
    independent_from_it = BooleanField(_("Indépendant de la direction des systèmes d’information (HOP’EN P2.4)"))
    hierarchical_link = paragraph(_("Lien hiérarchique"))
    functional_link = paragraph(_("Lien fonctionnel"))
    independence_clause = paragraph(_("Règle d’indépendance"), rows=4)
    functions_held = paragraph(_("Autres fonctions compatibles ou exclues"), rows=2)
    conflict_on = DayField(_("Conflits d’intérêts examinés le"))
    conflict_note = paragraph(_("Résultat de l’examen"), rows=2)


class ProfileForm(SectionForm):
    diploma = paragraph(_("Diplôme"))
    experience = paragraph(_("Expérience"))
    assets = paragraph(_("Atouts"), description=_("Un par ligne."))
    grade_note = paragraph(_("Corps, grade ou classification"), rows=2)


class SkillRow(LineRow):
    text = text(_("Compétence"), limit=1000, required=True)
    level = word(_("Niveau attendu"), Level)


class SkillsForm(SectionForm):
    knowledge = rows(SkillRow, _("Connaissance"), 60)
    know_how = rows(SkillRow, _("Savoir-faire"), 60)
    behaviour = rows(SkillRow, _("Savoir-être"), 60)


ONE_A_LINE = _("Un par ligne.")


class MeansForm(SectionForm):
    budget = NumberField(_("Budget annuel (euros)"), 0, MOST_EUROS, description=_("Il remplit {budget}."))
    training_days = NumberField(
        _("Jours de formation par an"), 0, 250, description=_("Ils remplissent {jours_formation}.")
    )
    deputy = text(_("Suppléant"), description=_("Nom ou fonction : il remplit {suppleant}."))
    relays = text(_("Relais"), description=_("Réseau ou référents : il remplit {relais}."))
    budget_note = paragraph(_("Emploi du budget"), rows=2)
    deputy_note = paragraph(_("Rôle du suppléant"), rows=2)
    relays_note = paragraph(_("Rôle des relais"), rows=2)
    tool = paragraph(_("Outils"), description=ONE_A_LINE, rows=5)
    access = paragraph(_("Accès"), description=ONE_A_LINE, rows=5)
    training = paragraph(_("Formation"), description=ONE_A_LINE, rows=4)


class DutiesForm(SectionForm):
    confidentiality = paragraph(_("Secret et confidentialité"), rows=4)
    condition = paragraph(_("Conditions d’exercice"), description=ONE_A_LINE, rows=4)
    report = text(_("Compte rendu"))
    report_frequency = word(_("Fréquence du compte rendu"), Frequency)
    report_to = text(_("Destinataire du compte rendu"))
    meetings_per_year = NumberField(_("Réunions par an avec la direction"), 0, 365)


class IndicatorRow(LineRow):
    title = text(_("Indicateur"), required=True)
    target = text(_("Cible"))
    text = text(_("Mesure"), limit=1000, required=True)


class EvaluationForm(SectionForm):
    evaluation_note = paragraph(_("Comment s’évalue la mission"))
    indicator = rows(IndicatorRow, _("Indicateur"), 40)


class ValidationForm(Form):
    revision = HiddenField()
    note = paragraph(_("Ce qui change"), rows=2, limit=2000)


class ArchiveForm(Form):
    reason = paragraph(_("Motif"), rows=2, limit=2000, required=True)


PLAIN = (LineKind.TOOL, LineKind.ACCESS, LineKind.TRAINING, LineKind.CONDITION)
"""The lists whose lines are only a text: they are typed one a line."""
