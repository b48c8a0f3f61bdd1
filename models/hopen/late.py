"""What is past its deadline and why: the actions still open, since when, who has them in hand, what stops them."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.hopen.opinions import StepOpinion
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import Reach, StepState
from models.plan import OPEN, Action

Owners = Mapping[uuid.UUID, Sequence[str]]
"""To whom each step is entrusted, by its identity."""


@dataclass(frozen=True)
class Pending:
    """An action that a late objective still waits for, as plain data; `reason`: what blocks it; `awaits_opinion`: a
    governance body has yet to say its opinion; `is_proposed`: the registers say that it is done."""

    id: uuid.UUID
    code: str
    text: str
    state: StepState
    deadline_on: dt.date | None
    is_late: bool
    owners: tuple[str, ...]
    reason: str | None
    awaits_opinion: bool
    is_proposed: bool


@dataclass(frozen=True)
class Late:
    """An objective past its deadline, as plain data: what, where, since when, and what it waits for."""

    id: uuid.UUID
    code: str
    title: str
    actors: tuple[str, ...]
    place: str
    deadline_on: dt.date
    reach: Reach
    pending: tuple[Pending, ...]

    @classmethod
    def found(
        cls,
        session: Session,
        today: dt.date,
        limit: int,
        *,
        seen: ColumnElement[bool],
        readable: ColumnElement[bool],
        proposals: Callable[[Sequence[Step]], Callable[[Step], StepState | None]],
    ) -> list["Late"]:
        """The objectives past their deadline, the oldest first. `seen`: those that the visitor follows; `readable`: the
        actions of the plan that she reads, hence whose owners she is told; `proposals`: from steps to what the
        registers say of each. Four queries and what `proposals` asks, however many there are."""
        steps = selectinload(Pursuit.steps).joinedload(Step.task)
        query = select(Pursuit).options(joinedload(Pursuit.objective), joinedload(Pursuit.establishment), steps)
        oldest = query.where(Pursuit.late(today), seen).order_by(Pursuit.deadline_on, Pursuit.id).limit(limit)
        pursuits = session.scalars(oldest).all()
        steps_left = [step for one in pursuits for step in one.steps if step.is_open]
        waited, proposal = [step.id for step in steps_left], proposals(steps_left)
        owners = entrusted(session, waited, readable)
        heard = frozenset(session.scalars(select(StepOpinion.step_id).where(StepOpinion.step_id.in_(waited))))

        def pending(step: Step) -> Pending:
            return Pending(
                id=step.id,
                code=step.task_code,
                text=step.task.text,
                state=step.state,
                deadline_on=step.deadline_on,
                is_late=step.is_late(today),
                owners=tuple(owners.get(step.id, ())),
                reason=step.reason if step.state is StepState.BLOCKED else None,
                awaits_opinion=bool(step.task.bodies) and step.id not in heard,
                is_proposed=not step.overridden and proposal(step) is StepState.DONE,
            )

        return [cls._of(one, [pending(step) for step in one.steps if step.is_open]) for one in pursuits]

    @classmethod
    def _of(cls, one: Pursuit, pending: list[Pending]) -> "Late":
        return cls(
            id=one.id,
            code=one.objective_code,
            title=f"{one.objective_code} {one.objective.title}",
            actors=tuple(one.objective.actors),
            place=one.establishment.code,
            deadline_on=one.deadline_on or dt.date.max,
            reach=one.reach,
            pending=tuple(sorted(pending, key=lambda step: (not step.is_late, step.state is not StepState.BLOCKED))),
        )


def entrusted(session: Session, step_ids: Sequence[uuid.UUID], readable: ColumnElement[bool]) -> Owners:
    """By step, to whom the open actions of the plan that it called for are entrusted, each name once. One query."""
    raised = Action.origin_type == Step.__tablename__, Action.origin_id.in_(step_ids), Action.state.in_(OPEN)
    query = select(Action.origin_id, Action.owner_name).where(*raised, readable).order_by(Action.owner_name)
    found: dict[uuid.UUID, list[str]] = {}
    for step_id, name in session.execute(query):
        if step_id and name and name not in found.setdefault(step_id, []):
            found[step_id].append(name)
    return found
