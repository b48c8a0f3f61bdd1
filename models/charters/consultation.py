"""The trace of consultations on a charter."""

import uuid

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.charters.charter import Charter
from models.consulting import BodyConsulted
from models.permissions import Permission
from models.vocabulary import N_


class Consultation(BodyConsulted):
    """A body consulted, informed or deciding on version `number` of a charter, published or to come."""

    __tablename__ = "charter_consultation"
    __table_args__ = BodyConsulted.rules("charter_consultation", "charter_id")
    journal_name = N_("Consultation sur une charte")
    evidence_read = Permission.CHARTERS_READ
    evidence_change = (Permission.CHARTERS_EDIT,)

    charter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter.id"), index=True)

    charter: Mapped[Charter] = relationship()

    @property
    def establishment_id(self) -> uuid.UUID | None:
        return self.charter.establishment_id

    def read_scope(self) -> "Consultation | None":
        """A charter common to the whole group is read by whoever reads charters somewhere, and so are its minutes."""
        return None if self.establishment_id is None else self

    @classmethod
    def of(cls, charter: Charter) -> Select["Consultation"]:
        """The consultations on a charter, the latest version's first, then by date."""
        return select(cls).where(cls.charter_id == charter.id).order_by(cls.number.desc(), cls.held_on, cls.id)
