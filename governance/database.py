"""The session: looking by default, one writing transaction per request, and `aside` for what must survive a refusal."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.globals import app_ctx
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import ORMExecuteState, Session, scoped_session, sessionmaker

from models.journal import Actor, keep_journal
from models.rules import RuleBroken


class Way(Enum):
    """How the session goes to the database, and what PostgreSQL calls it; SQLite gives one state to whoever reads.

    Who looks opens no transaction on PostgreSQL, where each query would see the latest state in one too: it saves two
    ways to the server, and the rollback at its end, after which psycopg forgets the statements the server has prepared.
    """

    LOOKING = "AUTOCOMMIT"
    """A page: each of its few queries sees what is kept."""
    READING = "REPEATABLE READ"
    """What takes long and must hold together (an export, a verification): all its queries see the same state."""
    WRITING = "READ COMMITTED"
    """A request that changes something."""


_way: ContextVar[Way] = ContextVar("way", default=Way.LOOKING)

PATIENCE = 5
"""Seconds a writer of SQLite waits for its turn."""
ASK_EVERY = 0.003
"""Seconds between two askings for that turn, about."""
SQLITE_PRAGMAS = (
    "foreign_keys=ON",
    "recursive_triggers=ON",  # without it INSERT OR REPLACE slips past the journal's triggers
    "synchronous=FULL",
    f"busy_timeout={PATIENCE * 1000}",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "cache_size=-8192",  # KiB for each connection: the list of a big register does not fit in the usual 2,000
    "journal_mode=DELETE",  # WAL may corrupt before SQLite 3.51.3 when several processes share the file
)


STATEMENTS = 2000
"""How many compiled statements an engine keeps: the house has more than SQLAlchemy's usual 500."""


RESTED = 1.0
"""Seconds after which a connection to PostgreSQL that nobody used is asked whether it still lives."""


class WroteDuringRead(RuntimeError):
    """A request that only reads tried to change the database."""


class HouseSession(Session):
    """A session on the current application's database, which refuses to write outside `transaction`."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        return _engine(current_app.extensions["engine"], _way.get())


@lru_cache(maxsize=32)
def _engine(engine: Engine, way: Way) -> Engine:
    """The application's engine, on the same connections, for one way of going to the database."""
    if way is Way.WRITING or engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level=way.value)


session = scoped_session(sessionmaker(class_=HouseSession), scopefunc=lambda: id(app_ctx._get_current_object()))  # type: ignore[attr-defined]
keep_journal(HouseSession)


def _is_writing() -> bool:
    return _way.get() is Way.WRITING


@event.listens_for(HouseSession, "before_flush")
def _refuse_flush(session: Session, *_: Any) -> None:
    if not _is_writing():
        raise WroteDuringRead("Only a writing request changes the database: open a transaction.")


@event.listens_for(HouseSession, "do_orm_execute")
def _refuse_execute(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not _is_writing():
        raise WroteDuringRead("Only a writing request changes the database: open a transaction.")


def open_engine(url: str) -> Engine:
    """The engine for `url`, with what each database needs for safe concurrent writing."""
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, query_cache_size=STATEMENTS, connect_args={"connect_timeout": 3})
        event.listen(engine, "checkout", lambda raw, record, _: _ask_the_rested(engine.dialect, raw, record))
        event.listen(engine, "checkin", _note_return)
        return engine
    Path(make_url(url).database or ".").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, query_cache_size=STATEMENTS)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _take_turn_to_change)
    return engine


def _note_return(raw: Any, record: Any) -> None:
    record.info["returned"] = time.monotonic()


def _ask_the_rested(dialect: Dialect, raw: Any, record: Any) -> None:
    """A connection that rested may have died with its server: ask it before use; one just used needs no asking."""
    returned = record.info.get("returned")
    if returned is None or time.monotonic() - returned < RESTED:
        return
    try:
        dialect.do_ping(raw)
    except dialect.loaded_dbapi.Error as lost:
        raise DisconnectionError from lost


def _set_pragmas(raw: Any, _: object) -> None:
    raw.isolation_level = None  # the driver must not open transactions by itself: _begin does
    for pragma in SQLITE_PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Who only reads sees one state of the database; who writes reads what is kept until her turn comes."""
    if not _is_writing():
        connection.exec_driver_sql("BEGIN")


def _take_turn_to_change(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    """A writing transaction takes the lock when it first changes or locks something, as on PostgreSQL.

    Until then it holds none, not even a reader's: a lock asked for on top of that one fails instead of waiting.
    """
    raw: Any = connection.connection.dbapi_connection
    if not _is_writing() or raw.in_transaction or statement.startswith("BEGIN"):
        return
    asked: Any = getattr(context, "invoked_statement", None)
    if not getattr(asked, "is_select", False) or asked._for_update_arg is not None:
        _take_turn(connection)


def _take_turn(connection: Connection) -> None:
    """Take the write lock, asking for it often: SQLite's own wait sleeps up to 100 ms while the lock is free."""
    raw: Any = connection.connection.dbapi_connection
    until = time.monotonic() + PATIENCE
    raw.execute("PRAGMA busy_timeout=0")
    while time.monotonic() < until:
        try:
            raw.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(random.uniform(0.5, 1.5) * ASK_EVERY)  # noqa: S311 -- so that those who wait do not march in step
    raw.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    if not raw.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def writing() -> Iterator[None]:
    """Let the block write on this thread; on SQLite a transaction takes the lock at its first change."""
    mark = _way.set(Way.WRITING)
    try:
        yield
    finally:
        _way.reset(mark)


@contextmanager
def reading() -> Iterator[Session]:
    """A stretch that only reads, inside a writing request too: long work (an export) sees one state of the database,
    may take its rows as they come, and holds no lock on SQLite."""
    session.rollback()
    mark = _way.set(Way.READING)
    try:
        yield session()
    finally:
        session.rollback()
        _way.reset(mark)


@contextmanager
def reading_aside() -> Iterator[Session]:
    """As `reading`, in a session of its own: what a transaction has written so far stays, and is not seen here."""
    mark = _way.set(Way.READING)
    try:
        with HouseSession() as other:
            yield other
    finally:
        _way.reset(mark)


@contextmanager
def transaction(actor: Actor) -> Iterator[Session]:
    """The one writing transaction of a request or command: kept when the block ends, undone when it raises."""
    session.rollback()
    with writing():
        session.info["actor"] = actor
        try:
            yield session()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("actor", None)


@contextmanager
def aside(actor: Actor) -> Iterator[Session]:
    """A short transaction of its own, for what must remain when the request is refused (tries, refusals).

    Call it before the request's own transaction has written: on SQLite there is one writer at a time.
    """
    with writing(), HouseSession(info={"actor": actor}) as other, other.begin():
        yield other


def put(record: Any, values: dict[str, Any], rule: Callable[[], object]) -> None:
    """Give a record its values and keep it; when a rule refuses them (RuleBroken), the record is again what it was."""
    with session.no_autoflush:
        for name, value in values.items():
            setattr(record, name, value)
        try:
            rule()
        except RuleBroken:
            if record in session:
                session.expire(record)
            raise
    session.add(record)


def init_app(app: Flask, url: str) -> None:
    """Give the application its engine, and end the session with each application context."""
    app.extensions["engine"] = open_engine(url)
    app.teardown_appcontext(lambda _: session.remove())
