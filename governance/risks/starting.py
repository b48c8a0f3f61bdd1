"""How an analysis gets its first scenarios: from the catalogue, from a past one, from the register."""

import uuid
from collections.abc import Iterable
from typing import Any

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
from models.risks.parts import Element
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.typical import TypicalScenario
from models.risks.words import Axis
from models.vocabulary import N_

CATALOGUE_STEPS = 4
"""The catalogue rates from 1 to 4."""

FEARED = (
    ("C", N_("Accès illégitime aux données")),
    ("I", N_("Modification non désirée des données")),
    ("D", N_("Disparition des données")),
)
"""The three feared events of an impact assessment (CNIL, PIA; domain note, 4.3)."""


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
    """Scenarios of the catalogue (all of them without `codes`), with the elements and the measures that they name."""
    analysis.check_open()
    wanted = None if codes is None else set(codes)
    typical = [one for one in queries.typical() if wanted is None or one.code in wanted]
    kinds = dict.fromkeys(kind for one in typical for kind in one.content["elements"])
    elements = _elements(analysis, kinds)
    measures = _measures(who, analysis, dict.fromkeys(code for one in typical for code in one.content["measures"]))
    scale, number = analysis.scale, queries.next_number(analysis)
    made = [_from_typical(who, analysis, one, number + place, scale) for place, one in enumerate(typical)]
    for scenario, one in zip(made, typical, strict=True):
        scenario.threaten(elements[kind] for kind in one.content["elements"])
        scenario.rely_on(measures[code] for code in one.content["measures"])
    session.add_all(made)
    session.flush()
    return made


def all_elements(analysis: Analysis) -> None:
    """Put every element type of the catalogue under the eyes of the analysis, whether a scenario names it or not."""
    _elements(analysis, [code for code, _label in terms().choices("asset_types")])


def _elements(analysis: Analysis, kinds: Iterable[str]) -> dict[str, Element]:
    """One element of each type: the one that the analysis has, else a new one."""
    known = {one.kind: one for one in reversed(queries.elements(analysis)) if one.kind}
    names = {one.name for one in queries.elements(analysis)}
    for kind in kinds:
        label = terms().label("asset_types", kind)
        if kind not in known and label not in names:
            known[kind] = Element(id=uuid.uuid4(), analysis_id=analysis.id, kind=kind, name=label)
            session.add(known[kind])
    session.flush()
    return known


def _measures(who: Visitor, analysis: Analysis, codes: Iterable[str]) -> dict[str, Measure]:
    """The measures of the catalogue as records of the establishment, made where it has not got them yet."""
    mine = session.scalars(Measure.usable_in(analysis.establishment_id).where(Measure.catalogue_code.is_not(None)))
    known = {one.catalogue_code or "": one for one in mine}
    for code in codes:
        if code not in known:
            known[code] = _measure(who, analysis.establishment_id, code)
            session.add(known[code])
    session.flush()
    return known


def _measure(who: Visitor, establishment_id: uuid.UUID, code: str) -> Measure:
    facts = terms().facts("typical_measures", code)
    made = Measure(
        id=uuid.uuid4(),
        establishment_id=establishment_id,
        reference=code,
        catalogue_code=code,
        title=terms().label("typical_measures", code),
        theme=facts.get("theme"),
        category=facts.get("category"),
        source=facts.get("source"),
    )
    made.touch(who.name, now())
    return made


def _new(who: Visitor, analysis: Analysis, number: int, **values: Any) -> Scenario:
    made = Scenario(
        id=uuid.uuid4(), establishment_id=analysis.establishment_id, analysis=analysis, analysis_id=analysis.id,
        number=number, **values,
    )  # fmt: skip
    made.updated_by, made.updated_at = who.name, now()
    return made


def _from_typical(who: Visitor, analysis: Analysis, one: TypicalScenario, number: int, scale: Scale) -> Scenario:
    content = one.content
    return _new(
        who,
        analysis,
        number,
        title=one.title,
        axis=one.axis,
        category=one.category,
        threat=content["description"],
        impact=content["impact"],
        sources=content["sources"],
        criteria=content["criteria"],
        catalogue_code=one.code,
        inherent_severity=scale.moved(content["severity"], CATALOGUE_STEPS, len(scale.severities)),
        inherent_likelihood=scale.moved(content["likelihood"], CATALOGUE_STEPS, len(scale.likelihoods)),
    )


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
    """For each record of the register, the three feared events of an impact assessment, still to be rated."""
    analysis.check_open()
    number = queries.next_number(analysis)
    made: list[Scenario] = []
    for activity in activities:
        for criterion, event in FEARED:
            title = f"{event} – {activity.name}"[:200]
            made.append(
                _new(who, analysis, number + len(made), title=title, axis=Axis.MAJOR, category="confidentialite",
                     criteria=[criterion], activity_id=activity.id)
            )  # fmt: skip
    session.add_all(made)
    session.flush()
    return made
