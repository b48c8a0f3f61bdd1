"""The house with one thing of each kind in each place, and everyone of the cast at the door, the manager too."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask, templating
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from tests.cast import MANAGER, Stage, enter
from tests.client import HouseClient
from tests.conftest import Template
from tests.house.access import PEOPLE, STRANGER, Asker
from tests.house.ground import Things, lay_ground

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@dataclass
class Ground:
    """The ground as it was laid once for this process, in the file of an SQLite database."""

    file: Path
    things: Things | None = None


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground") / "vigie.sqlite")


@pytest.fixture
def things(app: Flask, database: Template, write: Write, stage: Stage, laid: Ground) -> Things:
    """What names each thing of the ground."""
    if not database.url.startswith("sqlite"):
        return _lay(write, stage)
    live = Path(str(make_url(database.url).database))
    if laid.things:
        shutil.copyfile(laid.file, live)
    else:
        laid.things = _lay(write, stage)
        app.extensions["engine"].dispose()
        shutil.copyfile(live, laid.file)
    return laid.things


def _lay(write: Write, stage: Stage) -> Things:
    with write() as session:
        enter(session, stage, MANAGER)
        return lay_ground(session, stage)


@pytest.fixture
def asker(
    app: Flask, database: Template, things: Things, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asker]:
    """Everyone's browser, with forms that need no token and pages that stay white: doors are asked, not what is shown.

    Doors stand before and behind the token all the same; what pages show is looked at by walking through them.
    """
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(templating, "_render", lambda *_: "")
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", lambda name: name)
    cookies = {}
    for login in set(PEOPLE) - {STRANGER}:
        cookie = client(login).client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        cookies[login] = f"{cookie.key}={cookie.value}"
    yield Asker(app, database.url, cookies)
    app.config["WTF_CSRF_ENABLED"] = True
