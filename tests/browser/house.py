"""A live house: the demonstration behind the real server, on a port of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from governance import create_app
from governance.config import Settings
from governance.database import HouseSession, writing
from governance.visitor import digest
from models.accounts import SignInSession, User
from models.base import now
from models.journal import Actor
from tests.house.source import ROOT


@dataclass(frozen=True)
class House:
    """Where the house is served, and the folder of its data."""

    address: str
    folder: Path

    def cookie_of(self, login: str) -> tuple[str, str]:
        """(name, value) of the cookie of a browser in which that person just signed in."""
        app = _app(self.folder)
        token, at = uuid.uuid4().hex, now()
        with app.app_context(), writing(), HouseSession(info={"actor": Actor(None, "essai")}) as opened, opened.begin():
            user_id = opened.scalars(select(User.id).where(User.login == login)).one()
            held = SignInSession(
                user_id=user_id, digest=digest(token), seen_at=at, strong_at=at, expires_at=at.replace(year=at.year + 1)
            )
            opened.add(held)
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        app.extensions["engine"].dispose()
        kept = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert kept is not None
        return kept.key, kept.value


@cache
def _app(folder: Path) -> Flask:
    """The application on the same data, beside the server."""
    return create_app(Settings(environment="local", data_dir=folder))


@contextmanager
def served(folder: Path) -> Iterator[House]:
    """Serve the demonstration that is planted in a folder with two processes, until the block ends."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gunicorn")), "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    given = {**os.environ, "ENVIRONMENT": "local", "DATA_DIR": str(folder), "PORT": str(port)}
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=given, stderr=log) as server,
    ):
        try:
            house = House(f"http://127.0.0.1:{port}", folder)
            _wait_for(house, server)
            yield house
        finally:
            server.terminate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(house: House, server: subprocess.Popen[bytes], seconds: int = 60) -> None:
    for _ in range(seconds * 10):
        assert server.poll() is None, (house.folder / "server.log").read_text()
        with suppress(OSError), urllib.request.urlopen(f"{house.address}/sante", timeout=5):  # noqa: S310 -- our own
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody answers at {house.address}")
