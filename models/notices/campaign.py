"""The campaigns that hand out or hang a tool: what was counted on the way, and how they ended (HOP'EN P3.3, O2)."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.notices.tool import InformationTool
from models.notices.words import CampaignState, PatientGroup
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.shares import percent
from models.vocabulary import N_, vocabulary

NOWHERE = N_("Sans précision de lieu")


class DiffusionCampaign(HasEvidence, Searchable, Record):
    """A time in which a tool is handed out or hung: how many were planned, counted on the way, done in the end."""

    __tablename__ = "diffusion_campaign"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("planned > 0 AND coalesce(done, 0) >= 0", name="counted"),
        CheckConstraint("closed_on IS NULL OR done IS NOT NULL", name="closed_has_count"),
        Index("ix_diffusion_campaign_list", "establishment_id", "starts_on"),
    )
    journal_name = N_("Campagne de diffusion")
    evidence_read = Permission.NOTICES_READ
    evidence_change = (Permission.NOTICES_EDIT, Permission.NOTICES_CHECK)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    tool_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("information_tool.id"), index=True, info={"label": N_("Support"), "named": "tool"}
    )
    title: Mapped[Short] = mapped_column(info={"label": N_("Campagne")})
    population: Mapped[PatientGroup] = mapped_column(
        vocabulary(PatientGroup), default=PatientGroup.ALL, info={"label": N_("Patients concernés")}
    )
    starts_on: Mapped[dt.date] = mapped_column(info={"label": N_("Début")})
    ends_on: Mapped[dt.date] = mapped_column(info={"label": N_("Fin")})
    places: Mapped[Long | None] = mapped_column(info={"label": N_("Lieux")})
    planned: Mapped[int] = mapped_column(info={"label": N_("Exemplaires ou emplacements prévus")})
    done: Mapped[int | None] = mapped_column(info={"label": N_("Remis ou posés, au bilan")})
    outcome: Mapped[Long | None] = mapped_column(info={"label": N_("Bilan")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Close le")})
    closed_by: Mapped[Short | None] = mapped_column(info={"label": N_("Close par")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    tool: Mapped[InformationTool] = relationship()
    counts: Mapped[list["DiffusionCount"]] = relationship(
        back_populates="campaign",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(DiffusionCount.counted_on, DiffusionCount.created_at)",
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # Where it stands

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None

    def state(self, today: dt.date) -> CampaignState:
        """Where it stands on a day."""
        if self.is_closed:
            return CampaignState.CLOSED
        if self.starts_on > today:
            return CampaignState.COMING
        return CampaignState.RUNNING if self.ends_on >= today else CampaignState.TO_CLOSE

    @property
    def counted(self) -> int:
        """What was counted on the way."""
        return sum(one.handed for one in self.counts)

    @property
    def reached(self) -> int:
        """How many reached their place: as its outcome says, else as counted so far."""
        return self.done if self.is_closed and self.done is not None else self.counted

    @property
    def rate(self) -> int:
        """The share of what was planned that reached its place, in whole percents."""
        return percent(self.reached, self.planned)

    def course(self) -> list[tuple[dt.date, int]]:
        """How much of what was planned had reached its place, in percents, day of count by day of count."""
        total, found = 0, dict[dt.date, int]()
        for one in self.counts:
            total += one.handed
            found[one.counted_on] = total
        if self.closed_on is not None and self.counts:
            found[self.closed_on] = self.reached
        return [(day, percent(sofar, self.planned)) for day, sofar in sorted(found.items())]

    def by_place(self) -> list[tuple[str, int]]:
        """How many were counted in each place, the most first; nothing as long as no place is named."""
        found: dict[str, int] = {}
        for one in self.counts:
            found[one.place or NOWHERE] = found.get(one.place or NOWHERE, 0) + one.handed
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0])) if set(found) - {NOWHERE} else []

    def expected_places(self) -> list[str]:
        """The places that it names, one a line."""
        return lines(self.places)

    def places_left(self) -> list[str]:
        """The places that it names, of which nothing was counted."""
        seen = {one.place for one in self.counts}
        return [place for place in self.expected_places() if place not in seen]

    # What happens to it

    def check(self) -> None:
        """Raise RuleBroken on a field that does not hold."""
        self.check_open()
        if self.ends_on < self.starts_on:
            raise RuleBroken("ends_on", N_("La campagne ne peut pas finir avant de commencer."))
        first = min((one.counted_on for one in self.counts), default=self.starts_on)
        if first < self.starts_on:
            raise RuleBroken("starts_on", N_("Un comptage est plus ancien que ce début : corrigez l’un ou l’autre."))

    def check_open(self) -> None:
        """Raise RuleBroken when it is closed."""
        if self.is_closed:
            raise RuleBroken("", N_("Cette campagne est close : rouvrez-la pour y changer quelque chose."))

    def count(self, made: "DiffusionCount", today: dt.date) -> None:
        """Add what was counted on a day. Raises RuleBroken when it is closed, or on a day that cannot be."""
        self.check_open()
        self._check_day("counted_on", made.counted_on, today)
        self.counts.append(made)

    def close(self, on: dt.date, done: int, outcome: str, by: str, today: dt.date) -> None:
        """End it: so many reached their place, and what to say of it. Raises RuleBroken on what does not hold."""
        self.check_open()
        self._check_day("closed_on", on, today)
        if self.counts and on < self.counts[-1].counted_on:
            raise RuleBroken("closed_on", N_("Un comptage est plus récent que ce jour."))
        self.closed_on, self.closed_by, self.done, self.outcome = on, by, done, outcome

    def _check_day(self, field: str, on: dt.date, today: dt.date) -> None:
        if on > today:
            raise RuleBroken(field, N_("Cela s’enregistre une fois fait : choisissez une date passée."))
        if on < self.starts_on:
            raise RuleBroken(field, N_("Ce jour est avant le début de la campagne."))

    def reopen(self) -> None:
        """Take it up again; what its outcome said stays to be corrected. Raises RuleBroken when it is not closed."""
        if not self.is_closed:
            raise RuleBroken("", N_("Cette campagne n’est pas close."))
        self.closed_on = self.closed_by = None

    def search_words(self) -> list[str | None]:
        return [self.title, self.places, self.outcome]

    def journal_title(self) -> str:
        return self.title


class DiffusionCount(Journaled, Record):
    """What somebody counted in a campaign: so many handed or hung, on a day, in a place. Nobody's name but hers."""

    __tablename__ = "diffusion_count"
    __table_args__ = (CheckConstraint("handed > 0", name="handed_counted"),)
    journal_name = N_("Comptage")

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("diffusion_campaign.id", ondelete="CASCADE"), index=True)
    counted_on: Mapped[dt.date] = mapped_column(info={"label": N_("Compté le")})
    handed: Mapped[int] = mapped_column(info={"label": N_("Remis ou posés")})
    place: Mapped[Short | None] = mapped_column(info={"label": N_("Lieu")})
    counted_by: Mapped[Short] = mapped_column(info={"label": N_("Compté par")})
    remark: Mapped[Short | None] = mapped_column(info={"label": N_("Remarque")})

    campaign: Mapped[DiffusionCampaign] = relationship(back_populates="counts")

    def journal_subject(self) -> Journaled:
        return self.journal_owner("campaign")

    def journal_part(self) -> str:
        return "counts"

    def journal_title(self) -> str:
        return f"{self.place or NOWHERE}, {self.counted_on:%d/%m/%Y}"


def lines(text: str | None) -> list[str]:
    """The lines of a text that say something."""
    return [line for one in (text or "").splitlines() if (line := one.strip())]
