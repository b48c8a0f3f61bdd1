"""Saved views: a list's filters under a name, for oneself or for the colleagues of the establishment."""

import uuid

from sqlalchemy import ForeignKey, Select, Text, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import Code, Record, Short
from models.journal import Journaled
from models.vocabulary import N_


class SavedView(Journaled, Record):
    """The query string of a list, kept under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "room", "name"),)
    journal_name = N_("Vue enregistrée")

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))
    room: Mapped[Code]
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    query: Mapped[str] = mapped_column(Text, info={"label": N_("Filtres")})
    shared: Mapped[bool] = mapped_column(default=False, info={"label": N_("Partagée")})

    user: Mapped[User] = relationship()

    @classmethod
    def seen_by(cls, user_id: uuid.UUID, establishment_id: uuid.UUID | None, room: str) -> Select["SavedView"]:
        """The views of a room that a person made, or that colleagues of the establishment share."""
        shared = cls.shared.is_(True) & (cls.establishment_id == establishment_id)
        return select(cls).where(cls.room == room, or_(cls.user_id == user_id, shared)).order_by(cls.name)

    def journal_title(self) -> str:
        return self.name
