"""Night jobs done: one row per job and day, so that two machines or two calls never do the same work twice."""

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code, Record


class JobRun(Record):
    """A job done on a day, with how many things it dealt with."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "day"),)

    name: Mapped[Code]
    day: Mapped[dt.date]
    count: Mapped[int] = mapped_column(default=0)
