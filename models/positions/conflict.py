"""Conflicts of interest of the holder of a post: what was examined, what it came to, what is to be warned of."""

import datetime as dt
import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short
from models.journal import Journaled
from models.permissions import Role
from models.positions.words import SECURITY, JobKind, Outcome
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.positions.nomination import Nomination

_IT_HEAD = re.compile(
    r"\b(directeur|directrice|responsable|chef) (adjointe? )?(du|des|de la) (systemes? d.information|dsi|informatique)"
)

_DECIDES = re.compile(
    r"\b(directeur|directrice) (adjointe? )?(general|des operations|des finances|financi|des ressources humaines"
    r"|de la communication|du marketing|medical)|\b(drh|daf|medecin[ -]chef)\b"
)
"""The functions that CNIL gives as examples of those which decide of purposes and means (guide of the DPO)."""


class ConflictReview(Journaled, Record):
    """One examination of a nomination, kept as it was made; the next one is another row.

    `functions` are the codes of the other functions held, `answers` the answers by code of question ("yes", "no"),
    `mitigations` the codes of the measures taken.
    """

    __tablename__ = "conflict_review"
    __table_args__ = (CheckConstraint("review_on IS NULL OR review_on >= examined_on", name="reviewed_after"),)
    journal_name = N_("Examen des conflits d’intérêts")

    nomination_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("nomination.id", ondelete="CASCADE"), index=True)
    functions: Mapped[list[str] | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    mitigations: Mapped[list[str] | None]
    justification: Mapped[Long | None] = mapped_column(info={"label": N_("Justification")})
    outcome: Mapped[Outcome] = mapped_column(vocabulary(Outcome), info={"label": N_("Résultat"), "words": Outcome})
    examined_by: Mapped[Short] = mapped_column(info={"label": N_("Examiné par")})
    examined_on: Mapped[dt.date] = mapped_column(info={"label": N_("Examiné le")})
    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("À réexaminer le")})

    nomination: Mapped["Nomination"] = relationship(back_populates="reviews")

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken at the field that does not hold."""
        if self.examined_on > today:
            raise RuleBroken("examined_on", N_("Un examen s’enregistre une fois fait : choisissez une date passée."))
        if self.review_on and self.review_on < self.examined_on:
            raise RuleBroken("review_on", N_("Le réexamen doit suivre l’examen."))
        if self.outcome is Outcome.MANAGED and self.review_on is None:
            raise RuleBroken("review_on", N_("Un risque maîtrisé se réexamine : donnez une date."))
        if self.outcome is not Outcome.NONE and not self.justification:
            raise RuleBroken("justification", N_("Décrivez la situation et les mesures retenues."))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("nomination")

    def journal_title(self) -> str:
        return f"{self.examined_on:%d/%m/%Y}"


def judged(grid: Mapping[str, Any], functions: Collection[str], answers: Mapping[str, str], measures: int) -> Outcome:
    """What an examination comes to by the rules of the model. `grid`: its "questions" and "functions" for the post;
    `measures`: how many measures are taken.

    A function presumed incompatible, or a major risk without measure, is a conflict; any other risk is managed only
    with a measure.
    """
    levels = {one["level"] for one in grid["functions"] if one["code"] in functions}
    risks = [one["severity"] for one in grid["questions"] if answers.get(one["code"]) == one["risk_answer"]]
    if "presumed_incompatible" in levels or ("major" in risks and not measures):
        return Outcome.CONFLICT
    if not levels and not risks:
        return Outcome.NONE
    return Outcome.MANAGED if measures else Outcome.CONFLICT


@dataclass(frozen=True)
class Situation:
    """What the house knows of the holder besides the nomination: her roles, the other posts she holds, her function."""

    roles: frozenset[Role] = frozenset()
    posts: frozenset[JobKind] = frozenset()
    function: str = ""

    @property
    def is_it_head(self) -> bool:
        """Whether she runs the IT department, by her role here or by her function in the directory."""
        return Role.IT in self.roles or _IT_HEAD.search(fold(self.function)) is not None

    @property
    def decides(self) -> bool:
        """Whether her function in the directory is of those that decide of purposes and means."""
        return self.is_it_head or _DECIDES.search(fold(self.function)) is not None

    @property
    def is_rssi(self) -> bool:
        return JobKind.RSSI in self.posts or Role.RSSI in self.roles

    @property
    def is_dpo(self) -> bool:
        return JobKind.DPO in self.posts or Role.DPO in self.roles


def warnings(nomination: "Nomination", situation: Situation) -> list[str]:
    """The codes of the warnings of the model that the situation of a holder calls for."""
    last = nomination.examined
    found = Outcome.NONE if last is None else last.outcome
    asked = {
        JobKind.DPO: (
            ("dpo_is_cio", situation.is_it_head),
            ("same_person", situation.is_rssi),
            ("dpo_presumed_incompatible", found is Outcome.CONFLICT),
            ("dpo_at_risk", found is Outcome.MANAGED),
        ),
        JobKind.RSSI: (
            ("rssi_not_independent", nomination.independent_from_it is False or situation.is_it_head),
            ("same_person", situation.is_dpo),
            ("rssi_at_risk", found is not Outcome.NONE),
        ),
    }
    kind = JobKind.RSSI if nomination.kind in SECURITY else nomination.kind
    return [code for code, holds in asked.get(kind, ()) if holds]
