"""The typical hospital scenarios of the catalogue, from which an analysis may start."""

from typing import Any

from sqlalchemy import JSON, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Short
from models.risks.words import Axis
from models.vocabulary import vocabulary


class TypicalScenario(Base):
    """A scenario of the catalogue. `content`: description, impact, criteria, sources, asset types, default severity and
    likelihood (from 1 to 4), codes of the measures suggested, and how sure each of these is.
    """

    __tablename__ = "typical_scenario"

    code: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    axis: Mapped[Axis] = mapped_column(vocabulary(Axis))
    category: Mapped[Code]
    title: Mapped[Short]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    @classmethod
    def listed(cls) -> Select["TypicalScenario"]:
        """Every scenario, in the order of the catalogue."""
        return select(cls).order_by(cls.position)
