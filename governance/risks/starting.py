"""How an analysis gets its first scenarios: from the catalogue, from a past one, from the register."""

from collections.abc import Iterable

from sqlalchemy import select

from governance.database import session
from governance.risks import queries
from governance.terms import terms
from governance.visitor import Visitor, visitor
from models.base import now, today
from models.measures import Measure
from models.permissions import Permission
from models.register.activity import Activity
from models.register.shown import dpia_required
from models.register.words import Status
from models.risks import copying
from models.risks.analysis import Analysis, next_reference
from models.risks.beginning import FEARED, element_of, feared_events, measure_of, scenario_of
from models.risks.parts import Element
from models.risks.scenario import Scenario


def successor(who: Visitor, past: Analysis, title: str | None = None) -> Analysis:
    """The next analysis: all that the past one holds, as a draft."""
    at = now()
    reference = next_reference(session(), past.establishment_id, at.year)
    made = copying.successor(past, reference, title or past.title, who.name, at, today())
    session.add(made)
    session.flush()
    scenarios = queries.all_scenarios(past)
    session.add_all(copying.take_over(made, queries.elements(past), queries.interviews(past), scenarios, at))
    session.flush()
    return made


def from_catalogue(who: Visitor, analysis: Analysis, codes: Iterable[str] | None = None) -> list[Scenario]:
    """Scenarios of the catalogue (all of them without `codes`), with the elements and the measures that they name.

    Raises RuleBroken once the analysis is validated.
    """
    analysis.check_open()
    wanted = None if codes is None else set(codes)
    typical = [one for one in queries.typical() if wanted is None or one.code in wanted]
    elements = _elements(analysis, dict.fromkeys(kind for one in typical for kind in one.content["elements"]))
    measures = _measures(who, analysis, dict.fromkeys(code for one in typical for code in one.content["measures"]))
    number, at = queries.next_number(analysis), now()
    made = [
        scenario_of(analysis, one, number + place, elements, measures, who.name, at)
        for place, one in enumerate(typical)
    ]
    session.add_all(made)
    session.flush()
    return made


def all_elements(analysis: Analysis) -> None:
    """Put every element type of the catalogue under the eyes of the analysis, whether a scenario names it or not."""
    _elements(analysis, [code for code, _label in terms().choices("asset_types")])


def _elements(analysis: Analysis, kinds: Iterable[str]) -> dict[str, Element]:
    """One element of each type: the one that the analysis has, of that type or of that name, else a new one."""
    found = queries.elements(analysis)
    by_name = {one.name: one for one in found}
    known = {one.kind: one for one in reversed(found) if one.kind}
    for kind in kinds:
        if kind not in known:
            made = element_of(analysis, kind, terms())
            known[kind] = by_name.get(made.name, made)
            session.add(known[kind])
    session.flush()
    return known


def _measures(who: Visitor, analysis: Analysis, codes: Iterable[str]) -> dict[str, Measure]:
    """The measures of the catalogue as records of the establishment, made where it has not got them yet."""
    mine = session.scalars(Measure.usable_in(analysis.establishment_id).where(Measure.catalogue_code.is_not(None)))
    known = {one.catalogue_code or "": one for one in mine}
    for code in codes:
        if code not in known:
            known[code] = measure_of(analysis.establishment_id, code, terms(), who.name, now())
            session.add(known[code])
    session.flush()
    return known


# From the register


def activities_offered(analysis: Analysis) -> list[Activity]:
    """The live records of the register that call for an impact assessment, but those already looked at."""
    taken = select(Scenario.activity_id).where(Scenario.analysis_id == analysis.id, Scenario.activity_id.is_not(None))
    query = select(Activity).where(
        visitor().sees(Activity, Permission.REGISTER_READ),
        Activity.establishment_id == analysis.establishment_id,
        Activity.status != Status.ARCHIVED,
        dpia_required(),
        Activity.id.not_in(taken),
    )
    return list(session.scalars(query.order_by(Activity.reference).limit(500)))


def from_register(who: Visitor, analysis: Analysis, activities: Iterable[Activity]) -> list[Scenario]:
    """For each record, the three feared events of an impact assessment. Raises RuleBroken once validated."""
    analysis.check_open()
    first, at = queries.next_number(analysis), now()
    made = [
        scenario
        for place, activity in enumerate(activities)
        for scenario in feared_events(analysis, activity, first + place * len(FEARED), who.name, at)
    ]
    session.add_all(made)
    session.flush()
    return made
