"""Where an establishment stands: each objective it pursues, and each action of the plan, a step of its own."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import At, Long, Record, Short, day_of
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.hopen.prerequisites import Objective, Task
from models.hopen.words import OPEN, REASONED, Reach, StepState, Variant, contradicts, reach
from models.journal import Journaled
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary


class Pursuit(Journaled, Record):
    """An objective of the plan in an establishment: its start, the window that follows, the branch it chose.

    `deadline_on` is derived and kept for the lists: the due date that was set, else the end of the indicative window.
    Without a delay nor a due date there is none, and nothing is ever late (domain note, 1.3).
    """

    __tablename__ = "hopen_pursuit"
    __table_args__ = (
        UniqueConstraint("establishment_id", "objective_code"),
        CheckConstraint("due_on IS NULL OR started_on IS NULL OR due_on >= started_on", name="due_after_start"),
        Index("ix_hopen_pursuit_deadline", "establishment_id", "deadline_on"),
    )
    journal_name = N_("Objectif HOP’EN")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    objective_code: Mapped[str] = mapped_column(ForeignKey("hopen_objective.code"), index=True)
    started_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Commencé le")})
    due_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Échéance fixée")})
    deadline_on: Mapped[dt.date | None] = mapped_column(info={"derived": True})
    variant: Mapped[Variant | None] = mapped_column(vocabulary(Variant), info={"label": N_("Variante retenue")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    objective: Mapped[Objective] = relationship()
    steps: Mapped[list["Step"]] = relationship(back_populates="pursuit", order_by="Step.task_code")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # When

    @property
    def window(self) -> tuple[dt.date, dt.date] | None:
        """The first and last day on which the plan expects the end; None without a start or an indicative delay."""
        least, most = self.objective.min_days, self.objective.max_days
        if self.started_on is None or least is None or most is None:
            return None
        return self.started_on + dt.timedelta(days=least), self.started_on + dt.timedelta(days=most)

    def schedule(self, started_on: dt.date | None, due_on: dt.date | None) -> None:
        """Set the start and the due date, and the deadline that follows for it and its steps. Raises RuleBroken."""
        if started_on and due_on and due_on < started_on:
            raise RuleBroken("due_on", N_("L’échéance précède le début : corrigez l’une des deux dates."))
        done = [step.done_on for step in self.steps if step.done_on]
        if started_on and done and started_on > min(done):
            raise RuleBroken("started_on", N_("Une action de cet objectif a été faite avant cette date."))
        self.started_on, self.due_on = started_on, due_on
        self.deadline_on = due_on or (self.window[1] if self.window else None)
        for step in self.steps:
            step.deadline_on = step.due_on or self.deadline_on

    def is_late(self, today: dt.date) -> bool:
        """Whether its deadline is past and it is not reached."""
        open_ = any(step.state in OPEN for step in self.steps)
        return open_ and self.deadline_on is not None and self.deadline_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        unfinished = select(Step.id).where(Step.pursuit_id == cls.id, Step.state.in_(OPEN)).exists()
        return and_(cls.deadline_on < today, unfinished)

    # How far, and by which branch

    @property
    def reach(self) -> Reach:
        counts: dict[StepState, int] = {}
        for step in self.steps:
            counts[step.state] = counts.get(step.state, 0) + 1
        return reach(counts)

    @property
    def variants(self) -> list[Variant]:
        """The exclusive branches that the plan offers here."""
        return list(dict.fromkeys(step.task.variant for step in self.steps if step.task.variant))

    def choose(self, variant: Variant | None, by: str, at: dt.datetime) -> None:
        """Take a branch: the steps of the others become without object, and what was said of them is kept aside.

        Raises RuleBroken for a branch that this objective does not have.
        """
        if variant is not None and variant not in self.variants:
            raise RuleBroken("variant", N_("Choisissez l’une des variantes de cet objectif."))
        self.variant = variant
        for step in self.steps:
            if step.task.variant is None or variant in (None, step.task.variant):
                step.bring_back(by, at)
            else:
                step.set_aside(variant, by, at)

    def journal_title(self) -> str:
        return self.objective_code


class Step(HasEvidence, Searchable, Record):
    """One action of the plan in an establishment. Somebody decides its state; who is to do it has a plan.Action.

    `kept_…` hold what was said of it before another branch was chosen.
    """

    __tablename__ = "hopen_step"
    __table_args__ = (
        UniqueConstraint("establishment_id", "task_code"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_has_date"),
        CheckConstraint("state NOT IN ('blocked', 'not_applicable') OR reason IS NOT NULL", name="reason_is_given"),
        CheckConstraint("started_on IS NULL OR done_on IS NULL OR done_on >= started_on", name="done_after_start"),
        Index("ix_hopen_step_list", "establishment_id", "state", "deadline_on"),
    )
    journal_name = N_("Action HOP’EN")
    evidence_read = Permission.HOPEN_READ
    evidence_change = (Permission.HOPEN_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    pursuit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_pursuit.id"), index=True)
    task_code: Mapped[str] = mapped_column(ForeignKey("hopen_task.code"), index=True)
    state: Mapped[StepState] = mapped_column(vocabulary(StepState), default=StepState.TODO, info={"label": N_("État")})
    reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif")})
    started_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Commencée le")})
    due_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Échéance fixée")})
    deadline_on: Mapped[dt.date | None] = mapped_column(info={"derived": True})
    done_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Faite le")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    kept_state: Mapped[StepState | None] = mapped_column(vocabulary(StepState), info={"derived": True})
    kept_reason: Mapped[Long | None] = mapped_column(info={"derived": True})
    kept_done_on: Mapped[dt.date | None] = mapped_column(info={"derived": True})
    overridden: Mapped[bool] = mapped_column(default=False, info={"label": N_("Contre la proposition de Vigie")})
    finding: Mapped[Long | None] = mapped_column(info={"label": N_("Constat des registres")})
    decided_by: Mapped[Short | None]
    decided_at: Mapped[At | None]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    pursuit: Mapped[Pursuit] = relationship(back_populates="steps")
    task: Mapped[Task] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # Late or not

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, today: dt.date) -> bool:
        """Whether its deadline is past and it is still open; without one, never."""
        return self.is_open and self.deadline_on is not None and self.deadline_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return and_(cls.state.in_(OPEN), cls.deadline_on < today)

    def schedule(self, started_on: dt.date | None, due_on: dt.date | None) -> None:
        """Set its own start and due date; without one, that of its objective holds. Raises RuleBroken."""
        if started_on and due_on and due_on < started_on:
            raise RuleBroken("due_on", N_("L’échéance précède le début : corrigez l’une des deux dates."))
        if started_on and self.done_on and self.done_on < started_on:
            raise RuleBroken("started_on", N_("Cette action a été faite avant cette date."))
        self.started_on, self.due_on = started_on, due_on
        self.deadline_on = due_on or self.pursuit.deadline_on

    # Its state

    def decide(
        self,
        state: StepState,
        by: str,
        at: dt.datetime,
        *,
        on: dt.date,
        reason: str | None = None,
        proposed: StepState | None = None,
        finding: str | None = None,
        heard: bool = True,
    ) -> None:
        """Say how it is. `proposed`: what the product proposes from its own records, which say `finding`; `heard`:
        whether a body said its opinion, where the plan wants one; `on`: the day it was done. Raises RuleBroken.
        """
        overridden = contradicts(state, proposed)
        if self.kept_state is not None:
            raise RuleBroken("state", N_("Une autre variante est retenue : changez d’abord la variante de l’objectif."))
        if state in REASONED and not reason:
            raise RuleBroken("reason", N_("Dites pourquoi."))
        if overridden and not reason:
            raise RuleBroken("reason", N_("Vigie propose un autre état : dites pourquoi vous ne le retenez pas."))
        if state is StepState.DONE:
            self._check_done(on, at, heard=heard)
        self.done_on = on if state is StepState.DONE else None
        if state is StepState.DOING and self.started_on is None:
            self.started_on = on
        self.state, self.reason, self.overridden, self.finding = state, reason, overridden, finding
        self.decided_by, self.decided_at = by, at

    def _check_done(self, on: dt.date, at: dt.datetime, *, heard: bool) -> None:
        if not heard:
            raise RuleBroken("state", N_("Le plan demande l’avis d’une instance : enregistrez-le d’abord."))
        if on > day_of(at):
            raise RuleBroken("done_on", N_("Une action se dit faite une fois faite : choisissez une date passée."))
        if self.started_on and on < self.started_on:
            raise RuleBroken("done_on", N_("Cette date précède le début de l’action."))

    def set_aside(self, variant: Variant | None, by: str, at: dt.datetime) -> None:
        """Make it without object because another branch is taken; what was said of it is kept."""
        if self.kept_state is None:
            self.kept_state, self.kept_reason, self.kept_done_on = self.state, self.reason, self.done_on
        label = variant.label if variant else ""
        self.state, self.done_on = StepState.NOT_APPLICABLE, None
        self.reason = N_("Variante retenue : %s.") % label
        self.decided_by, self.decided_at = by, at

    def bring_back(self, by: str, at: dt.datetime) -> None:
        """Give it back what was said of it before another branch was taken."""
        if self.kept_state is None:
            return
        self.state, self.reason, self.done_on = self.kept_state, self.kept_reason, self.kept_done_on
        self.kept_state = self.kept_reason = self.kept_done_on = None
        self.decided_by, self.decided_at = by, at

    def search_words(self) -> list[str | None]:
        return [self.task_code, self.task.text, self.note, self.reason]

    def journal_title(self) -> str:
        return f"{self.task_code} {self.task.text}"[:200]


def begin_tracking(session: Session, establishment: Establishment, known: Sequence[Objective]) -> int:
    """Give an establishment a pursuit for each objective, and a step for each of its actions, that it lacks.

    `known`: the objectives to follow. Gives how many steps were added; the session then holds them.
    """
    home = establishment.id
    pursuits: dict[str, Pursuit] = {
        one.objective_code: one for one in session.scalars(select(Pursuit).where(Pursuit.establishment_id == home))
    }
    held = set(session.scalars(select(Step.task_code).where(Step.establishment_id == home)))
    for objective in known:
        if objective.code not in pursuits:
            pursuits[objective.code] = Pursuit(establishment=establishment, objective=objective)
            session.add(pursuits[objective.code])
    session.flush()
    wanted = select(Task).where(Task.objective_code.in_(pursuits)).order_by(Task.position)
    missing = [task for task in session.scalars(wanted) if task.code not in held]
    for task in missing:
        session.add(_step(pursuits[task.objective_code], task, establishment))
    session.flush()
    return len(missing)


def _step(pursuit: Pursuit, task: Task, establishment: Establishment) -> Step:
    values: dict[str, Any] = {"establishment": establishment, "establishment_id": establishment.id}
    return Step(pursuit=pursuit, task=task, task_code=task.code, deadline_on=pursuit.deadline_on, **values)
