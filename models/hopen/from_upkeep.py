"""What is kept alive, and when it last was: what it says of the plan."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from models.hopen.measures import Measure, shares
from models.hopen.upkeep import Nature, Upkeep, UpkeepEntry, UpkeepKind
from models.vocabulary import N_

MEETINGS = 4
"""The unit meets at least each quarter (Plan P1.2-O3-A1)."""
YEAR = dt.timedelta(days=366)

MEASURES = (
    Measure("met", ("P1.2-O3-A1",), N_("%(met)s réunions sur %(counted)s attendues en un an"), "hopen"),
    Measure("structure", ("P1.4-O5-A2",), N_("Référentiel de structure à jour : %(met)s sur %(counted)s"), "hopen"),
    Measure("recovery", ("P2.1-O5-A1",), N_("Plan de reprise essayé à temps : %(met)s sur %(counted)s"), "hopen"),
    Measure("drilled", ("P2.3-O5-A1",), N_("Procédures dégradées essayées à temps : %(met)s sur %(counted)s"), "hopen"),
    Measure("ror", ("P4.2-O1-A5",), N_("Peuplement du ROR suivi à temps : %(met)s sur %(counted)s"), "hopen"),
    Measure("mssante", ("P4.3-O1-A1",), N_("Messagerie MSSanté relevée à temps : %(met)s sur %(counted)s"), "hopen"),
)


def from_upkeep(today: dt.date) -> Select[Any]:
    """For each kind, how many are followed, and how many had their last entry in time."""
    entry = UpkeepEntry.upkeep_id == Upkeep.id
    alive = and_(select(UpkeepEntry.id).where(entry).exists(), ~Upkeep.late(today))
    meetings = select(func.count()).where(
        entry, UpkeepEntry.nature == Nature.MEETING, UpkeepEntry.held_on >= today - YEAR
    )
    held = meetings.correlate(Upkeep).scalar_subquery()
    unit = Upkeep.kind == UpkeepKind.IDENTITY_UNIT
    kinds = {
        "structure": UpkeepKind.STRUCTURE,
        "recovery": UpkeepKind.RECOVERY,
        "drilled": UpkeepKind.DEGRADED,
        "ror": UpkeepKind.ROR,
        "mssante": UpkeepKind.MSSANTE,
    }
    sums = [column for key, kind in kinds.items() for column in shares(key, Upkeep.kind == kind, alive)]
    capped = case((unit, case((held > MEETINGS, MEETINGS), else_=held)), else_=0)
    sums.append(func.max(capped).label("met_met"))
    sums.append(func.max(case((unit, MEETINGS), else_=0)).label("met_counted"))
    query = select(Upkeep.establishment_id.label("place"), *sums)
    return query.where(Upkeep.ended_on.is_(None)).group_by(Upkeep.establishment_id)
