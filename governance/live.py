"""What the registers say of the plan today: read once for all establishments, then compared with what people said."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from exports.texts import day
from governance.database import session
from models.hopen.measures import WHOLE, Measure, Reading, proposed
from models.hopen.prerequisites import Indicator
from models.hopen.sources import MEASURES, SOURCES
from models.hopen.tracking import Step
from models.hopen.words import StepState
from models.inventory.target import IndicatorTarget
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
        """SQL: the steps for which one of these states is proposed."""
        codes: dict[uuid.UUID, list[str]] = {}
        for (place, code), found in self.readings.items():
            if proposed(found) in states:
                codes.setdefault(place, []).append(code)
        return or_(false(), *(and_(Step.establishment_id == one, Step.task_code.in_(of)) for one, of in codes.items()))


def read(places: Sequence[uuid.UUID], today: dt.date) -> Live:
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
    for key, reading in _raised(places):
        live.readings.setdefault(key, [reading])
    return live


def _raised(places: Sequence[uuid.UUID]) -> list[tuple[Key, Reading]]:
    """Where no register knows better: the actions that a step called for, closed or not."""
    done, still = (func.sum(case((rule, 1), else_=0)) for rule in (Action.state == State.DONE, Action.state.in_(OPEN)))
    rows = session.execute(
        select(Step.establishment_id, Step.task_code, done, still)
        .join(Action, and_(Action.origin_type == Step.__tablename__, Action.origin_id == Step.id))
        .where(Step.establishment_id.in_(places))
        .group_by(Step.establishment_id, Step.task_code)
    )
    return [((place, code), Reading(RAISED, int(met), int(met + left))) for place, code, met, left in rows]


SHARES = tuple(dict.fromkeys(one.indicator for one in MEASURES if not one.whole))
"""The indicators for which an establishment aims at a share."""


def targets(places: Sequence[uuid.UUID]) -> dict[Key, int]:
    """The share aimed at for each indicator in each establishment: its own, else the catalogue's proposal."""
    usual = {one.code: one.percent or WHOLE for one in session.scalars(select(Indicator))}
    found = {(place, code): usual.get(code, WHOLE) for place in places for code in SHARES}
    query = select(IndicatorTarget).where(
        IndicatorTarget.establishment_id.in_(places), IndicatorTarget.indicator.in_(SHARES)
    )
    return found | {(one.establishment_id, one.indicator): one.percent for one in session.scalars(query)}
