"""The one row that says what this database is."""

import uuid

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import At, Base, now


class Installation(Base):
    """Made with the database. `demonstration` is set once, at planting, and nothing else can set it."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    identity: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    demonstration: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[At] = mapped_column(default=now)
