"""A database of one's own, that keeps the journal."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

import models  # noqa: F401 -- makes the metadata whole
from models.base import Base
from models.journal import keep_journal


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    made = sessionmaker(engine)
    keep_journal(made)
    with made() as session:
        yield session
    engine.dispose()
