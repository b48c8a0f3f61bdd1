"""Ready-made questions about scenarios: the same rule filters the list, counts on the pages and stops a validation."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from models.measures import EXPECTED, Measure
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scale import Scale
from models.risks.scenario import Scenario, ScenarioElement, ScenarioMeasure
from models.risks.words import Phase
from models.vocabulary import N_


def rating_of(phase: Phase) -> tuple[Any, Any]:
    """The columns of (severity, likelihood) of a phase."""
    return getattr(Scenario, f"{phase.value}_severity"), getattr(Scenario, f"{phase.value}_likelihood")


def level_of(phase: Phase, scale: Scale) -> ColumnElement[int | None]:
    """SQL: the level of a phase."""
    return scale.level_sql(*rating_of(phase))


def present_level(scale: Scale) -> ColumnElement[int | None]:
    """SQL: what `Scenario.present_level` says."""
    return func.coalesce(level_of(Phase.CURRENT, scale), level_of(Phase.INHERENT, scale))


def is_high(scale: Scale) -> ColumnElement[bool]:
    """SQL: at the highest level with the measures in place; without any while nobody rated that."""
    current, inherent = rating_of(Phase.CURRENT), rating_of(Phase.INHERENT)
    return or_(
        and_(current[0].is_not(None), scale.top_sql(*current)), and_(current[0].is_(None), scale.top_sql(*inherent))
    )


def is_planned() -> ColumnElement[bool]:
    """SQL: what `Scenario.is_planned` says."""
    links = select(ScenarioMeasure.scenario_id).join(Measure, Measure.id == ScenarioMeasure.measure_id)
    linked = Scenario.id.in_(links.where(Measure.state.in_(EXPECTED)))
    return or_(func.trim(func.coalesce(Scenario.planned_measures, "")) != "", linked)


def _open() -> ColumnElement[bool]:
    return Scenario.closed_on.is_(None)


def lacks_answer(scale: Scale) -> ColumnElement[bool]:
    """SQL: what `Scenario.lacks_answer` says."""
    residual = rating_of(Phase.RESIDUAL)
    stays_high = and_(residual[0].is_not(None), scale.top_sql(*residual))
    return and_(_open(), Scenario.accepted_by.is_(None), or_(stays_high, and_(is_high(scale), not_(is_planned()))))


@dataclass(frozen=True)
class Shown:
    """A ready-made filter of the scenarios, with the sentence that names it and its rule in SQL."""

    key: str
    title: str
    rule: Callable[[Scale, dt.date], ColumnElement[bool]]
    tone: str


SHOWN = (
    Shown("sans-reponse", N_("Élevés sans réponse"), lambda scale, _: lacks_answer(scale), "alert"),
    Shown(
        "eleves",
        N_("Risques élevés"),
        lambda scale, _: and_(_open(), is_high(scale)),
        "warn",
    ),
    Shown(
        "a-coter",
        N_("À coter"),
        lambda *_: and_(_open(), Scenario.current_severity.is_(None), Scenario.inherent_severity.is_(None)),
        "warn",
    ),
    Shown("sans-responsable", N_("Sans responsable"), lambda *_: and_(_open(), Scenario.owner_name.is_(None)), "warn"),
    Shown("en-retard", N_("Échéance passée"), lambda _, today: and_(_open(), Scenario.due_on < today), "alert"),
    Shown("acceptes", N_("Acceptés"), lambda *_: Scenario.accepted_by.is_not(None), "info"),
    Shown("a-revoir", N_("À revoir"), lambda _, today: and_(_open(), Scenario.review_on < today), "warn"),
)


def across(analyses: Iterable[Analysis], key: str, today: dt.date) -> ColumnElement[bool]:
    """SQL: the scenarios of several analyses that answer a question, each by the scale of its own."""
    question = next(one for one in SHOWN if one.key == key)
    rules = (and_(Scenario.analysis_id == one.id, question.rule(one.scale, today)) for one in analyses)
    return or_(false(), *rules)


def is_bare() -> ColumnElement[bool]:
    """SQL over Element: no scenario looks at it (HOP’EN P2.4-O4-A2 asks for one at least)."""
    return Element.id.not_in(select(ScenarioElement.element_id))
