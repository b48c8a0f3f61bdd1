"""What every mapped class shares: identity, constraint names and column types."""

import calendar
import datetime as dt
import secrets
import time
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, Text, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PARIS = ZoneInfo("Europe/Paris")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant, stored in UTC: SQLite would otherwise drop the offset without converting."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime cannot be stored: give it a time zone.")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Code = Annotated[str, mapped_column(String(40))]
Short = Annotated[str, mapped_column(String(200))]
Long = Annotated[str, mapped_column(Text)]
At = Annotated[dt.datetime, mapped_column(Instant)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute
        dt.datetime: Instant,
        uuid.UUID: Uuid(),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
    }


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def day_of(at: dt.datetime) -> dt.date:
    """The day on which an instant falls where the hospital is: at midnight there, the day of UTC is still the last."""
    return at.astimezone(PARIS).date()


def midnight_after(day: dt.date) -> dt.datetime:
    """The instant at which a day ends where the hospital is: what `day_of` says of instants, turned round."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), PARIS)


def today() -> dt.date:
    """The present day where the hospital is."""
    return day_of(now())


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of the month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def identity() -> uuid.UUID:
    """A new identity that sorts by the moment it was made (UUID version 7, RFC 9562 section 5.7).

    An index of them grows at its end, where identities of pure chance would each open another page of it.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | rest * 4096 // 1_000_000 << 64 | 2 << 62 | secrets.randbits(62))


def identities() -> Iterator[uuid.UUID]:
    """New identities one after the other, for rows that are made together (RFC 9562 section 6.2, method 2)."""
    return (uuid.UUID(int=number) for number in count(identity().int))


class Record(Base):
    """A row with an opaque identity of its own and the instant it was made."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=identity, sort_order=-2)
    created_at: Mapped[At] = mapped_column(default=now, sort_order=-1)


__all__ = [
    "PARIS",
    "At",
    "Base",
    "Code",
    "Instant",
    "Long",
    "Record",
    "Short",
    "day_of",
    "identities",
    "identity",
    "midnight_after",
    "months_after",
    "now",
    "today",
]
