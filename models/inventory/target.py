"""What an establishment aims at for an indicator of the inventory."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code, Record
from models.journal import Journaled
from models.vocabulary import N_

DEFAULT_PERCENT = 100
"""The catalogue's cautious default: the exact HOP'EN value is not verified (0.90 in Hôpital numérique)."""


class IndicatorTarget(Journaled, Record):
    """The share, in percent, that an establishment aims at for one indicator."""

    __tablename__ = "indicator_target"
    __table_args__ = (
        UniqueConstraint("establishment_id", "indicator"),
        CheckConstraint("percent > 0 AND percent <= 100", name="percent"),
    )
    journal_name = N_("Cible d’un indicateur")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    indicator: Mapped[Code] = mapped_column(info={"label": N_("Indicateur")})
    percent: Mapped[int] = mapped_column(info={"label": N_("Cible, en %")})

    def journal_title(self) -> str:
        return self.indicator
