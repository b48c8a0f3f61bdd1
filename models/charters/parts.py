"""The parts of a charter while it is written: its sections, choices, blanks to fill and acknowledgement sentences."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.charters.words import Channel, Population, SectionKind
from models.journal import Journaled
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.charters.charter import Charter


class CharterPart(Journaled, Record):
    """A row of one collection of a charter, in the order its author gave."""

    __abstract__ = True
    collection: ClassVar[str]

    position: Mapped[int] = mapped_column(default=0)

    @declared_attr
    def charter_id(self) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("charter.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def charter(self) -> Mapped["Charter"]:
        return relationship("Charter", back_populates=self.collection)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("charter")

    def journal_part(self) -> str:
        return self.collection


class CharterSection(CharterPart):
    """An article, an annex, or a piece of the preamble, of the short version or of the easy-to-read version.

    `text`: one paragraph a line. `{name}` stands for a blank, a line `{choix:code}` for the choice made. `populations`:
    whom it concerns, none for everybody. `sources`: [{"label", "confidence"}], where the model took it from.
    """

    __tablename__ = "charter_section"
    collection = "sections"
    journal_name = N_("Article de charte")
    MAX_TEXT = 20_000

    kind: Mapped[SectionKind] = mapped_column(vocabulary(SectionKind), info={"label": N_("Partie")})
    code: Mapped[Code | None]
    title: Mapped[Short | None] = mapped_column(info={"label": N_("Titre")})
    text: Mapped[Long] = mapped_column(info={"label": N_("Texte")})
    populations: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Personnes concernées"), "words": Population}
    )
    acknowledgement: Mapped[Long | None] = mapped_column(info={"label": N_("Déclaration propre à l’annexe")})
    sources: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    def journal_title(self) -> str:
        return self.title or self.kind.label


class CharterChoice(CharterPart):
    """A question that the hospital answers; the text of its answer stands where a section says `{choix:code}`."""

    __tablename__ = "charter_choice"
    __table_args__ = (UniqueConstraint("charter_id", "code"),)
    collection = "choices"
    journal_name = N_("Choix de charte")

    code: Mapped[Code]
    question: Mapped[Long]
    chosen: Mapped[Code | None] = mapped_column(info={"label": N_("Choix retenu")})
    answers: Mapped[list[dict[str, str]]] = mapped_column(JSON)

    @property
    def answer(self) -> dict[str, str] | None:
        """The answer chosen: {"value", "label", "text"}; None when nothing is."""
        return next((answer for answer in self.answers if answer["value"] == self.chosen), None)

    def journal_title(self) -> str:
        return self.question


class CharterBlank(CharterPart):
    """A blank of the text, written `{name}` there, and what the hospital puts in it."""

    __tablename__ = "charter_blank"
    __table_args__ = (UniqueConstraint("charter_id", "name"),)
    collection = "blanks"
    journal_name = N_("Champ de charte")
    MAX_VALUE = 500

    name: Mapped[Code]
    meaning: Mapped[Short | None]
    example: Mapped[Short | None]
    value: Mapped[Long | None] = mapped_column(info={"label": N_("Valeur")})

    def journal_title(self) -> str:
        return self.meaning or self.name


class CharterSentence(CharterPart):
    """What a person declares when she acknowledges the charter by one channel, and the words around it."""

    __tablename__ = "charter_sentence"
    __table_args__ = (UniqueConstraint("charter_id", "channel"),)
    collection = "sentences"
    journal_name = N_("Déclaration de prise de connaissance")

    channel: Mapped[Channel] = mapped_column(vocabulary(Channel), info={"label": N_("Canal")})
    statement: Mapped[Long] = mapped_column(info={"label": N_("Déclaration")})
    notice: Mapped[Long | None] = mapped_column(info={"label": N_("Portée de la déclaration")})
    operator: Mapped[Long | None] = mapped_column(info={"label": N_("Attestation de qui l’enregistre")})
    witness: Mapped[Long | None] = mapped_column(info={"label": N_("Attestation du témoin")})
    checkbox: Mapped[Short | None] = mapped_column(info={"label": N_("Case à cocher")})
    confirm: Mapped[Short | None] = mapped_column(info={"label": N_("Bouton de confirmation")})
    refuse: Mapped[Short | None] = mapped_column(info={"label": N_("Bouton de refus")})

    def journal_title(self) -> str:
        return self.channel.label


PARTS: dict[str, type[CharterPart]] = {
    kind.collection: kind for kind in (CharterSection, CharterChoice, CharterBlank, CharterSentence)
}
