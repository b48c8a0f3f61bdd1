"""How the tests of this folder plant the demonstration, and clear it away."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from models.accounts import User
from models.base import Base
from models.journal import Actor
from seed.catalogue import plant_catalogue
from seed.demo import plant_demo

HERE = Actor(None, "essai")
AT = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)


def made(login: str, name: str, email: str) -> User:
    return User(login=login, name=name, email=email, password_hash="-", totp_confirmed_at=AT)


def plant(session: Session, at: dt.datetime) -> None:
    session.info["actor"] = HERE
    plant_catalogue(session)
    session.commit()
    for step in plant_demo(session, at=at, make_user=made):
        session.info["actor"] = step.actor
        step.run(session)
        session.commit()


def emptied(engine: Engine) -> Engine:
    """The same database without a row."""
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    return engine


@contextmanager
def elsewhere() -> Iterator[Engine]:
    """One more empty database, in memory, with the whole schema."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
