"""An empty database with the whole schema, on each backend in turn, and sessions on it that keep the journal."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

import models  # noqa: F401 -- makes the metadata whole
from models.base import Base
from models.journal import keep_journal
from tests.seed.planting import HERE, emptied


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: Any) -> Iterator[Engine]:
    """One database per module of tests and backend."""
    if request.param == "sqlite":
        yield _with_tables(create_engine("sqlite://", poolclass=StaticPool))
        return
    server, name = make_url(request.getfixturevalue("postgresql")), f"seed_{uuid.uuid4().hex}"
    keeper = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine = _with_tables(create_engine(server.set(database=name)))
        yield engine
        engine.dispose()
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    keeper.dispose()


def _with_tables(engine: Engine) -> Engine:
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a database that is emptied after the test."""
    opened = sessionmaker(engine, info={"actor": HERE})
    keep_journal(opened)
    with opened() as session:
        yield session
    emptied(engine)
