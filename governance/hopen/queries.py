"""What the screens of HOP’EN list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.live import Live, registers
from governance.visitor import Place, Visitor
from models.establishments import Establishment
from models.evidence import Attachment
from models.hopen import shown
from models.hopen.late import entrusted
from models.hopen.opinions import StepLink, StepOpinion
from models.hopen.prerequisites import Indicator, Objective, Task
from models.hopen.shown import base, share
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import OPEN, Difficulty, Reach, StepState, reach
from models.permissions import Permission
from models.plan import Action
from models.search import matching
from models.shares import percent
from models.vocabulary import N_

READ = Permission.HOPEN_READ
NEVER = dt.date(9999, 12, 31)

SORTS = {
    "action": Task.position,
    "etat": case({state: place for place, state in enumerate(StepState)}, value=Step.state),
    "echeance": func.coalesce(Step.deadline_on, NEVER),
    "difficulte": case({word: place for place, word in enumerate(Difficulty)}, value=Objective.difficulty),
    "lieu": Establishment.code,
}


QUESTIONS = (
    *((one.key, one.title, one.tone) for one in shown.QUESTIONS),
    ("a-confirmer", N_("Faites selon les registres, à confirmer"), "info"),
    ("a-revoir", N_("Dites faites, que les registres ne voient pas"), "alert"),
)
"""(key, title, tone) of each question that the list can be asked: those of the tracker, then those to the registers."""


def answers(today: dt.date, live: Live) -> dict[str, ColumnElement[bool]]:
    """Each question's answer in SQL, over steps beside their tasks."""
    free = Step.overridden.is_(False)
    return {
        **{one.key: one.rule(today) for one in shown.QUESTIONS},
        "a-confirmer": and_(Step.state.in_(OPEN), free, live.where(StepState.DONE)),
        "a-revoir": and_(Step.state == StepState.DONE, free, live.where(StepState.TODO, StepState.DOING)),
    }


# The list


