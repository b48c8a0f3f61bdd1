"""A risk analysis with all that leaves with it, as rows; each document names its classification and its reader."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from exports.columns import Column, columns_of
from exports.texts import day, long_day
from models.base import day_of
from models.measures import Measure
from models.plan import Action
from models.register.catalogue import Terms
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scale import Scale
from models.risks.scenario import Scenario
from models.risks.words import Phase
from models.vocabulary import N_

TITLE = N_("Analyse de risques")
LIST = "; "

REFERENCE = Column("reference", N_("Référence"), "text", width=12)
ELEMENTS = Column("elements", N_("Éléments menacés"), "text", width=40)
MEASURES = Column("measures", N_("Mesures liées"), "text", width=28)
SCENARIO_COLUMNS = (
    Column("analysis_reference", N_("Analyse"), "text", width=14),
    REFERENCE,
    *columns_of(Scenario, leave={"number", "interview_id", "activity_id"}),
    ELEMENTS,
    MEASURES,
    Column("interview", N_("Entretien"), "text"),
    Column("activity", N_("Fiche du registre"), "text", width=18),
)
"""A scenario's fields; what it is linked to goes by name or by reference."""

LEVEL_COLUMNS = (
    *(Column(f"{phase.value}_level", N_("Niveau ") + phase.label.lower(), "text", width=14) for phase in Phase),
    Column("present_level", N_("Niveau retenu : actuel, sinon brut"), "text", width=18),
    Column("stage", N_("Où il en est"), "text", width=18),
)
"""What is derived of each scenario; it never comes back in."""

ELEMENT_COLUMNS = (
    *columns_of(Element, leave={"application_id", "rests_on_id"}),
    Column("application", N_("Application"), "text"),
    Column("rests_on", N_("Repose sur"), "text"),
    Column("scenarios", N_("Scénarios"), "integer", width=10),
)
INTERVIEW_COLUMNS = (*columns_of(Interview, leave={"department_id"}), Column("department", N_("Service"), "text"))
MEASURE_COLUMNS = columns_of(Measure)
ANALYSIS_COLUMNS = columns_of(Analysis, leave={"scale_data", "previous_id"})

NOT_EXPORTED = frozenset(
    {
        # How the database keeps and finds the records.
        "created_at", "establishment_id", "words", "revision", "updated_at", "updated_by", "catalogue_code",
        # Relations and numbers, which leave by name or by reference.
        "number", "analysis_id", "interview_id", "activity_id", "application_id", "rests_on_id", "department_id",
        "person_id", "previous_id",
        # The instant of the validation, which its day tells; the scale, which the data export carries whole.
        "validated_at", "scale_data",
    }
)  # fmt: skip
"""Columns of the models that no table carries."""


@dataclass(frozen=True)
class Dossier:
    """An analysis with all that leaves with it. `reader` is who asked for it: each document says so."""

    analysis: Analysis
    matrix: str
    scenarios: Sequence[Scenario]
    elements: Sequence[Element]
    interviews: Sequence[Interview]
    actions: Sequence[Action]
    reader: str
    at: dt.datetime
    terms: Terms = field(repr=False)

    @property
    def on(self) -> dt.date:
        return day_of(self.at)

    @cached_property
    def scale(self) -> Scale:
        return self.analysis.scale

    @property
    def mention(self) -> str:
        """The classification and the reader, as every document bears them."""
        return N_("{classification} – document remis à {reader} le {day}").format(
            classification=self.analysis.classification.label, reader=self.reader, day=day(self.on)
        )

    @property
    def measures(self) -> list[Measure]:
        """Every measure that answers a scenario, by reference."""
        found = {one.id: one for scenario in self.scenarios for one in scenario.measures}
        return sorted(found.values(), key=lambda one: one.reference)

    @cached_property
    def covered(self) -> Counter[Any]:
        """How many scenarios threaten each element, by its identity."""
        return Counter(link.element.id for one in self.scenarios for link in one.element_links)


class _Row:
    """A record seen through its columns: what is linked goes by name."""

    def __init__(self, record: Any, **more: Any) -> None:
        self._record, self._more = record, more

    def __getattr__(self, name: str) -> Any:
        return self._more[name] if name in self._more else getattr(self._record, name)


def scenario_rows(dossier: Dossier) -> Iterator[Any]:
    """The scenarios, in order, with the keys of SCENARIO_COLUMNS and LEVEL_COLUMNS."""
    scale = dossier.scale
    for one in dossier.scenarios:
        levels = {f"{phase.value}_level": _level(scale, one.level(phase, scale)) for phase in Phase}
        yield _Row(
            one,
            analysis_reference=dossier.analysis.reference,
            elements=LIST.join(element.name for element in one.elements) or None,
            measures=LIST.join(measure.reference for measure in one.measures) or None,
            interview=one.interview.name if one.interview else None,
            activity=one.activity.reference if one.activity else None,
            present_level=_level(scale, one.present_level(scale)),
            stage=one.stage.label,
            **levels,
        )


def _level(scale: Scale, level: int | None) -> str | None:
    return scale.levels[level - 1].label if level else None


def element_rows(dossier: Dossier) -> Iterator[Any]:
    covered = dossier.covered
    for one in dossier.elements:
        yield _Row(
            one,
            application=one.application.name if one.application else None,
            rests_on=one.rests_on.name if one.rests_on else None,
            scenarios=covered[one.id],
        )


def interview_rows(dossier: Dossier) -> Iterator[Any]:
    return (_Row(one, department=one.department.name if one.department else None) for one in dossier.interviews)


def frame(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What the analysis says of itself: (label, words)."""
    one = dossier.analysis
    yield N_("Classification"), dossier.mention
    yield N_("Établissement"), one.establishment.name
    yield N_("Référence"), one.reference
    yield N_("Titre"), one.title
    yield N_("Périmètre"), one.scope or ""
    yield N_("Participants"), one.participants or ""
    yield N_("Méthode"), one.method.label
    yield N_("Échelle"), dossier.matrix
    yield N_("Commencée le"), long_day(one.begun_on)
    yield N_("État"), one.standing.label
    if one.approved_by and one.approved_on:
        function = f", {one.approved_function}" if one.approved_function else ""
        yield N_("Validée par"), f"{one.approved_by}{function}, {long_day(one.approved_on)}"
    if one.review_on:
        yield N_("Prochaine révision"), long_day(one.review_on)
