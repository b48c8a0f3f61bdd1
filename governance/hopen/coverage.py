"""How far the plan covers other schemes: where each establishment stands on each of their requirements."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.terms import terms
from governance.visitor import Place
from models.hopen.bridges import Bearing, Bridge, Requirement, Scheme, Standing
from models.hopen.prerequisites import Task
from models.hopen.tracking import Step
from models.hopen.words import Reach, StepState, reach
from models.register.words import Confidence

Reached = dict[tuple[uuid.UUID, str], Reach]
"""An establishment and the code of an indicator or an objective -> how far it is."""

DRAWN = joinedload(Bridge.indicator), joinedload(Bridge.objective)
"""What is read of a bridge to show it."""


@dataclass(frozen=True)
class Line:
    """A requirement in an establishment: where it stands, and its bridges with how far the plan is at their start."""

    requirement: Requirement
    standing: Standing
    bridges: tuple[tuple[Bridge, Reach | None], ...]


@dataclass(frozen=True)
class Coverage:
    """A scheme in an establishment: its known requirements, line by line."""

    scheme: Scheme
    place: Place
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def covered(self) -> int:
        return self.count(Standing.COVERED)

    def count(self, standing: Standing) -> int:
        """How many of its requirements stand there: as many as the list shows."""
        return sum(line.standing is standing for line in self.lines)

    def kept(self, standing: Standing | None) -> tuple[Line, ...]:
        """The lines that stand there; all of them when nothing is asked."""
        return tuple(line for line in self.lines if standing in (None, line.standing))


def standing_of(bridges: Iterable[tuple[Bridge, Reach | None]]) -> Standing:
    """Where a requirement stands, from its bridges: one that answers is enough, once what it starts from is reached."""
    found = list(bridges)
    answers = [reached for bridge, reached in found if bridge.bearing is Bearing.ANSWERS]
    if Reach.DONE in answers:
        return Standing.COVERED
    if answers:
        return Standing.AWAITED
    return Standing.HELPED if found else Standing.ALONE


def schemes() -> list[Scheme]:
    """The schemes in their order."""
    return list(session.scalars(select(Scheme).order_by(Scheme.position)))


def measured(places: Sequence[Place], known: Sequence[Scheme]) -> dict[tuple[str, uuid.UUID], Coverage]:
    """Each scheme in each establishment: three queries, however many they are."""
    found = reached([place.id for place in places])
    query = Requirement.listed().where(
        Requirement.scheme_code.in_([one.code for one in known]), Requirement.removed_on.is_(None)
    )
    options = selectinload(Requirement.bridges).options(*DRAWN)
    by_scheme: dict[str, list[Requirement]] = {}
    for one in session.scalars(query.options(options)):
        by_scheme.setdefault(one.scheme_code, []).append(one)
    return {
        (scheme.code, place.id): Coverage(
            scheme, place, tuple(_line(one, place.id, found) for one in by_scheme.get(scheme.code, ()))
        )
        for scheme in known
        for place in places
    }


def _line(requirement: Requirement, place: uuid.UUID, found: Reached) -> Line:
    bridges = tuple((one, found.get((place, one.plan_code))) for one in requirement.bridges if one.removed_on is None)
    return Line(requirement, standing_of(bridges), bridges)


def reached(places: Sequence[uuid.UUID]) -> Reached:
    """How far each indicator and each objective is in some establishments; one query, however many steps."""
    counted = func.count().label("how_many")
    query = (
        select(Step.establishment_id, Task.indicator_code, Task.objective_code, Step.state, counted)
        .join(Task, Task.code == Step.task_code)
        .where(Step.establishment_id.in_(places))
        .group_by(Step.establishment_id, Task.indicator_code, Task.objective_code, Step.state)
    )
    counts: dict[tuple[uuid.UUID, str], dict[StepState, int]] = {}
    for row in session.execute(query):
        for code in (row.indicator_code, row.objective_code):
            states = counts.setdefault((row.establishment_id, code), {})
            states[row.state] = states.get(row.state, 0) + row.how_many
    return {key: reach(states) for key, states in counts.items()}


def served_by(indicator: str) -> list[Bridge]:
    """The bridges that start from an indicator or its objectives, in the order of the schemes; one query."""
    query = (
        select(Bridge)
        .join(Requirement)
        .join(Scheme)
        .where(Bridge.indicator_code == indicator, Bridge.removed_on.is_(None), Requirement.removed_on.is_(None))
        .options(joinedload(Bridge.requirement).joinedload(Requirement.scheme), *DRAWN)
    )
    return list(session.scalars(query.order_by(Scheme.position, Requirement.position, Bridge.plan_code)))


def about_plan() -> tuple[Confidence, str] | None:
    """How well the lines of the plan are founded, and how its delays became days (None: not planted)."""
    facts = terms().facts("hopen_plan", "plan")
    return (Confidence(facts["confidence"]), facts["delay_note"]) if facts else None
