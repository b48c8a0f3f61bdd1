"""What the command line does to accounts, and the demonstration's own door."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.accounts import demonstration, factors, operations
from governance.keys import KeyRing
from models.accounts import User
from models.installation import Installation
from models.journal import Entry, Verb
from models.rules import RuleBroken
from tests.accounts.conftest import Clients, Phones, Write, give_code, give_password, is_in, sign_in
from tests.cast import Stage


@pytest.fixture
def planted(app: Flask, write: Write, stage: Stage) -> None:
    """The database of a demonstration, whose DPO was planted."""
    made = None
    with write() as session:
        session.get_one(Installation, 1).demonstration = True
        make = operations.demonstration_maker(demonstration.PASSWORD)
        made = make("dpo", "Diane Petit", "dpo@ght.example")
        user = session.get_one(User, stage.users["dpo"])
        secret = factors.ring().open_sealed(made.totp_sealed or "", purpose=factors.PURPOSE, owner=made.id)
        user.password_hash, user.totp_confirmed_at = made.password_hash, made.totp_confirmed_at
        user.totp_sealed = factors.ring().seal(secret, purpose=factors.PURPOSE, owner=user.id)
    app.extensions.pop("demonstration", None)


def test_the_command_line_invites_the_first_administrator(write: Write, db: Session) -> None:
    with write():
        link = operations.create_first_administrator("alice", "Alice Martin", "alice@ght.example")
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    user = db.scalars(select(User).where(User.login == "alice")).one()
    assert [(held.role.value, held.establishment_id) for held in user.grants] == [("administrator", None)]


@pytest.mark.parametrize("login", ["dpo", "Alice", "a", "a b", "é", "-x", "a" * 61, ""])
def test_the_command_line_refuses_an_odd_or_taken_login(write: Write, login: str) -> None:
    with pytest.raises(RuleBroken) as refused, write():
        operations.create_first_administrator(login, "Alice Martin", "alice@ght.example")
    assert refused.value.field == "login"


def test_a_key_rotation_keeps_every_phone_working(
    app: Flask, client: Clients, phone: Phones, write: Write, db: Session
) -> None:
    phones = [phone(login) for login in ("dpo", "rssi", "agent")]
    with write():
        key, count, lost = operations.rotate_keys()
    assert (count, lost) == (3, [])
    sealed = db.scalars(select(User.totp_sealed).where(User.totp_sealed.is_not(None))).all()
    assert {KeyRing.kid_of(text or "") for text in sealed} == {key}
    for one in phones:
        sign_in(client(None), one)
    told = db.scalars(select(Entry).where(Entry.verb == Verb.KEYS_ROTATED)).one()
    assert told.detail == {"key": key, "resealed": 3}


def test_a_key_rotation_seals_the_rest_anew_and_names_the_account_that_no_key_opens(
    client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    dpo = phone("dpo")
    phone("rssi")
    with write() as session:
        user = session.get_one(User, stage.users["rssi"])
        user.totp_sealed = (user.totp_sealed or "").replace("v1.0", "v1.9")
    with write():
        assert operations.rotate_keys()[1:] == (1, ["rssi"])
    sign_in(client(None), dpo)


def test_a_demonstration_lists_its_accounts_and_shows_their_code(client: Clients, planted: None) -> None:
    browser = client(None)
    page = browser.get("/connexion")
    assert demonstration.PASSWORD in page.words
    assert "dpo-est" in page.words
    give_password(browser, "dpo", demonstration.PASSWORD)
    assert "Afficher le code" in browser.get("/connexion/code").words
    shown = browser.post("/connexion/code-de-demonstration")
    assert give_code(browser, "".join(shown.one("code").itertext())).status == 303
    assert is_in(browser)


def test_a_demonstration_code_can_be_asked_again_at_once(client: Clients, planted: None) -> None:
    for _ in range(2):
        browser = client(None)
        give_password(browser, "dpo", demonstration.PASSWORD)
        shown = browser.post("/connexion/code-de-demonstration")
        assert give_code(browser, "".join(shown.one("code").itertext())).status == 303


def test_a_demonstration_shows_a_fresh_code_too(client: Clients, planted: None) -> None:
    browser = client("dpo")
    assert "Afficher le code" in browser.get("/code?next=/mon-compte").words
    shown = browser.post("/connexion/code-de-demonstration", {"next": "/mon-compte"})
    values = shown.values(action="/code") | {"code": "".join(shown.one("code").itertext())}
    assert browser.post("/code", values).location == "/mon-compte"


def test_a_demonstration_shows_no_code_of_the_accounts_added_to_it(
    client: Clients, planted: None, write: Write, stage: Stage, phone: Phones
) -> None:
    phone("agent")
    with write() as session:
        session.get_one(User, stage.users["agent"]).login = "invite"
    browser = client(None)
    give_password(browser, "invite")
    assert browser.post("/connexion/code-de-demonstration").status == 404


def test_a_demonstration_asks_for_the_password_before_it_shows_a_code(client: Clients, planted: None) -> None:
    assert client(None).post("/connexion/code-de-demonstration").status == 404


def test_a_true_installation_shows_nothing_of_the_kind(client: Clients, phone: Phones) -> None:
    phone("dpo")
    browser = client(None)
    assert demonstration.PASSWORD not in browser.get("/connexion").text
    give_password(browser, "dpo")
    assert "démonstration" not in browser.get("/connexion/code").text
    assert browser.post("/connexion/code-de-demonstration").status == 404


def test_the_command_line_tells_codes_of_a_demonstration_only(
    app: Flask, phone: Phones, planted: None, write: Write
) -> None:
    with write():
        assert len(operations.current_demo_code("dpo")) == 6
        with pytest.raises(RuleBroken, match="Ses comptes"):
            operations.current_demo_code("personne")
    with write() as session:
        session.get_one(Installation, 1).demonstration = False
    app.extensions.pop("demonstration", None)
    with write(), pytest.raises(RuleBroken):
        operations.current_demo_code("dpo")
