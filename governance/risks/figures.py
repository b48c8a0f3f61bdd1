"""The figures of an analysis: each counted by the same rule as the list that its link leads to."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from governance.database import session
from models.measures import Measure
from models.plan import Action
from models.risks.analysis import Analysis
from models.risks.scale import Scale
from models.risks.scenario import RATINGS, Scenario, ScenarioMeasure
from models.risks.shown import SHOWN, present_level
from models.risks.words import Phase

Cell = tuple[int, int]
"""(severity, likelihood)."""


def questions(analysis: Analysis, scale: Scale, today: dt.date) -> list[tuple[str, str, int, str]]:
    """(key, title, count, tone) of each ready-made question. One query."""
    counted = [func.sum(case((one.rule(scale, today), 1), else_=0)) for one in SHOWN]
    row = session.execute(select(*counted).where(Scenario.analysis_id == analysis.id)).one()
    return [(one.key, one.title, count or 0, one.tone) for one, count in zip(SHOWN, row, strict=True)]


@dataclass(frozen=True)
class Heat:
    """How many scenarios stand in each cell of the matrix, in one phase."""

    phase: Phase
    cells: dict[Cell, int]

    def level_counts(self, scale: Scale) -> list[int]:
        """How many scenarios at each level, the calmest first."""
        counts = [0] * scale.top
        for cell, count in self.cells.items():
            if level := scale.level(*cell):
                counts[level - 1] += count
        return counts


Ratings = dict[tuple[int | None, ...], int]
"""How many open scenarios have each set of six figures, in the order of RATINGS."""


def ratings(analysis: Analysis) -> Ratings:
    """The ratings of an analysis, counted in one query: all the maps are drawn from it."""
    columns = [getattr(Scenario, name) for name in RATINGS]
    query = select(*columns, func.count()).where(Scenario.analysis_id == analysis.id, Scenario.closed_on.is_(None))
    return {tuple(row[:-1]): row[-1] for row in session.execute(query.group_by(*columns))}


def heats(counted: Ratings) -> list[Heat]:
    """The three heat maps."""
    found = []
    for place, phase in enumerate(Phase):
        cells: Counter[Cell] = Counter()
        for rating, count in counted.items():
            severity, likelihood = rating[2 * place : 2 * place + 2]
            if severity and likelihood:
                cells[severity, likelihood] += count
        found.append(Heat(phase, cells))
    return found


@dataclass(frozen=True)
class Move:
    """How many scenarios go from one cell (before any measure) to another (once all are taken)."""

    before: Cell
    after: Cell
    count: int


def moves(counted: Ratings) -> list[Move]:
    """From the inherent to the residual rating, those that move most at the top."""
    pairs: Counter[tuple[Cell, Cell]] = Counter()
    for (severity, likelihood, _current, _likely, then, likely), count in counted.items():
        if severity and likelihood and then and likely:
            pairs[(severity, likelihood), (then, likely)] += count
    found = [Move(before, after, count) for (before, after), count in pairs.items()]
    return sorted(found, key=lambda one: (-one.count, one.before, one.after))


def level_moves(found: list[Move], scale: Scale) -> list[list[int]]:
    """The same by level: `[before - 1][after - 1]` scenarios."""
    counts = [[0] * scale.top for _ in range(scale.top)]
    for one in found:
        before, after = scale.level(*one.before), scale.level(*one.after)
        if before and after:
            counts[before - 1][after - 1] += one.count
    return counts


TOP = 10


def top(analysis: Analysis, scale: Scale) -> list[Scenario]:
    """The gravest scenarios that are open, with the measures in place."""
    severity = func.coalesce(Scenario.current_severity, Scenario.inherent_severity)
    likelihood = func.coalesce(Scenario.current_likelihood, Scenario.inherent_likelihood)
    query = (
        select(Scenario)
        .options(selectinload(Scenario.measure_links).joinedload(ScenarioMeasure.measure))
        .where(Scenario.analysis_id == analysis.id, Scenario.closed_on.is_(None), present_level(scale).is_not(None))
        .order_by(present_level(scale).desc(), severity.desc(), likelihood.desc(), Scenario.number)
    )
    return list(session.scalars(query.limit(TOP)))


def actions(analysis: Analysis, readable: ColumnElement[bool]) -> list[Action]:
    """The actions called for by the analysis, its scenarios and the measures that answer them; one query.

    Those of the analysis that it follows are still its plan.
    """
    ids = [one for one in (analysis.id, analysis.previous_id) if one]
    scenarios = select(Scenario.id).where(Scenario.analysis_id.in_(ids))
    mine = select(Scenario.id).where(Scenario.analysis_id == analysis.id)
    measures = select(ScenarioMeasure.measure_id).where(ScenarioMeasure.scenario_id.in_(mine))
    origin = or_(
        and_(Action.origin_type == Scenario.__tablename__, Action.origin_id.in_(scenarios)),
        and_(Action.origin_type == Measure.__tablename__, Action.origin_id.in_(measures)),
        and_(Action.origin_type == Analysis.__tablename__, Action.origin_id.in_(ids)),
    )
    query = select(Action).where(origin, readable, Action.establishment_id == analysis.establishment_id)
    return list(session.scalars(query.order_by(Action.due_on.is_(None), Action.due_on, Action.title)))
