"""The room's verbs: those that touch several records, or have an effect beside the change itself."""

import uuid
from typing import Any

from governance.database import session
from governance.risks import planning, queries, starting
from governance.risks.forms import MeasureForm, NewForm, frame_values
from governance.visitor import Visitor
from models.base import identity, now, today
from models.measures import Measure, MeasureState, next_references
from models.risks.analysis import Analysis, next_reference
from models.rules import RuleBroken
from models.vocabulary import N_


def begin(who: Visitor, establishment_id: uuid.UUID, form: NewForm) -> Analysis:
    """A new analysis from what was typed, with its first scenarios. Raises RuleBroken("past")."""
    if form.start.data == "past":
        past = session.get(Analysis, form.past.data) if form.past.data else None
        if past is None:
            raise RuleBroken("past", N_("Choisissez l’analyse à reprendre."))
        made = starting.successor(who, past, form.title.data)
        frame(who, made, form)
        return made
    at = now()
    made = Analysis(
        id=identity(),
        establishment_id=establishment_id,
        reference=next_reference(session(), establishment_id, at.year),
        **frame_values(form),
    )
    made.take_scale(form.matrix.data, queries.scale_named(form.matrix.data))
    made.touch(who.name, at)
    session.add(made)
    session.flush()
    if form.start.data == "catalogue":
        starting.from_catalogue(who, made)
        starting.all_elements(made)
    elif form.start.data == "register":
        starting.from_register(who, made, starting.activities_offered(made))
    return made


def frame(who: Visitor, analysis: Analysis, form: Any) -> None:
    """Lay a frame on an analysis."""
    for name, value in frame_values(form).items():
        setattr(analysis, name, value)
    analysis.touch(who.name, now())


# Measures


def check_measure(measure: Measure, form: MeasureForm) -> None:
    """The rules that need more than the form. Raises RuleBroken on the field to mend."""
    if form.state.data is MeasureState.DROPPED and not form.drop_reason.data:
        raise RuleBroken("drop_reason", N_("Dites pourquoi cette mesure est écartée."))
    wanted = form.reference.data
    if wanted and wanted != measure.reference and queries.is_taken(measure.establishment_id, wanted):
        raise RuleBroken("reference", N_("Cette référence est déjà celle d’une autre mesure."))


def fill_measure(who: Visitor, measure: Measure, form: MeasureForm) -> None:
    """Put what was typed in a measure."""
    for name in ("title", "theme", "category", "owner_name", "due_on", "source", "note"):
        setattr(measure, name, form[name].data)
    if form.reference.data:
        measure.reference = form.reference.data
    elif not measure.reference:
        measure.reference = next_references(session(), measure.establishment_id)[0]
    measure.settle(form.state.data, today(), form.drop_reason.data)
    measure.touch(who.name, now())


def change_measures(who: Visitor, measures: list[Measure], field: str, value: Any) -> int:
    """Set one field of several measures; gives how many changed. Raises RuleBroken."""
    changed = [one for one in measures if getattr(one, field) != value]
    for one in changed:
        if field == "state":
            one.settle(value, today())
        else:
            setattr(one, field, value)
        one.touch(who.name, now())
    planning.lay(who, changed)
    return len(changed)
