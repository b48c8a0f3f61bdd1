"""A risk scenario: what threatens which elements, how grave it is before and after measures, and what is decided."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short
from models.evidence import HasEvidence
from models.journal import Journaled
from models.measures import Measure
from models.permissions import Permission
from models.register.activity import Activity
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scale import Scale
from models.risks.words import Axis, Phase, Stage, Treatment
from models.rules import RuleBroken
from models.seals import Sealed
from models.search import Searchable
from models.vocabulary import N_, vocabulary

RATINGS = tuple(f"{phase.value}_{what}" for phase in Phase for what in ("severity", "likelihood"))
"""The six figures of a scenario, in the order in which they are given."""

ACCEPTANCE = ("accepted_by", "accepted_on", "accepted_reason")


def _not_above(lower: str, upper: str) -> CheckConstraint:
    """No step of `lower` is above that of `upper`; a step not said (99 is above any scale) breaks nothing."""
    rules = (f"coalesce({lower}_{what}, 0) <= coalesce({upper}_{what}, 99)" for what in ("severity", "likelihood"))
    return CheckConstraint(" AND ".join(rules), name=f"{lower}_not_above_{upper}")


class Scenario(Sealed, HasEvidence, Searchable, Record):
    """One risk of an analysis, with all that HOP'EN P2.4 asks of it (domain note, 5.4)."""

    __tablename__ = "risk_scenario"
    sealed = (
        "id", "number", "title", "axis", "category", "threat", "impact", "sources", "criteria", "existing_measures",
        *RATINGS, "treatment", "planned_measures", "owner_name", "due_on", *ACCEPTANCE, "review_on", "closed_on",
        "notes", "interview_id", "activity_id", "updated_at", "updated_by",
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("analysis_id", "number"),
        *(CheckConstraint(f"({phase.value}_severity IS NULL) = ({phase.value}_likelihood IS NULL)",
                          name=f"{phase.value}_is_whole") for phase in Phase),
        *(CheckConstraint(f"{name} IS NULL OR {name} >= 1", name=f"{name}_is_a_step") for name in RATINGS),
        _not_above("current", "inherent"),
        _not_above("residual", "inherent"),
        _not_above("residual", "current"),
        CheckConstraint(
            "(accepted_by IS NULL) = (accepted_on IS NULL) AND (accepted_by IS NULL) = (accepted_reason IS NULL)",
            name="acceptance_is_whole",
        ),
        Index("ix_risk_scenario_list", "analysis_id", "axis", "number"),
        Index("ix_risk_scenario_inherent", "analysis_id", "inherent_severity", "inherent_likelihood"),
        Index("ix_risk_scenario_current", "analysis_id", "current_severity", "current_likelihood"),
        Index("ix_risk_scenario_residual", "analysis_id", "residual_severity", "residual_likelihood"),
        Index("ix_risk_scenario_establishment_id", "establishment_id"),
    )  # fmt: skip
    journal_name = N_("Scénario de risque")
    evidence_read = Permission.RISKS_READ
    evidence_change = (Permission.RISKS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    analysis_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("risk_analysis.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(info={"label": N_("Numéro")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Scénario")})
    axis: Mapped[Axis] = mapped_column(vocabulary(Axis), info={"label": N_("Volet")})
    category: Mapped[Code | None] = mapped_column(info={"label": N_("Catégorie"), "terms": "scenario_categories"})
    threat: Mapped[Long | None] = mapped_column(info={"label": N_("Menace")})
    impact: Mapped[Long | None] = mapped_column(info={"label": N_("Effets sur les personnes")})
    sources: Mapped[list[str] | None] = mapped_column(info={"label": N_("Sources de risque"), "terms": "risk_sources"})
    criteria: Mapped[list[str] | None] = mapped_column(info={"label": N_("Critères"), "terms": "risk_criteria"})
    existing_measures: Mapped[Long | None] = mapped_column(info={"label": N_("Mesures en place")})

    inherent_severity: Mapped[int | None] = mapped_column(info={"label": N_("Gravité brute")})
    inherent_likelihood: Mapped[int | None] = mapped_column(info={"label": N_("Vraisemblance brute")})
    current_severity: Mapped[int | None] = mapped_column(info={"label": N_("Gravité actuelle")})
    current_likelihood: Mapped[int | None] = mapped_column(info={"label": N_("Vraisemblance actuelle")})
    residual_severity: Mapped[int | None] = mapped_column(info={"label": N_("Gravité résiduelle")})
    residual_likelihood: Mapped[int | None] = mapped_column(info={"label": N_("Vraisemblance résiduelle")})

    treatment: Mapped[Treatment | None] = mapped_column(vocabulary(Treatment), info={"label": N_("Traitement")})
    planned_measures: Mapped[Long | None] = mapped_column(info={"label": N_("Mesures prévues")})
    owner_name: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable")})
    due_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Échéance")})
    accepted_by: Mapped[Short | None] = mapped_column(info={"label": N_("Accepté par")})
    accepted_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Accepté le")})
    accepted_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de l’acceptation")})
    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("À revoir le")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Clos le")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})

    interview_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("risk_interview.id"), index=True, info={"label": N_("Entretien"), "named": "interview"}
    )
    activity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("activity.id"), index=True, info={"label": N_("Fiche du registre"), "named": "activity"}
    )
    catalogue_code: Mapped[Code | None]
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    analysis: Mapped[Analysis] = relationship()
    interview: Mapped[Interview | None] = relationship()
    activity: Mapped[Activity | None] = relationship()
    element_links: Mapped[list["ScenarioElement"]] = relationship(
        back_populates="scenario", cascade="all, delete-orphan", passive_deletes=True
    )
    measure_links: Mapped[list["ScenarioMeasure"]] = relationship(
        back_populates="scenario", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What it says of itself

    @property
    def reference(self) -> str:
        """How people name it inside its analysis: R07."""
        return f"R{self.number:02d}"

    @property
    def is_withheld(self) -> bool:
        return True

    @property
    def is_frozen(self) -> bool:
        return not self.analysis.is_draft

    def rating(self, phase: Phase) -> tuple[int | None, int | None]:
        """(severity, likelihood) of a phase."""
        return getattr(self, f"{phase.value}_severity"), getattr(self, f"{phase.value}_likelihood")

    def level(self, phase: Phase, scale: Scale) -> int | None:
        """The level of a phase on the scale of its analysis."""
        return scale.level(*self.rating(phase))

    def present_level(self, scale: Scale) -> int | None:
        """The level with the measures in place; without any while nobody rated that."""
        return self.level(Phase.CURRENT, scale) or self.level(Phase.INHERENT, scale)

    @property
    def elements(self) -> list[Element]:
        return sorted((link.element for link in self.element_links), key=lambda one: one.name.casefold())

    @property
    def measures(self) -> list[Measure]:
        return sorted((link.measure for link in self.measure_links), key=lambda one: one.reference)

    @property
    def is_accepted(self) -> bool:
        return self.accepted_by is not None

    @property
    def is_planned(self) -> bool:
        """Whether a measure is to come, as a shared record or in words."""
        return bool((self.planned_measures or "").strip()) or any(one.is_expected for one in self.measures)

    @property
    def stage(self) -> Stage:
        """Where it stands, from what it says."""
        if self.closed_on:
            return Stage.CLOSED
        if self.is_accepted:
            return Stage.ACCEPTED
        if self.is_planned:
            return Stage.PLANNED
        return Stage.RATED if self.inherent_severity or self.current_severity else Stage.IDENTIFIED

    # Its rules

    def check(self, scale: Scale, today: dt.date) -> None:
        """Raises RuleBroken on the field to mend."""
        self.check_ratings(scale)
        said = [name for name in ACCEPTANCE if getattr(self, name)]
        if said and len(said) < len(ACCEPTANCE):
            field = next(name for name in ACCEPTANCE if name not in said)
            raise RuleBroken(field, N_("Une acceptation porte le nom de qui accepte, la date et le motif."))
        if self.accepted_on and self.accepted_on > today:
            raise RuleBroken("accepted_on", N_("La date de l’acceptation est dans le futur."))
        if self.closed_on and self.closed_on > today:
            raise RuleBroken("closed_on", N_("La date de clôture est dans le futur."))

    def check_ratings(self, scale: Scale) -> None:
        """The rules of the six figures: on the scale, by pairs, never growing as measures come."""
        for phase in Phase:
            severity, likelihood = self.rating(phase)
            if (severity is None) != (likelihood is None):
                missing = "severity" if severity is None else "likelihood"
                raise RuleBroken(f"{phase.value}_{missing}", N_("Donnez la gravité et la vraisemblance, ou aucune."))
            for what, value in (("severity", severity), ("likelihood", likelihood)):
                if not scale.holds(*((value, None) if what == "severity" else (None, value))):
                    raise RuleBroken(f"{phase.value}_{what}", N_("Ce degré n’est pas dans l’échelle de l’analyse."))
        self._check_order(Phase.CURRENT, Phase.INHERENT, N_("Le risque actuel ne dépasse pas le risque brut."))
        self._check_order(Phase.RESIDUAL, Phase.INHERENT, N_("Le risque résiduel ne dépasse pas le risque brut."))
        self._check_order(Phase.RESIDUAL, Phase.CURRENT, N_("Le risque résiduel ne dépasse pas le risque actuel."))

    def _check_order(self, lower: Phase, upper: Phase, sentence: str) -> None:
        pairs = zip(("severity", "likelihood"), self.rating(lower), self.rating(upper), strict=True)
        for what, below, above in pairs:
            if below is not None and above is not None and below > above:
                raise RuleBroken(f"{lower.value}_{what}", sentence)

    def lacks_answer(self, scale: Scale) -> bool:
        """Whether it is high and nobody answers for it: neither a measure to come nor a signed acceptance.

        What stays high once the measures are taken asks for the acceptance (domain note, 5.3 and 5.4).
        """
        if self.closed_on or self.is_accepted:
            return False
        if self.level(Phase.RESIDUAL, scale) == scale.top:
            return True
        return self.present_level(scale) == scale.top and not self.is_planned

    # What it is linked to

    def threaten(self, elements: Iterable[Element]) -> None:
        """Say which elements of its analysis it threatens. Raises RuleBroken for one of another analysis."""
        wanted = {one.id: one for one in elements}
        if any(one.analysis_id != self.analysis_id for one in wanted.values()):
            raise RuleBroken("elements", N_("Choisissez des éléments de la même analyse."))
        kept = [link for link in self.element_links if link.element_id in wanted]
        known = {link.element_id for link in kept}
        self.element_links = [*kept, *(ScenarioElement(element=one) for key, one in wanted.items() if key not in known)]

    def rely_on(self, measures: Iterable[Measure]) -> None:
        """Say which measures answer it. Raises RuleBroken for one of another establishment."""
        wanted = {one.id: one for one in measures}
        if any(one.establishment_id not in (None, self.establishment_id) for one in wanted.values()):
            raise RuleBroken("measures", N_("Choisissez des mesures du même établissement ou du groupement."))
        kept = [link for link in self.measure_links if link.measure_id in wanted]
        known = {link.measure_id for link in kept}
        self.measure_links = [*kept, *(ScenarioMeasure(measure=one) for key, one in wanted.items() if key not in known)]

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that it was edited. Raises RuleBroken once its analysis is validated."""
        self.analysis.check_open()
        self.updated_by, self.updated_at = by, at

    # Selects

    @classmethod
    def whole(cls) -> Select["Scenario"]:
        """Scenarios with what their page shows, in one query per collection."""
        return select(cls).options(
            selectinload(cls.analysis),
            selectinload(cls.interview),
            selectinload(cls.activity),
            *cls.linked(),
        )

    @classmethod
    def linked(cls) -> tuple[Any, ...]:
        """Options that load what scenarios are linked to: each element or measure once, however many name it."""
        return (
            selectinload(cls.element_links).selectinload(ScenarioElement.element),
            selectinload(cls.measure_links).selectinload(ScenarioMeasure.measure),
        )

    def search_words(self) -> list[str | None]:
        return [self.reference, self.title, self.threat, self.impact, self.owner_name, self.existing_measures]

    def journal_title(self) -> str:
        return f"{self.analysis.journal_title()}, {self.reference}"


class _PartOfScenario(Sealed, Journaled, Record):
    __abstract__ = True

    scenario: Any

    def journal_subject(self) -> Journaled:
        return self.journal_owner("scenario")


class ScenarioElement(_PartOfScenario):
    """That a scenario threatens an element."""

    __tablename__ = "risk_scenario_element"
    sealed = ("scenario_id", "element_id")
    __table_args__ = (UniqueConstraint("scenario_id", "element_id"),)
    journal_name = N_("Élément menacé")

    scenario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("risk_scenario.id", ondelete="CASCADE"))
    element_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("risk_element.id", ondelete="CASCADE"),
        index=True,
        info={"label": N_("Élément"), "named": "element"},
    )

    scenario: Mapped[Scenario] = relationship(back_populates="element_links")
    element: Mapped[Element] = relationship()

    def journal_title(self) -> str:
        return self.element.journal_title()


class ScenarioMeasure(_PartOfScenario):
    """That a measure answers a scenario."""

    __tablename__ = "risk_scenario_measure"
    sealed = ("scenario_id", "measure_id")
    __table_args__ = (UniqueConstraint("scenario_id", "measure_id"),)
    journal_name = N_("Mesure liée")

    scenario_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("risk_scenario.id", ondelete="CASCADE"))
    measure_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("measure.id"), index=True, info={"label": N_("Mesure"), "named": "measure"}
    )

    scenario: Mapped[Scenario] = relationship(back_populates="measure_links")
    measure: Mapped[Measure] = relationship()

    def journal_title(self) -> str:
        return self.measure.journal_title()
