"""What a new analysis is made of: scenarios, elements and measures of the catalogue, feared events of the register."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from models.base import identity
from models.measures import Measure
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.risks.analysis import Analysis
from models.risks.parts import Element
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


def element_of(analysis: Analysis, kind: str, terms: Terms) -> Element:
    """An element of a type of the catalogue, called as the type is."""
    return Element(id=identity(), analysis=analysis, analysis_id=analysis.id, kind=kind,
                   name=terms.label("asset_types", kind))  # fmt: skip


def measure_of(establishment_id: uuid.UUID, code: str, terms: Terms, by: str, at: dt.datetime) -> Measure:
    """A measure of the catalogue as a record of an establishment, still to be examined."""
    facts = terms.facts("typical_measures", code)
    made = Measure(
        id=identity(),
        establishment_id=establishment_id,
        reference=code,
        catalogue_code=code,
        title=terms.label("typical_measures", code),
        theme=facts.get("theme"),
        category=facts.get("category"),
        source=facts.get("source"),
    )
    made.touch(by, at)
    return made


def new_scenario(analysis: Analysis, number: int, by: str, at: dt.datetime, **values: Any) -> Scenario:
    """A scenario of an analysis, with the values said."""
    made = Scenario(
        id=identity(),
        establishment_id=analysis.establishment_id,
        analysis=analysis,
        analysis_id=analysis.id,
        number=number,
        **values,
    )
    made.updated_by, made.updated_at = by, at
    return made


def scenario_of(
    analysis: Analysis,
    typical: TypicalScenario,
    number: int,
    elements: Mapping[str, Element],
    measures: Mapping[str, Measure],
    by: str,
    at: dt.datetime,
) -> Scenario:
    """A scenario of the catalogue, with the elements and the measures that it names (by type, by code)."""
    content, scale = typical.content, analysis.scale
    made = new_scenario(
        analysis,
        number,
        by,
        at,
        title=typical.title,
        axis=typical.axis,
        category=typical.category,
        threat=content["description"],
        impact=content["impact"],
        sources=content["sources"],
        criteria=content["criteria"],
        catalogue_code=typical.code,
        inherent_severity=scale.moved(content["severity"], CATALOGUE_STEPS, len(scale.severities)),
        inherent_likelihood=scale.moved(content["likelihood"], CATALOGUE_STEPS, len(scale.likelihoods)),
    )
    made.threaten(elements[kind] for kind in content["elements"])
    made.rely_on(measures[code] for code in content["measures"])
    return made


def feared_events(analysis: Analysis, activity: Activity, number: int, by: str, at: dt.datetime) -> list[Scenario]:
    """The three feared events of a record of the register, numbered from `number`, still to be rated."""
    return [
        new_scenario(
            analysis,
            number + place,
            by,
            at,
            title=f"{event} – {activity.name}"[:200],
            axis=Axis.MAJOR,
            category="confidentialite" if criterion == "C" else "integrite" if criterion == "I" else "disponibilite",
            criteria=[criterion],
            activity_id=activity.id,
        )
        for place, (criterion, event) in enumerate(FEARED)
    ]
