"""The house with one thing of each kind in each place, and everyone of the cast at the door, the manager too."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import jinja2
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.cast import MANAGER, Stage, enter
from tests.client import HouseClient
from tests.house.access import PEOPLE, STRANGER, Asker
from tests.house.ground import Things, lay_ground

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def things(write: Write, stage: Stage) -> Things:
    """What names each thing of the ground."""
    with write() as session:
        enter(session, stage, MANAGER)
        return lay_ground(session, stage)


@pytest.fixture
def asker(
    app: Flask, database: Any, things: Things, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Asker]:
    """Everyone's browser, with forms that need no token and pages that stay white: doors are asked, not what is shown.

    Doors stand before and behind the token all the same; what pages show is looked at by walking through them.
    """
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(jinja2.Template, "render", lambda *_, **__: "")
    cookies = {}
    for login in set(PEOPLE) - {STRANGER}:
        cookie = client(login).client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        cookies[login] = f"{cookie.key}={cookie.value}"
    yield Asker(app, database.url, cookies)
    app.config["WTF_CSRF_ENABLED"] = True
