"""Turns: who only reads yet keeps nobody waiting, and those who change something come one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from governance.database import reading, reading_aside, session, transaction
from models.chains import verify
from models.establishments import Department, DepartmentKind
from models.journal import Actor, lock
from tests.cast import Stage
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]
T = TypeVar("T")
HERE = Actor(None, "essai")


def _in_turn(app: Flask, work: Callable[[], T]) -> T:
    with app.app_context(), transaction(HERE):
        return work()


def _department(stage: Stage, name: str) -> None:
    home = next(iter(stage.establishments.values()))
    session.add(Department(establishment_id=home, kind=DepartmentKind.SERVICE, name=name))


def _count() -> int:
    return session.scalar(select(func.count()).select_from(Department)) or 0


def test_who_only_reads_yet_keeps_nobody_waiting(app: Flask, stage: Stage, db: Session) -> None:
    with ThreadPoolExecutor(1) as elsewhere, app.app_context(), transaction(HERE):
        before = _count()
        elsewhere.submit(_in_turn, app, lambda: _department(stage, "Ailleurs")).result(timeout=4)
        assert _count() == before + 1
        _department(stage, "Ici")
    assert db.scalar(select(func.count()).select_from(Department)) == before + 2


def test_who_asks_for_a_lock_makes_the_next_one_wait_although_nothing_is_written(app: Flask, stage: Stage) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        with app.app_context(), transaction(HERE):
            lock(session.connection(), "group")
            other = elsewhere.submit(_in_turn, app, lambda: lock(session.connection(), "group"))
            assert not wait([other], timeout=0.3).done
        other.result(timeout=4)


def test_many_who_read_then_write_at_once_lose_nothing(app: Flask, stage: Stage, db: Session) -> None:
    def add(number: int) -> int:
        before = _count()
        _department(stage, f"Service {number}")
        return before

    before = db.scalar(select(func.count()).select_from(Department)) or 0
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda number: _in_turn(app, lambda: add(number)), range(24)))
    assert db.scalar(select(func.count()).select_from(Department)) == before + 24
    with app.extensions["engine"].connect() as connection:
        assert not list(verify(connection))


def test_who_reads_long_sees_one_state(app: Flask, stage: Stage) -> None:
    """On SQLite her reading keeps the writer waiting; PostgreSQL shows her the state at which she began."""
    on_sqlite = app.extensions["engine"].dialect.name == "sqlite"
    with ThreadPoolExecutor(1) as elsewhere, app.app_context():
        with reading() as opened:
            before = _count()
            other = elsewhere.submit(_in_turn, app, lambda: _department(stage, "Ailleurs"))
            wait([other], timeout=0.3 if on_sqlite else 4)
            assert other.done() is not on_sqlite
            assert _count() == before
            assert opened.scalars(select(Department.name).execution_options(yield_per=1)).all()
        other.result(timeout=4)
        assert _count() == before + 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_looks_sees_the_latest_state(app: Flask, stage: Stage) -> None:
    with ThreadPoolExecutor(1) as elsewhere, app.app_context():
        before = _count()
        elsewhere.submit(_in_turn, app, lambda: _department(stage, "Ailleurs")).result(timeout=4)
        assert _count() == before + 1


def test_who_reads_aside_leaves_what_is_being_written(app: Flask, stage: Stage, db: Session) -> None:
    with app.app_context(), transaction(HERE):
        before = _count()
        _department(stage, "Ici")
        session.flush()
        with reading_aside() as other:
            assert other.scalar(select(func.count()).select_from(Department)) == before
    assert db.scalar(select(func.count()).select_from(Department)) == before + 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_server_keeps_the_statements_that_every_page_asks(app: Flask, client: Clients) -> None:
    dpo = client("dpo")
    for _ in range(8):
        assert dpo.get("/registre/").status == 200
    with app.app_context():
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("sign_in_session" in statement for statement in kept)
