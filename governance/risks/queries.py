"""What the room's screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import selectinload

from governance import places
from governance.database import session
from governance.terms import terms
from governance.visitor import Place, Visitor, visitor
from models.establishments import Establishment
from models.inventory.application import Application
from models.inventory.words import Status
from models.measures import Measure, MeasureActivity, MeasureState
from models.permissions import Permission
from models.policy.observance import Observance, ObservanceMeasure
from models.risks.analysis import OWN, Analysis
from models.risks.parts import Element, Interview
from models.risks.scale import Scale, scale_of_term
from models.risks.scenario import Scenario, ScenarioElement, ScenarioMeasure
from models.risks.shown import SHOWN, is_bare, level_of, present_level, rating_of
from models.risks.typical import TypicalScenario
from models.risks.words import Axis, Phase, Standing, Treatment
from models.search import matching

# Choices of the forms


def home() -> Place | None:
    """The establishment in which a new analysis goes."""
    return places.home(Permission.RISKS_EDIT)


def matrix_choices() -> list[tuple[str, str]]:
    """The scales of the catalogue."""
    return terms().choices("risk_matrices")


def scale_named(code: str) -> Scale:
    """A scale of the catalogue."""
    return scale_of_term(terms().facts("risk_matrices", code))


def matrix_label(analysis: Analysis) -> str:
    """What its scale is called."""
    return "Échelle propre" if analysis.matrix == OWN else terms().label("risk_matrices", analysis.matrix)


def past_choices() -> list[tuple[str, str]]:
    """The analyses of the establishment in which a new one goes, from which it may start."""
    place = home()
    if place is None:
        return []
    mine = visitor().sees(Analysis, Permission.RISKS_READ)
    return [(str(one.id), f"{one.reference} {one.title}") for one in session.scalars(Analysis.of(place.id).where(mine))]


# The analyses


def analyses(who: Visitor) -> list[Analysis]:
    """The analyses that she reads, drafts first, then the latest."""
    query = (
        select(Analysis)
        .options(selectinload(Analysis.establishment))
        .where(who.sees(Analysis, Permission.RISKS_READ))
        .order_by((Analysis.standing != Standing.DRAFT), Analysis.begun_on.desc(), Analysis.reference.desc())
    )
    return list(session.scalars(query))


def latest(who: Visitor) -> list[Analysis]:
    """The analyses that she reads and that no other follows."""
    query = select(Analysis).options(selectinload(Analysis.establishment))
    return list(session.scalars(query.where(who.sees(Analysis, Permission.RISKS_READ), Analysis.latest())))


def counts(ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many scenarios each analysis holds."""
    query = select(Scenario.analysis_id, func.count()).where(Scenario.analysis_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(Scenario.analysis_id))}


# The scenarios of an analysis


def sorts(scale: Scale) -> dict[str, Any]:
    """By what the list may be sorted."""
    return {
        "numero": Scenario.number,
        "titre": Scenario.title,
        "brut": level_of(Phase.INHERENT, scale),
        "actuel": level_of(Phase.CURRENT, scale),
        "residuel": level_of(Phase.RESIDUAL, scale),
        "echeance": Scenario.due_on,
    }


def listed(analysis: Analysis, scale: Scale, args: Mapping[str, str], today: dt.date) -> Select[Any]:
    """The identities of the scenarios of an analysis that the filters of `args` keep."""
    return select(Scenario.id).where(Scenario.analysis_id == analysis.id, *_kept(args, scale, today))


def _kept(args: Mapping[str, str], scale: Scale, today: dt.date) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Scenario.words, typed[:200])
    for name, column, words in (("volet", Scenario.axis, Axis), ("traitement", Scenario.treatment, Treatment)):
        if args.get(name) in words.__members__.values():
            yield column == words(args[name])
    if category := args.get("categorie", "")[:40]:
        yield Scenario.category == category
    if question := next((one for one in SHOWN if one.key == args.get("montrer")), None):
        yield question.rule(scale, today)
    if (level := args.get("niveau", "")).isdecimal() and len(level) < 3:
        yield present_level(scale) == int(level)
    yield from _tied(args)
    yield from _in_cell(args)


