"""The parts of a policy while it is written: sections, rules, blanks to fill, and the members of its working group."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.journal import Journaled
from models.people import Person
from models.policy.words import PartKind, Presence
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.policy.policy import Policy


class PolicyPart(Journaled, Record):
    """A row of one collection of a policy, in the order its author gave."""

    __abstract__ = True
    collection: ClassVar[str]

    position: Mapped[int] = mapped_column(default=0)

    @declared_attr
    def policy_id(self) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("policy.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def policy(self) -> Mapped["Policy"]:
        return relationship("Policy", back_populates=self.collection)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("policy")

    def journal_part(self) -> str:
        return self.collection


class PolicySection(PolicyPart):
    """A piece of the preamble, or a chapter: its title and what it aims at. `text`: one paragraph a line."""

    __tablename__ = "policy_section"
    __table_args__ = (
        CheckConstraint("kind IN ('preamble', 'chapter')", name="preamble_or_chapter"),
        UniqueConstraint("policy_id", "code"),
    )
    collection = "sections"
    journal_name = N_("Partie de la PSSI")
    MAX_TEXT = 20_000

    kind: Mapped[PartKind] = mapped_column(vocabulary(PartKind), info={"label": N_("Partie")})
    code: Mapped[Code]
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    text: Mapped[Long] = mapped_column(default="", info={"label": N_("Texte")})

    def journal_title(self) -> str:
        return self.title


class PolicyRule(PolicyPart):
    """One rule of a chapter. Its code does not change from a version to the next.

    `proofs`: what shows that it is applied; `measures`: codes of the catalogue of measures (M01…); `sources`:
    [{"label", "confidence"}]; `figures`: [{"label", "value", "confidence"}], the numbers that its text holds.
    """

    __tablename__ = "policy_rule"
    __table_args__ = (UniqueConstraint("policy_id", "code"),)
    collection = "rules"
    journal_name = N_("Règle de la PSSI")
    MAX_TEXT = 4_000

    section_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_section.id", ondelete="CASCADE"), index=True)
    code: Mapped[Code] = mapped_column(info={"label": N_("Code")})
    text: Mapped[Long] = mapped_column(info={"label": N_("Règle")})
    why: Mapped[Long | None] = mapped_column(info={"label": N_("Pourquoi")})
    proofs: Mapped[Long | None] = mapped_column(info={"label": N_("Preuves attendues")})
    owner: Mapped[Short | None] = mapped_column(info={"label": N_("Fonction responsable")})
    scope: Mapped[Long | None] = mapped_column(info={"label": N_("S’applique à")})
    measures: Mapped[list[str] | None]
    sources: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    figures: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    section: Mapped[PolicySection] = relationship()

    def journal_title(self) -> str:
        return self.code


class PolicyBlank(PolicyPart):
    """A blank of the text, written `{name}` there, and what the hospital puts in it."""

    __tablename__ = "policy_blank"
    __table_args__ = (UniqueConstraint("policy_id", "name"),)
    collection = "blanks"
    journal_name = N_("Champ de la PSSI")
    MAX_VALUE = 500

    name: Mapped[Code]
    meaning: Mapped[Short | None]
    value: Mapped[Long | None] = mapped_column(info={"label": N_("Valeur")})

    def journal_title(self) -> str:
        return self.meaning or self.name


class PolicyMember(PolicyPart):
    """Somebody of the working group that writes the policy (HOP'EN P2.4-O3-A1)."""

    __tablename__ = "policy_member"
    collection = "members"
    journal_name = N_("Membre du groupe de travail")

    function_title: Mapped[Short] = mapped_column(info={"label": N_("Fonction")})
    name: Mapped[Short | None] = mapped_column(info={"label": N_("Nom")})
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    presence: Mapped[Presence] = mapped_column(
        vocabulary(Presence), default=Presence.PERMANENT, info={"label": N_("Présence")}
    )
    contribution: Mapped[Long | None] = mapped_column(info={"label": N_("Apport")})

    person: Mapped[Person | None] = relationship()

    def journal_title(self) -> str:
        return self.name or self.function_title


PARTS: dict[str, type[PolicyPart]] = {
    kind.collection: kind for kind in (PolicySection, PolicyRule, PolicyBlank, PolicyMember)
}
