"""The form of an assessment: what was measured, and an answer to each criterion."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from governance.forms import (
    DayField,
    Form,
    NumberField,
    RowForm,
    TermsField,
    paragraph,
    rows,
    text,
    word,
    yes_no,
)
from models.inventory.assessment import Assessment
from models.inventory.words import Answer, PasswordCase, Place, Renewal

MEASURES = (
    "password_case", "password_length", "password_alphabet", "password_enforced",
    "renewal", "renewal_days", "idle_minutes", "idle_place",
)  # fmt: skip
ABOUT = ("assessed_on", "auditor", "note")


class AnswerRow(RowForm):
    """The answer to one criterion; `criterion` is its code."""

    criterion = HiddenField(validators=[InputRequired(), Length(max=10)])
    answer = RadioField(
        _("Réponse"),
        choices=[SelectChoice(value, label) for value, label in Answer.choices()],
        coerce=Answer,
        validators=[InputRequired(_("Choisissez une réponse."))],
    )
    value = text(_("Valeur constatée"))
    proof = text(_("Preuve"), limit=2000)
    reason = text(_("Motif, si sans objet"), limit=2000)

    def called(self, number: int) -> str:
        return self.criterion.data or str(number)

    def validate(self, extra_validators: Any = None) -> bool:
        """« Sans objet » is accepted only with a written justification (domain note, 9.6)."""
        right = super().validate(extra_validators)
        if self.answer.data is Answer.NOT_APPLICABLE and not self.reason.data:
            self.reason.errors = [*self.reason.errors, _("Dites pourquoi ce critère est sans objet.")]
            return False
        return bool(right)


class AssessmentForm(Form):
    """A whole assessment. `revision` is the one the person read: another one means that somebody saved."""

    revision = HiddenField(validators=[InputRequired()])
    assessed_on = DayField(_("Date de l’audit"), required=True)
    auditor = text(_("Auditeur"), required=True)
    note = paragraph(_("Observations"), rows=2)
    password_case = word(_("Cas de la CNIL"), PasswordCase)
    password_length = NumberField(_("Longueur minimale"), least=1, most=256)
    password_alphabet = TermsField(_("Types de caractères exigés"), "password_alphabet")
    password_enforced = yes_no(_("Règle contrôlée techniquement"))
    renewal = word(_("Renouvellement du mot de passe"), Renewal)
    renewal_days = NumberField(_("Période imposée, en jours"), least=1, most=3650)
    idle_minutes = NumberField(_("Délai d’inactivité, en minutes"), most=1440)
    idle_place = word(_("Lieu d’usage"), Place)
    answers = rows(AnswerRow, _("Critère"))


def form_of(assessment: Assessment) -> AssessmentForm:
    """The form as the assessment stands."""
    return AssessmentForm(obj=assessment)


def fill(assessment: Assessment, form: AssessmentForm) -> None:
    """Put what was typed in the assessment; an answer to a criterion that it does not have is left out."""
    for name in (*ABOUT, *MEASURES):
        setattr(assessment, name, form[name].data)
    known = assessment.by_criterion()
    for entry in form.answers.entries:
        row = entry.form
        if answer := known.get(row.criterion.data):
            answer.answer, answer.value = row.answer.data, row.value.data
            answer.proof, answer.reason = row.proof.data, row.reason.data