def listed(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the steps that she may read and that the filters of `args` keep."""
    return base(Step.id).where(who.sees(Step, READ), *_kept(who, args, today))


def live_of(who: Visitor, today: dt.date) -> Live:
    """What the registers say of the establishments whose tracking she reads."""
    return registers([place.id for place in places_of(who)], today)


def _kept(who: Visitor, args: Any, today: dt.date) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Step.words, typed[:200])
    if args.get("etat") == "ouvertes":
        yield Step.state.in_(OPEN)
    elif args.get("etat") in StepState.__members__.values():
        yield Step.state == StepState(args["etat"])
    if (asked := args.get("montrer", "")) in {key for key, _title, _tone in QUESTIONS}:
        live = live_of(who, today) if asked in ("a-confirmer", "a-revoir") else Live()
        yield answers(today, live)[asked]
    yield from _of_the_plan(args)


def _of_the_plan(args: Any) -> Iterator[ColumnElement[bool]]:
    if code := args.get("indicateur", "")[:10]:
        yield Task.indicator_code == code
    if code := args.get("objectif", "")[:20]:
        yield Task.objective_code == code
    if args.get("difficulte") in Difficulty.__members__.values():
        yield Objective.difficulty == Difficulty(args["difficulte"])
    if actor := args.get("acteur", "")[:40]:
        yield cast(Objective.actors, String).contains(f'"{actor}"', autoescape=True)
    if code := args.get("etablissement", "")[:40]:
        yield Establishment.code == code


@dataclass(frozen=True)
class Line:
    """A step as the list shows it: whose it is comes from the actions raised by it, proofs are counted."""

    step: Step
    owners: tuple[str, ...]
    proofs: int


def details(who: Visitor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Line]:
    """Some steps by identity, in the order given; three queries."""
    query = select(Step).options(
        joinedload(Step.task).joinedload(Task.objective).joinedload(Objective.indicator),
        joinedload(Step.establishment),
        joinedload(Step.pursuit).joinedload(Pursuit.objective),
    )
    steps = {one.id: one for one in session.scalars(query.where(Step.id.in_(ids)))}
    owners, proofs = entrusted(session(), ids, who.reads(Action)), _proofs(ids)
    return {one: Line(steps[one], tuple(owners.get(one, ())), proofs.get(one, 0)) for one in ids if one in steps}


def _proofs(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    files = select(Attachment.owner_id.label("step_id")).where(
        Attachment.owner_type == Step.__tablename__, Attachment.owner_id.in_(ids), Attachment.removed_at.is_(None)
    )
    links = select(StepLink.step_id).where(StepLink.step_id.in_(ids))
    opinions = select(StepOpinion.step_id).where(StepOpinion.step_id.in_(ids))
    findings = select(Step.id.label("step_id")).where(Step.id.in_(ids), Step.finding.is_not(None))
    whole = files.union_all(links, opinions, findings).subquery()
    rows = session.execute(select(whole.c.step_id, func.count()).group_by(whole.c.step_id))
    return {row[0]: row[1] for row in rows}


# The overview: indicators by establishment


@dataclass
class Standing:
    """How far a set of steps is: how many in each state, how many late."""

    counts: dict[StepState, int] = field(default_factory=dict)
    late: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.counts.get(StepState.DONE, 0)

    @property
    def applicable(self) -> int:
        return self.total - self.counts.get(StepState.NOT_APPLICABLE, 0)

    @property
    def reach(self) -> Reach:
        return reach(self.counts)

    @property
    def percent(self) -> int:
        """The share done, in whole percents, never 100 before the end."""
        return percent(self.done, self.applicable)

    def add(self, other: "Standing") -> None:
        for state, count in other.counts.items():
            self.counts[state] = self.counts.get(state, 0) + count
        self.late += other.late


@dataclass
class Overview:
    """Where each establishment stands on each indicator; `followed` are those whose tracking is begun."""

    places: Sequence[Place]
    cells: dict[tuple[str, uuid.UUID], Standing]

    def cell(self, indicator: str, place: uuid.UUID) -> Standing | None:
        return self.cells.get((indicator, place))

    def whole(self, indicator: str) -> Standing:
        """An indicator over all the establishments shown."""
        return self._sum(one for (code, _place), one in self.cells.items() if code == indicator)

    def of_place(self, place: uuid.UUID) -> Standing:
        """An establishment over all indicators."""
        return self._sum(one for (_code, where), one in self.cells.items() if where == place)

    def together(self) -> Standing:
        return self._sum(self.cells.values())

    def reached(self, place: uuid.UUID) -> int:
        """How many indicators an establishment has reached."""
        return sum(one.reach is Reach.DONE for (_code, where), one in self.cells.items() if where == place)

    @property
    def followed(self) -> list[Place]:
        begun = {where for _code, where in self.cells}
        return [place for place in self.places if place.id in begun]

    @staticmethod
    def _sum(standings: Any) -> Standing:
        whole = Standing()
        for one in standings:
            whole.add(one)
        return whole


def places_of(who: Visitor) -> list[Place]:
    """The establishments whose tracking she reads, where she works now."""
    return list(who.places_here(READ))


def overview(who: Visitor, today: dt.date) -> Overview:
    """The standing of each indicator in each establishment; one query, however many steps."""
    states = [share(Step.state == state) for state in StepState]
    late = share(Step.late(today))
    query = (
        select(Task.indicator_code, Step.establishment_id, late, *states)
        .join(Task, Task.code == Step.task_code)
        .where(who.sees(Step, READ))
        .group_by(Task.indicator_code, Step.establishment_id)
    )
    cells = {}
    for code, place, count, *rest in session.execute(query):
        counts = {state: int(how_many) for state, how_many in zip(StepState, rest, strict=True) if how_many}
        cells[code, place] = Standing(counts, int(count))
    return Overview(places_of(who), cells)


def counts(who: Visitor, today: dt.date, live: Live) -> dict[str, int]:
    """How many steps answer each question, beside what the registers say; one query."""
    asked = answers(today, live)
    sums = [share(rule).label(key) for key, rule in asked.items()]
    query = select(*sums).select_from(Step).join(Task, Task.code == Step.task_code)
    row = session.execute(query.where(who.sees(Step, READ))).one()._mapping
    return {key: int(row[key] or 0) for key in asked}


OBJECTIVE_SORTS = {
    "objectif": Objective.position,
    "echeance": func.coalesce(Pursuit.deadline_on, NEVER),
    "lieu": Establishment.code,
}


def objectives(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the objectives pursued that she may read and that the filters of `args` keep."""
    query = select(Pursuit.id).join(Objective).join(Establishment, Establishment.id == Pursuit.establishment_id)
    query = query.where(who.sees(Pursuit, READ))
    if code := args.get("indicateur", "")[:10]:
        query = query.where(Objective.indicator_code == code)
    if code := args.get("etablissement", "")[:40]:
        query = query.where(Establishment.code == code)
    return query.where(Pursuit.late(today)) if args.get("montrer") == "en-retard" else query


def objective_details(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Pursuit]:
    """Some objectives by identity, with their steps; two queries."""
    options = joinedload(Pursuit.objective), joinedload(Pursuit.establishment), selectinload(Pursuit.steps)
    return {one.id: one for one in session.scalars(select(Pursuit).options(*options).where(Pursuit.id.in_(ids)))}


def count_late_objectives(who: Visitor, today: dt.date) -> int:
    """How many objectives are past their deadline."""
    query = select(func.count()).select_from(Pursuit).where(who.sees(Pursuit, READ), Pursuit.late(today))
    return session.scalar(query) or 0


def indicators() -> list[Indicator]:
    """The indicators in the order of the plan."""
    return list(session.scalars(select(Indicator).order_by(Indicator.position)))


def pursuits(place: uuid.UUID, indicator: str) -> list[Pursuit]:
    """The objectives of an indicator in an establishment, with their steps."""
    query = (
        select(Pursuit)
        .join(Objective)
        .where(Pursuit.establishment_id == place, Objective.indicator_code == indicator)
        .options(joinedload(Pursuit.objective), selectinload(Pursuit.steps).joinedload(Step.task))
    )
    return list(session.scalars(query.order_by(Objective.position)))