def _tied(args: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    for name, model, column in (
        ("element", ScenarioElement, ScenarioElement.element_id),
        ("mesure", ScenarioMeasure, ScenarioMeasure.measure_id),
    ):
        if identity := as_identity(args.get(name)):
            yield Scenario.id.in_(select(model.scenario_id).where(column == identity))
    if identity := as_identity(args.get("entretien")):
        yield Scenario.interview_id == identity


def _in_cell(args: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    """A cell of a heat map: `?phase=current&gravite=3&vraisemblance=2`."""
    phase = args.get("phase", "")
    cell = args.get("gravite", ""), args.get("vraisemblance", "")
    if phase in Phase.__members__.values() and all(one.isdecimal() and len(one) < 3 for one in cell):
        columns = rating_of(Phase(phase))
        yield from (column == int(value) for column, value in zip(columns, cell, strict=True))


def as_identity(typed: str | None) -> uuid.UUID | None:
    """What was typed as the identity of a record; None when it is none."""
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def scenarios(ids: list[uuid.UUID]) -> dict[uuid.UUID, Scenario]:
    """Scenarios with the names of what they threaten and of what answers them, by identity."""
    query = select(Scenario).options(*Scenario.linked())
    return {one.id: one for one in session.scalars(query.where(Scenario.id.in_(ids)))}


def all_scenarios(analysis: Analysis) -> list[Scenario]:
    """Every scenario of an analysis, whole, by number."""
    query = Scenario.whole().where(Scenario.analysis_id == analysis.id).order_by(Scenario.number)
    return list(session.scalars(query))


def next_number(analysis: Analysis) -> int:
    """The number of the next scenario of an analysis."""
    return (session.scalar(select(func.max(Scenario.number)).where(Scenario.analysis_id == analysis.id)) or 0) + 1


# Elements and interviews


def elements(analysis: Analysis) -> list[Element]:
    """The elements of an analysis by name, with what each rests on and its application."""
    query = select(Element).options(selectinload(Element.rests_on), selectinload(Element.application))
    return list(session.scalars(query.where(Element.analysis_id == analysis.id).order_by(Element.name)))


def bare_count(analysis: Analysis) -> int:
    """How many elements no scenario looks at."""
    query = select(func.count()).select_from(Element).where(Element.analysis_id == analysis.id, is_bare())
    return session.scalar(query) or 0


def interviews(analysis: Analysis) -> list[Interview]:
    """The interviews of an analysis, the latest first."""
    query = select(Interview).options(selectinload(Interview.department)).where(Interview.analysis_id == analysis.id)
    return list(session.scalars(query.order_by(Interview.held_on.desc(), Interview.name)))


def application_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The applications of an establishment that an element may be, for those who read the inventory."""
    readable = visitor().sees(Application, Permission.INVENTORY_READ)
    rows = session.execute(
        select(Application.id, Application.name)
        .where(readable, Application.establishment_id == establishment_id, Application.status != Status.RETIRED)
        .order_by(Application.name)
    )
    return [(str(row.id), row.name) for row in rows]


def coverage(analysis: Analysis) -> dict[uuid.UUID, tuple[int, int]]:
    """(scenarios, those of a high level) of each element that a scenario looks at."""
    high = case((func.coalesce(present_level(analysis.scale), 0) == analysis.scale.top, 1), else_=0)
    rows = session.execute(
        select(ScenarioElement.element_id, func.count(), func.sum(high))
        .join(Scenario, Scenario.id == ScenarioElement.scenario_id)
        .where(Scenario.analysis_id == analysis.id)
        .group_by(ScenarioElement.element_id)
    )
    return {row[0]: (row[1], row[2] or 0) for row in rows}


def examined(analysis: Analysis) -> dict[uuid.UUID, set[str]]:
    """From which sides (categories of scenarios) each element is looked at."""
    rows = session.execute(
        select(ScenarioElement.element_id, Scenario.category)
        .join(Scenario, Scenario.id == ScenarioElement.scenario_id)
        .where(Scenario.analysis_id == analysis.id, Scenario.category.is_not(None))
        .distinct()
    )
    found: dict[uuid.UUID, set[str]] = {}
    for row in rows:
        found.setdefault(row[0], set()).add(str(row[1]))
    return found


def element_counts(analysis: Analysis) -> list[tuple[str, int]]:
    """(element, how many scenarios look at it), the least looked at first."""
    count = func.count(ScenarioElement.id)
    query = (
        select(Element.name, count)
        .outerjoin(ScenarioElement, ScenarioElement.element_id == Element.id)
        .where(Element.analysis_id == analysis.id)
        .group_by(Element.id, Element.name)
        .order_by(count, Element.name)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def told(analysis: Analysis) -> dict[uuid.UUID, int]:
    """How many scenarios each interview gave."""
    query = select(Scenario.interview_id, func.count()).where(
        Scenario.analysis_id == analysis.id, Scenario.interview_id.is_not(None)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(Scenario.interview_id)) if row[0]}


# The catalogue


def typical() -> list[TypicalScenario]:
    """The scenarios of the catalogue, in its order."""
    return list(session.scalars(TypicalScenario.listed()))


# The measures

MEASURE_SORTS = {
    "reference": Measure.reference,
    "titre": Measure.title,
    "etat": Measure.state,
    "echeance": Measure.due_on,
    "responsable": Measure.owner_name,
}


def measures_listed(who: Visitor, args: Mapping[str, str], today: dt.date) -> Select[Any]:
    """The identities of the measures that she reads and that the filters keep."""
    query = select(Measure.id).where(who.reads(Measure))
    if typed := args.get("q", "").strip():
        query = query.where(matching(Measure.words, typed[:200]))
    if args.get("etat") in MeasureState.__members__.values():
        query = query.where(Measure.state == MeasureState(args["etat"]))
    if theme := args.get("theme", "")[:40]:
        query = query.where(Measure.theme == theme)
    if args.get("montrer") == "en-retard":
        query = query.where(Measure.late(today))
    if code := args.get("etablissement", "")[:40]:
        query = query.where(Measure.establishment_id.in_(select(Establishment.id).where(Establishment.code == code)))
    return query


def measures(ids: list[uuid.UUID]) -> dict[uuid.UUID, Measure]:
    """Measures with their establishment, by identity."""
    query = select(Measure).options(selectinload(Measure.establishment)).where(Measure.id.in_(ids))
    return {one.id: one for one in session.scalars(query)}


def whole_measure() -> Select[Any]:
    """Measures with the records of the register that they protect."""
    return select(Measure).options(
        selectinload(Measure.establishment),
        selectinload(Measure.activity_links).joinedload(MeasureActivity.activity),
    )


def scenarios_of(measure: Measure) -> list[Scenario]:
    """The scenarios that a measure answers, in the latest analyses that the visitor reads."""
    query = (
        select(Scenario)
        .join(Analysis, Analysis.id == Scenario.analysis_id)
        .options(selectinload(Scenario.analysis))
        .where(
            visitor().sees(Scenario, Permission.RISKS_READ),
            Analysis.latest(),
            Scenario.id.in_(select(ScenarioMeasure.scenario_id).where(ScenarioMeasure.measure_id == measure.id)),
        )
    )
    return list(session.scalars(query.order_by(Analysis.reference.desc(), Scenario.number).limit(200)))


def rules_of(measure: Measure) -> list[Observance]:
    """The rules of the policy in force that rest on a measure, among those that the visitor reads."""
    resting = select(ObservanceMeasure.observance_id).where(ObservanceMeasure.measure_id == measure.id)
    query = (
        select(Observance)
        .options(selectinload(Observance.policy))
        .where(visitor().reads(Observance), Observance.withdrawn_on.is_(None), Observance.id.in_(resting))
    )
    return list(session.scalars(query.order_by(Observance.policy_id, Observance.position).limit(200)))


def measure_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The measures that a scenario of an establishment may be linked to."""
    rows = session.execute(
        select(Measure.id, Measure.reference, Measure.title)
        .where(or_(Measure.establishment_id == establishment_id, Measure.establishment_id.is_(None)))
        .order_by(Measure.reference)
    )
    return [(str(row.id), f"{row.reference} {row.title}") for row in rows]


def is_taken(establishment_id: uuid.UUID | None, reference: str) -> bool:
    """Whether a measure of the establishment (or of the group) bears this reference."""
    mine = Measure.establishment_id == establishment_id if establishment_id else Measure.establishment_id.is_(None)
    return session.scalar(select(Measure.id).where(mine, Measure.reference == reference)) is not None
