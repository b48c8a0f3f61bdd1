"""How the tests of this folder plant the demonstration, and clear it away."""

import datetime as dt

from sqlalchemy import Engine
from sqlalchemy.orm import Session

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
