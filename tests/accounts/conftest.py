"""People of the cast with a password and a phone, and what they do with them at the door."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance.accounts import factors, totp
from governance.accounts.passwords import Hasher
from models.accounts import User
from models.base import now
from tests.cast import Stage
from tests.client import HouseClient, Page

PASSWORD = "trois girafes dansent"
Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Phone:
    """An authenticator application: what its owner reads on it."""

    login: str
    secret: str

    def code(self, steps: int = 0) -> str:
        """The code shown now, or so many steps of thirty seconds later (earlier when negative)."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + steps * totp.PERIOD)


Phones = Callable[[str], Phone]


@pytest.fixture(autouse=True)
def cheap_hashing(app: Flask) -> Iterator[None]:
    """The same hashing at the least cost."""
    app.extensions["hasher"] = Hasher(1, 8)
    yield
    del app.extensions["hasher"]


@pytest.fixture
def phone(app: Flask, write: Write, stage: Stage) -> Phones:
    """`phone("dpo")`: she now has the password PASSWORD, and this phone."""

    def enrol(login: str) -> Phone:
        secret = totp.new_secret()
        with write() as session:
            user = session.get_one(User, stage.users[login])
            user.password_hash, user.password_changed_at = app.extensions["hasher"].hash_password(PASSWORD), now()
            user.totp_sealed = factors.ring().seal(secret.encode(), purpose=factors.PURPOSE, owner=user.id)
            user.totp_confirmed_at = now()
        return Phone(login, secret)

    return enrol


def give_password(browser: HouseClient, login: str, password: str = PASSWORD) -> Page:
    """The first page of the sign-in, filled and sent."""
    return browser.post("/connexion", {"login": login, "password": password})


def give_code(browser: HouseClient, code: str) -> Page:
    """The second page of the sign-in, filled and sent."""
    return browser.post("/connexion/code", {"code": code})


def sign_in(browser: HouseClient, phone: Phone, steps: int = 0) -> Page:
    """Both pages, rightly."""
    assert give_password(browser, phone.login).location == "/connexion/code"
    page = give_code(browser, phone.code(steps))
    assert page.status == 303, page.words
    return page


def is_in(browser: HouseClient) -> bool:
    """Whether this browser may open a page of the house."""
    return browser.get("/").status == 200
