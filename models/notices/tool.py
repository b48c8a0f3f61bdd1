"""The tools that tell patients what becomes of their data (booklet, poster, page…), and what validated them."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short, months_after
from models.charters.words import MONTHS, Frequency
from models.consulting import GovernanceBody, Opinion
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.notices.notice import PatientNotice
from models.notices.words import Language, Moment, ToolKind, ToolState
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary

APPROVING = (Opinion.FAVOURABLE, Opinion.RESERVED, Opinion.APPROVED)
"""The opinions that let an edition be used."""


class InformationTool(HasEvidence, Searchable, Record):
    """What patients are shown, handed or told (HOP'EN P3.3, objective 1), in its present edition."""

    __tablename__ = "information_tool"
    __table_args__ = (
        CheckConstraint("stock IS NULL OR stock >= 0", name="stock_counted"),
        Index("ix_information_tool_list", "establishment_id", "state", "title"),
        Index("ix_information_tool_next_check_on", "next_check_on"),
    )
    journal_name = N_("Support d’information")
    evidence_read = Permission.NOTICES_READ
    evidence_change = (Permission.NOTICES_EDIT, Permission.NOTICES_CHECK)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    kind: Mapped[ToolKind] = mapped_column(vocabulary(ToolKind), info={"label": N_("Nature")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Support")})
    state: Mapped[ToolState] = mapped_column(vocabulary(ToolState), default=ToolState.DRAFT, info={"label": N_("État")})
    notice_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("notice.id"), index=True, info={"label": N_("Notice reproduite"), "named": "notice"}
    )
    edition: Mapped[Short] = mapped_column(info={"label": N_("Version")})
    issued_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date de la version")})
    languages: Mapped[list[str] | None] = mapped_column(info={"label": N_("Langues"), "words": Language})
    is_easy: Mapped[bool | None] = mapped_column(info={"label": N_("Version facile à lire disponible")})
    places: Mapped[Long | None] = mapped_column(info={"label": N_("Lieux de diffusion")})
    moments: Mapped[list[str] | None] = mapped_column(info={"label": N_("Moments de diffusion"), "words": Moment})
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service responsable"), "named": "department"}
    )
    service: Mapped[Short | None] = mapped_column(info={"label": N_("Service, s’il n’est pas dans la liste")})
    stock: Mapped[int | None] = mapped_column(info={"label": N_("Exemplaires en stock")})
    frequency: Mapped[Frequency | None] = mapped_column(
        vocabulary(Frequency), info={"label": N_("Périodicité des vérifications")}
    )
    next_check_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine vérification")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    notice: Mapped[PatientNotice | None] = relationship()
    validations: Mapped[list["ToolValidation"]] = relationship(
        back_populates="tool",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="ToolValidation.held_on.desc()",
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def owner(self) -> str:
        """The service that answers for it."""
        return self.department.name if self.department else self.service or ""

    def validation(self) -> "ToolValidation | None":
        """What validated its present edition, if anything did."""
        return next((one for one in self.validations if one.edition == self.edition and one.approves), None)

    def is_late(self, today: dt.date) -> bool:
        """Whether its check is past due while it is in use."""
        return self.state is ToolState.IN_USE and self.next_check_on is not None and self.next_check_on < today

    def checked(self, on: dt.date) -> None:
        """Count the next check from one made `on`."""
        if self.frequency is not None:
            following = months_after(on, MONTHS[self.frequency])
            self.next_check_on = max(following, self.next_check_on or following)

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return and_(cls.state == ToolState.IN_USE, cls.next_check_on < today)

    @classmethod
    def unvalidated(cls) -> ColumnElement[bool]:
        """SQL: in use, or about to be, in an edition that nobody validated."""
        held = exists(
            select(ToolValidation.id).where(
                ToolValidation.tool_id == cls.id,
                ToolValidation.edition == cls.edition,
                ToolValidation.opinion.in_(APPROVING),
            )
        )
        return and_(cls.state != ToolState.WITHDRAWN, ~held)

    def search_words(self) -> list[str | None]:
        return [self.title, self.edition, self.places, self.service, self.notes]

    def journal_title(self) -> str:
        return self.title


class ToolValidation(Journaled, Record):
    """A body that was asked about an edition of a tool: what it said, when, and where that is written."""

    __tablename__ = "tool_validation"
    __table_args__ = (CheckConstraint("body <> 'other' OR body_name <> ''", name="other_has_name"),)
    journal_name = N_("Validation du support")

    tool_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("information_tool.id", ondelete="CASCADE"), index=True)
    edition: Mapped[Short] = mapped_column(info={"label": N_("Version")})
    body: Mapped[GovernanceBody] = mapped_column(vocabulary(GovernanceBody), info={"label": N_("Instance")})
    body_name: Mapped[Short] = mapped_column(default="", info={"label": N_("Nom de l’instance")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    opinion: Mapped[Opinion] = mapped_column(vocabulary(Opinion), info={"label": N_("Avis")})
    minutes: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du procès-verbal")})
    recorded_by: Mapped[Short]

    tool: Mapped[InformationTool] = relationship(back_populates="validations")

    @property
    def approves(self) -> bool:
        return self.opinion in APPROVING

    @property
    def body_label(self) -> str:
        return self.body_name if self.body is GovernanceBody.OTHER else self.body.label

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.body is GovernanceBody.OTHER and not self.body_name:
            raise RuleBroken("body_name", N_("Nommez l’instance."))
        if self.held_on > today:
            raise RuleBroken("held_on", N_("Une validation s’enregistre une fois faite : choisissez une date passée."))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("tool")

    def journal_part(self) -> str:
        return "validations"

    def journal_title(self) -> str:
        return self.body_label
