"""The figures of the inventory: each counted by the same rule as the list that its link leads to."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Float, Select, case, cast, func, select

from governance.database import session
from governance.remembered import as_she_sees
from governance.visitor import Place, Visitor
from models.inventory import history
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.indicators import INDICATORS, P34, SHOWN, Indicator, standing
from models.inventory.target import DEFAULT_PERCENT, IndicatorTarget
from models.inventory.words import Status
from models.permissions import Permission
from models.shares import percent
from models.spans import alive, month_ends


@dataclass(frozen=True)
class Rate:
    """A share: how many are met out of those counted."""

    indicator: Indicator
    met: int
    counted: int

    @property
    def percent(self) -> int | None:
        """None when nothing is counted: the rate is not computable."""
        return percent(self.met, self.counted) if self.counted else None


@dataclass
class Standing:
    """Where one establishment, or the group, stands: its rates by code, its counts by question, its mean score."""

    name: str
    code: str
    target: int = DEFAULT_PERCENT
    rates: dict[str, Rate] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    scores: float = 0.0
    scored: int = 0

    @property
    def score(self) -> int | None:
        """The mean of the weighted scores, in percent, over the applications that have one."""
        return percent(self.scores, self.scored) if self.scored else None

    @property
    def is_reached(self) -> bool:
        rate = self.rates[P34.code]
        return rate.counted > 0 and 100 * rate.met >= self.target * rate.counted


def _places(who: Visitor) -> tuple[Place, ...]:
    """The establishments whose figures she reads: the one where she works now, else all of hers."""
    return who.places_here(Permission.INVENTORY_READ)


def standings(who: Visitor, today: dt.date) -> list[Standing]:
    """One per establishment that she reads, by name; three queries, however many applications."""
    return list(as_she_sees(who, ("standings", today), _places(who), lambda: _standings(who, today)))


def _standings(who: Visitor, today: dt.date) -> list[Standing]:
    rows = session.execute(_sums(who, today)).mappings().all()
    by_place = {row["establishment_id"]: row for row in rows}
    places = _places(who)
    aims = _targets([place.id for place in places])
    return [
        _standing(place.name, place.code, [by_place[place.id]] if place.id in by_place else [], aims.get(place.id))
        for place in places
    ]


def together(each: list[Standing], name: str) -> Standing:
    """The sum of several establishments; the target is the highest of theirs."""
    whole = Standing(name, "", max((one.target for one in each), default=DEFAULT_PERCENT))
    for indicator in INDICATORS:
        rates = [one.rates[indicator.code] for one in each]
        whole.rates[indicator.code] = Rate(
            indicator, sum(rate.met for rate in rates), sum(rate.counted for rate in rates)
        )
    for question in SHOWN:
        whole.counts[question.key] = sum(one.counts[question.key] for one in each)
    whole.scores, whole.scored = sum(one.scores for one in each), sum(one.scored for one in each)
    return whole


def _standing(name: str, code: str, rows: Iterable[Any], target: int | None) -> Standing:
    one = Standing(name, code, target or DEFAULT_PERCENT)
    row: Any = next(iter(rows), {})
    for indicator in INDICATORS:
        met, counted = row.get(f"{indicator.key}_met") or 0, row.get(f"{indicator.key}_counted") or 0
        one.rates[indicator.code] = Rate(indicator, met, counted)
    for question in SHOWN:
        one.counts[question.key] = row.get(question.key) or 0
    one.scores, one.scored = row.get("scores") or 0.0, row.get("scored") or 0
    return one


def _count(rule: Any) -> Any:
    return func.count().filter(rule)


def _sums(who: Visitor, today: dt.date) -> Select[Any]:
    share = cast(Assessment.points, Float) / func.nullif(Assessment.most_points, 0)
    return (
        standing(
            Application.establishment_id,
            *(_count(one.counted).label(f"{one.key}_counted") for one in INDICATORS),
            *(_count(one.reached(today)).label(f"{one.key}_met") for one in INDICATORS),
            *(_count(one.rule(today)).label(one.key) for one in SHOWN),
            func.sum(case((P34.counted, share))).label("scores"),
            func.count(case((P34.counted, share))).label("scored"),
        )
        .where(who.sees(Application, Permission.INVENTORY_READ), Application.status == Status.PRODUCTION)
        .group_by(Application.establishment_id)
    )


def _targets(places: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = select(IndicatorTarget.establishment_id, IndicatorTarget.percent).where(
        IndicatorTarget.indicator == P34.code, IndicatorTarget.establishment_id.in_(places)
    )
    return {row.establishment_id: row.percent for row in session.execute(query)}


# The trend: what the rate was at the end of each month, from the dated assessments


@dataclass(frozen=True)
class Point:
    """The rate of P3.4 at the end of a day."""

    on: dt.date
    met: int
    counted: int

    @property
    def percent(self) -> int:
        return percent(self.met, self.counted) if self.counted else 0


def trend(who: Visitor, today: dt.date) -> list[Point]:
    """The rate of P3.4 at the end of each month: applications that held health data and were in service then.

    Whether an application holds health data is as said now; three queries, however many applications.
    """
    return list(as_she_sees(who, ("trend", today), _places(who), lambda: _trend(who, today)))


def _trend(who: Visitor, today: dt.date) -> list[Point]:
    ends, mine = month_ends(today), who.sees(Application, Permission.INVENTORY_READ)
    counted = alive(session.execute(history.lives(ends).where(mine)), len(ends))
    met = alive(session.execute(history.compliances(ends).where(mine)), len(ends))
    return [Point(on, met[place], counted[place]) for place, on in enumerate(ends)]
