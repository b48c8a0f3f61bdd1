"""What the registers say of the plan today: read once for all establishments, then compared with what people said."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from exports.texts import day
from governance.database import session
from governance.visitor import Visitor
from models.hopen.late import Late
from models.hopen.measures import WHOLE, Measure, Reading, proposed
from models.hopen.prerequisites import Indicator
from models.hopen.shown import raised
from models.hopen.sources import MEASURES, SOURCES
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import StepState
from models.inventory.target import IndicatorTarget
from models.permissions import Permission
from models.plan import OPEN, Action, State
from models.vocabulary import N_

Key = tuple[uuid.UUID, str]
"""An establishment and the code of an action of the plan."""

RAISED = Measure("raised", ("plan",), N_("%(met)s faites sur %(counted)s actions du plan qui en découlent"), "plan")


@dataclass
class Live:
    """The readings by establishment and action, and what they propose together."""

    readings: dict[Key, list[Reading]] = field(default_factory=dict)

    def of(self, step: Step) -> list[Reading]:
        return self.readings.get((step.establishment_id, step.task_code), [])

    def proposal(self, step: Step) -> StepState | None:
        return proposed(self.of(step))

    def finding(self, step: Step, on: dt.date) -> str | None:
        """What the registers say of a step on a day, in words that will stay."""
        said = " ; ".join(_(one.measure.sentence, met=one.met, counted=one.counted) for one in self.of(step))
        return _("Au %(day)s : %(said)s.", day=day(on), said=said) if said else None

    def where(self, *states: StepState) -> ColumnElement[bool]:
        """SQL: the steps for which one of these states is proposed, by a register or else by the actions raised."""
        asked = _among(key for key, found in self.readings.items() if proposed(found) in states)
        return or_(asked, and_(~_among(self.readings), _proposed_by_raised(states)))

    def told_of(self, steps: Sequence[Step]) -> "Live":
        """The same, with what the actions raised by these very steps say where no register knows better. One query."""
        self.hear(Step.id.in_([step.id for step in steps]))
        return self

    def hear(self, kept: ColumnElement[bool]) -> None:
        """Add, where no register knows better, the actions that the steps `kept` called for: closed or not."""
        done, still = (func.sum(case((rule, 1), else_=0)) for rule in (_DONE, _LEFT))
        rows = session.execute(
            select(Step.establishment_id, Step.task_code, done, still)
            .join(Action, and_(Action.origin_type == Step.__tablename__, Action.origin_id == Step.id))
            .where(kept)
            .group_by(Step.establishment_id, Step.task_code)
        )
        for place, code, met, left in rows:
            self.readings.setdefault((place, code), [Reading(RAISED, int(met), int(met + left))])


_DONE, _LEFT = Action.state == State.DONE, Action.state.in_(OPEN)


def _among(keys: Iterable[Key]) -> ColumnElement[bool]:
    """SQL: the steps of these keys. Establishments often share their codes: a condition for each group of them."""
    places: dict[str, set[uuid.UUID]] = {}
    for place, code in keys:
        places.setdefault(code, set()).add(place)
    codes: dict[frozenset[uuid.UUID], list[str]] = {}
    for code, of in places.items():
        codes.setdefault(frozenset(of), []).append(code)
    return or_(false(), *(and_(Step.task_code.in_(some), Step.establishment_id.in_(of)) for of, some in codes.items()))


def _proposed_by_raised(states: Collection[StepState]) -> ColumnElement[bool]:
    """SQL: what the reading of the actions raised by a step proposes: done when none is left, else begun or to do."""
    done, left = raised(_DONE), raised(_LEFT)
    answers = {
        StepState.DONE: and_(done, ~left),
        StepState.DOING: and_(done, left),
        StepState.TODO: and_(~done, left),
    }
    return or_(false(), *(rule for state, rule in answers.items() if state in states))


def registers(places: Collection[uuid.UUID], today: dt.date) -> Live:
    """What the registers say of some establishments: one query per register, and two more, however many they are."""
    live, aims = Live(), targets(places)
    for source, measures in SOURCES:
        query = source(today)
        for row in session.execute(query.where(query.selected_columns["place"].in_(places))).mappings():
            for measure in measures:
                found = Reading(
                    measure,
                    int(row[f"{measure.key}_met"] or 0),
                    int(row[f"{measure.key}_counted"] or 0),
                    WHOLE if measure.whole else aims[row["place"], measure.indicator],
                )
                for task in measure.tasks:
                    live.readings.setdefault((row["place"], task), []).append(found)
    return live


def read(places: Collection[uuid.UUID], today: dt.date) -> Live:
    """What the registers say of some establishments, and elsewhere the actions that each step called for."""
    live = registers(places, today)
    live.hear(Step.establishment_id.in_(places))
    return live


def late_objectives(who: Visitor, today: dt.date, limit: int, known: Live | None = None) -> list[Late]:
    """The objectives past their deadline that she may read, the oldest first, and why. `known`: what the registers say
    where it was read already; else they are asked of the establishments of these objectives."""

    def told(steps: Sequence[Step]) -> Callable[[Step], StepState | None]:
        held = known or registers({step.establishment_id for step in steps}, today)
        return held.told_of(steps).proposal

    rules = {"seen": who.sees(Pursuit, Permission.HOPEN_READ), "readable": who.reads(Action)}
    return Late.found(session(), today, limit, proposals=told, **rules)


SHARES = tuple(dict.fromkeys(one.indicator for one in MEASURES if not one.whole))
"""The indicators for which an establishment aims at a share."""


def targets(places: Collection[uuid.UUID]) -> dict[Key, int]:
    """The share aimed at for each indicator in each establishment: its own, else the catalogue's proposal."""
    usual = {one.code: one.percent or WHOLE for one in session.scalars(select(Indicator))}
    found = {(place, code): usual.get(code, WHOLE) for place in places for code in SHARES}
    query = select(IndicatorTarget).where(
        IndicatorTarget.establishment_id.in_(places), IndicatorTarget.indicator.in_(SHARES)
    )
    return found | {(one.establishment_id, one.indicator): one.percent for one in session.scalars(query)}
