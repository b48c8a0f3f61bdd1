"""Ready-made questions about the tracker: the same rule filters the list and counts on every dashboard."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from models.establishments import Establishment
from models.evidence import Attachment
from models.hopen.opinions import StepLink, StepOpinion
from models.hopen.prerequisites import Objective, Task
from models.hopen.tracking import Step
from models.hopen.words import OPEN, StepState
from models.plan import OPEN as TO_DO
from models.plan import Action
from models.vocabulary import N_

SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Question:
    """A question that the list of actions can be asked: the key of its address, its title, its rule in SQL."""

    key: str
    title: str
    rule: Callable[[dt.date], ColumnElement[bool]]
    tone: str


def base(*columns: Any) -> Select[Any]:
    """`columns` of steps beside their task, its objective and their establishment."""
    joined = select(*columns).select_from(Step).join(Task, Task.code == Step.task_code)
    joined = joined.join(Objective, Objective.code == Task.objective_code)
    return joined.join(Establishment, Establishment.id == Step.establishment_id)


def _soon(today: dt.date) -> ColumnElement[bool]:
    return and_(Step.state.in_(OPEN), Step.deadline_on.between(today, today + SOON))


def proved() -> ColumnElement[bool]:
    """SQL: a step has a file, a record, the opinion of a body, or what the registers said of it, to show."""
    file = select(Attachment.id).where(
        Attachment.owner_type == Step.__tablename__, Attachment.owner_id == Step.id, Attachment.removed_at.is_(None)
    )
    link = select(StepLink.id).where(StepLink.step_id == Step.id)
    return or_(file.exists(), link.exists(), _heard(), Step.finding.is_not(None))


def _heard() -> ColumnElement[bool]:
    return select(StepOpinion.id).where(StepOpinion.step_id == Step.id).exists()


def raised(*rules: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: a step called for an action of the plan that holds to `rules`."""
    called = select(Action.origin_id).where(Action.origin_type == Step.__tablename__, *rules)
    return Step.id.in_(called)


QUESTIONS = (
    Question("en-retard", N_("Actions en retard"), Step.late, "alert"),
    Question("bientot", N_("Échéance sous 30 jours"), _soon, "warn"),
    Question("sans-preuve", N_("Faites sans preuve"), lambda _: and_(Step.state == StepState.DONE, ~proved()), "warn"),
    Question(
        "avis-attendu",
        N_("Avis d’instance attendu"),
        lambda _: and_(Step.state.in_(OPEN), Task.wants_opinion(), ~_heard()),
        "info",
    ),
    Question(
        "sans-action",
        N_("Ouvertes, confiées à personne"),
        lambda _: and_(Step.state.in_(OPEN), ~raised(Action.state.in_(TO_DO))),
        "info",
    ),
    Question("contre", N_("Maintenues contre les registres"), lambda _: Step.overridden.is_(True), "info"),
)


def share(rule: ColumnElement[bool]) -> ColumnElement[int]:
    """SQL: how many rows answer a rule."""
    return func.sum(case((rule, 1), else_=0))
