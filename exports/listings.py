"""The lists that leave as a workbook, as they were filtered: the fields of their records, and what is said of each."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from exports import sheets
from exports.columns import columns_of
from exports.sheets import Heading, Sheet
from exports.tables import headings_of
from exports.texts import moment
from models.base import day_of
from models.hopen.tracking import Pursuit
from models.journal import Journaled
from models.measures import Measure
from models.notices.tool import InformationTool
from models.policy.derogation import Derogation
from models.positions.description import JobDescription
from models.register.catalogue import Terms
from models.rights import DataSubjectRequest
from models.risks.scenario import Scenario
from models.risks.words import Phase
from models.vocabulary import N_

CLASSIFICATION = N_("DIFFUSION RESTREINTE – faiblesses de l’établissement")
"""How every document that tells of weaknesses is marked."""
GROUP = N_("Tout le groupement")

Told = Callable[[Any, dt.date], Any]
"""What a column says of a record on a day."""


@dataclass(frozen=True)
class Listing:
    """What of a list leaves. `first`: the columns before the fields of `model`, by title; `last`: those after them;
    `leave`: the fields that stay; `restricted`: it tells of weaknesses, and its first sheet says so."""

    title: str
    model: type[Journaled]
    first: tuple[tuple[str, int, Told], ...] = ()
    last: tuple[tuple[str, int, Told], ...] = ()
    leave: frozenset[str] = frozenset()
    restricted: bool = False

    def workbook(self, records: Iterable[Any], reader: str, at: dt.datetime, terms: Terms) -> IO[bytes]:
        """The records, loaded with what their columns say, as xlsx set at its start, for `reader` at an instant."""
        columns = columns_of(self.model, self.leave)
        before, after = ([Heading(title, width) for title, width, _told in told] for told in (self.first, self.last))
        headings = (*before, *headings_of(columns, terms), *after)
        lines = self._lines(records, [column.key for column in columns], day_of(at))
        whole = Sheet(self.title, headings, lines, frozen=len(before) + 1)
        marked = [marking(self.title, reader, at)] if self.restricted else []
        return sheets.xlsx([*marked, whole], self.title, reader)

    def _lines(self, records: Iterable[Any], keys: list[str], on: dt.date) -> Iterator[tuple[Any, ...]]:
        for one in records:
            before, after = ([told(one, on) for _title, _width, told in of] for of in (self.first, self.last))
            yield (*before, *(getattr(one, key) for key in keys), *after)


def marking(title: str, reader: str, at: dt.datetime, *more: tuple[str, str]) -> Sheet:
    """The first sheet of what is confidential: classification, reader, instant."""
    told = ((N_("Document"), title), *more, (N_("Classification"), CLASSIFICATION), (N_("Remis à"), reader))
    return Sheet(N_("À lire"), (Heading(CLASSIFICATION, 32), Heading("", 70)), (*told, (N_("Le"), moment(at))))


def _place(one: Any, _on: dt.date) -> str:
    return one.establishment.name if one.establishment else GROUP


def _late(one: Any, on: dt.date) -> str | None:
    return N_("Oui") if one.is_late(on) else None


def _level(phase: Phase) -> Told:
    def told(one: Scenario, _on: dt.date) -> str | None:
        scale = one.analysis.scale
        level = one.level(phase, scale)
        return scale.levels[level - 1].label if level else None

    return told


def _unanswered(one: Scenario, _on: dt.date) -> str | None:
    return N_("Oui") if one.lacks_answer(one.analysis.scale) else None


def _window(one: Pursuit, last: bool) -> dt.date | None:
    return one.window[last] if one.window else None


PLACE = (N_("Établissement"), 30, _place)
LATE = (N_("En retard"), 11, _late)
SERVICE = (N_("Service"), 28, lambda one, _: one.department.name if one.department else None)

SCENARIOS = Listing(
    N_("Scénarios de risque"),
    Scenario,
    (
        (N_("Établissement"), 30, lambda one, _: one.analysis.establishment.name),
        (N_("Analyse"), 16, lambda one, _: one.analysis.reference),
    ),
    (
        (N_("Niveau brut"), 16, _level(Phase.INHERENT)),
        (N_("Niveau actuel"), 16, _level(Phase.CURRENT)),
        (N_("Niveau résiduel"), 16, _level(Phase.RESIDUAL)),
        (N_("Sans réponse"), 13, _unanswered),
        (N_("Mesures"), 48, lambda one, _: "; ".join(measure.reference for measure in one.measures)),
    ),
    frozenset({"interview_id", "activity_id"}),
    restricted=True,
)
MEASURES = Listing(N_("Mesures de sécurité"), Measure, (PLACE,), (LATE,), frozenset({"person_id"}), restricted=True)
DEROGATIONS = Listing(
    N_("Dérogations"),
    Derogation,
    (PLACE,),
    (
        SERVICE,
        (N_("Règles"), 22, lambda one, _: ", ".join(sorted(link.observance.code for link in one.rules))),
        (N_("Niveau résiduel (1 à 3)"), 14, lambda one, _: one.level),
        (N_("Expirée"), 10, lambda one, on: N_("Oui") if one.is_expired(on) else None),
    ),
    frozenset({"department_id"}),
    restricted=True,
)
OBJECTIVES = Listing(
    N_("Objectifs HOP’EN"),
    Pursuit,
    (
        PLACE,
        (N_("Objectif"), 12, lambda one, _: one.objective_code),
        (N_("Intitulé"), 60, lambda one, _: one.objective.title),
        (N_("État"), 16, lambda one, _: one.reach.label),
        (N_("Délai indicatif"), 24, lambda one, _: one.objective.delay),
    ),
    (
        (N_("Fenêtre attendue, du"), 14, lambda one, _: _window(one, False)),
        (N_("Fenêtre attendue, au"), 14, lambda one, _: _window(one, True)),
        (N_("Échéance retenue"), 14, lambda one, _: one.deadline_on),
        LATE,
    ),
)
TOOLS = Listing(
    N_("Supports d’information"),
    InformationTool,
    (PLACE,),
    (
        SERVICE,
        (N_("Version validée"), 14, lambda one, _: N_("Oui") if one.validation() else N_("Non")),
        LATE,
    ),
    frozenset({"department_id", "notice_id"}),
)
REQUESTS = Listing(
    N_("Demandes et oppositions"), DataSubjectRequest, (PLACE,), (SERVICE, LATE), frozenset({"department_id"})
)
DESCRIPTIONS = Listing(N_("Fiches de poste"), JobDescription, (PLACE,), leave=frozenset({"establishment_id"}))
