"""Beginnings: an invitation accepted, a phone enrolled, recovery codes, and a password forgotten."""

import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.accounts import operations, tokens
from models.accounts import RecoveryCode, SignInSession, Token, TokenPurpose, User
from models.base import now
from models.journal import Entry, Verb
from models.outbox import Message
from tests.accounts.conftest import (
    PASSWORD,
    Clients,
    Phone,
    Phones,
    Write,
    give_code,
    give_password,
    is_in,
    sign_in,
)
from tests.cast import Stage
from tests.client import HouseClient, Page

NEW = "quatre zèbres galopent"


@pytest.fixture(autouse=True)
def _mail_server(app: Flask) -> Iterator[None]:
    """This installation sends mail."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, smtp_url="smtp://relais.example")
    yield
    app.extensions["settings"] = settings


@pytest.fixture
def invitation(app: Flask, write: Write) -> str:
    """The path of the invitation of a new administrator, alice."""
    with write():
        link = operations.create_first_administrator("alice", "Alice Martin", "alice@ght.example")
    return link.removeprefix(app.extensions["settings"].address)


def choose(browser: HouseClient, path: str, password: str = NEW) -> Page:
    """A new password, typed twice."""
    return browser.post(path, {"password": password, "repeated": password})


def phone_of(browser: HouseClient, login: str) -> Phone:
    """A phone that reads the secret from the enrolment page, as the person would type it."""
    secret = "".join(browser.get("/inscription").one("code", id="secret").itertext())
    return Phone(login, secret.replace(" ", ""))


def shown_codes(browser: HouseClient) -> list[str]:
    """The recovery codes on the page that shows them."""
    return ["".join(one.itertext()) for one in browser.get("/codes-de-secours").all("code")]


def enrolled(browser: HouseClient, invitation: str) -> Phone:
    """The whole way in of alice; gives her phone."""
    assert choose(browser, invitation).location == "/inscription"
    alice = phone_of(browser, "alice")
    assert browser.post("/inscription", {"code": alice.code()}).location == "/codes-de-secours"
    return alice


def test_an_invited_person_chooses_a_password_enrols_a_phone_and_is_in(
    client: Clients, invitation: str, db: Session
) -> None:
    browser = client(None)
    assert "alice" in browser.get(invitation).words
    enrolled(browser, invitation)
    assert is_in(browser)
    told = db.scalars(select(Entry.verb).where(Entry.actor_name == "Alice Martin").order_by(Entry.seq)).all()
    assert told == [Verb.PASSWORD_CHANGED, Verb.FACTOR_ENROLLED, Verb.SIGNED_IN]


def test_the_code_that_confirmed_the_phone_opens_nothing_more(client: Clients, invitation: str) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC), tick=False):
        alice = enrolled(client(None), invitation)
        other = client(None)
        give_password(other, "alice", NEW)
        assert give_code(other, alice.code()).status == 422
        assert give_code(other, alice.code(1)).status == 303


def test_the_qr_code_says_what_the_text_says(client: Clients, invitation: str) -> None:
    browser = client(None)
    choose(browser, invitation)
    page = browser.get("/inscription")
    assert page.all("{http://www.w3.org/2000/svg}svg") or "<svg" in page.text
    assert phone_of(browser, "alice").secret == phone_of(browser, "alice").secret
    assert page.headers["Cache-Control"] == "no-store"


def test_a_secret_sent_by_the_browser_is_ignored(client: Clients, invitation: str) -> None:
    browser, own = client(None), pyotp.random_base32()
    choose(browser, invitation)
    browser.get("/inscription")
    code = pyotp.TOTP(own).at(int(time.time()))
    assert browser.post("/inscription", {"code": code, "secret": own}).status == 422


def test_an_invitation_serves_once(client: Clients, invitation: str) -> None:
    choose(client(None), invitation)
    second = client(None)
    assert second.get(invitation).status == 404
    assert choose(second, invitation).status == 404


def test_an_invitation_opened_on_an_administrator_s_browser_ends_her_session(
    client: Clients, invitation: str, stage: Stage, db: Session
) -> None:
    admin = client("admin")
    enrolled(admin, invitation)
    held = select(SignInSession).where(SignInSession.user_id == stage.users["admin"])
    assert db.scalars(held).one().revoked_at is not None


def test_an_invitation_lasts_seventy_two_hours(client: Clients, invitation: str) -> None:
    with time_machine.travel(now() + dt.timedelta(hours=71, minutes=59)):
        assert client(None).get(invitation).status == 200
    with time_machine.travel(now() + dt.timedelta(hours=72, minutes=1)):
        assert client(None).get(invitation).status == 404
        assert choose(client(None), invitation).status == 404


@pytest.mark.parametrize("text", ["", "x", "0" * 75, "é" * 75, "%00" * 75])
def test_a_link_made_up_opens_nothing(client: Clients, invitation: str, text: str) -> None:
    known = invitation.removeprefix("/invitation/")
    for path in (
        f"/invitation/{text}x",
        f"/mot-de-passe/{text}x",
        f"/invitation/{known[:-1]}_",
        f"/mot-de-passe/{known}",
    ):
        assert client(None).get(path).status == 404


def test_only_a_digest_of_the_link_is_stored(invitation: str, db: Session) -> None:
    stored = db.scalars(select(Token)).one()
    assert stored.digest not in invitation
    assert len(stored.digest) == 64


def test_a_phone_cannot_be_enrolled_without_an_invitation(client: Clients) -> None:
    assert client(None).get("/inscription").location == "/connexion"
    assert client(None).post("/inscription", {"code": "123456"}).location == "/connexion"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("trop court", "au moins 15"), ("motdepassemotdepasse", "courants"), ("alice martin 2026!", "mots attendus")],
)
def test_a_guessable_password_is_refused_beside_its_field(
    client: Clients, invitation: str, password: str, sentence: str
) -> None:
    page = choose(client(None), invitation, password)
    assert page.status == 422
    assert sentence in page.words
    assert page.one("input", id="password").get("aria-invalid") == "true"


def test_two_passwords_that_differ_are_refused(client: Clients, invitation: str) -> None:
    page = client(None).post(invitation, {"password": NEW, "repeated": NEW + "s"})
    assert page.status == 422
    assert "diffèrent" in page.words


def test_a_password_keeps_its_blanks_and_its_accents_in_both_spellings(client: Clients, invitation: str) -> None:
    composed, decomposed = "  une phrase à l’été  ", "  une phrase a\u0300 l’e\u0301te\u0301  "
    browser = client(None)
    choose(browser, invitation, composed)
    browser.post("/inscription", {"code": phone_of(browser, "alice").code()})
    assert give_password(client(None), "alice", decomposed).status == 303
    assert give_password(client(None), "alice", composed.strip()).status == 422


# Recovery codes


def test_ten_recovery_codes_are_shown_once(client: Clients, invitation: str, db: Session) -> None:
    browser = client(None)
    enrolled(browser, invitation)
    shown = shown_codes(browser)
    assert len(set(shown)) == 10
    assert shown_codes(browser) == []
    assert not set(shown) & set(db.scalars(select(RecoveryCode.digest)))


def test_a_recovery_code_replaces_the_phone_once_however_it_is_typed(
    client: Clients, invitation: str, db: Session
) -> None:
    owner = client(None)
    enrolled(owner, invitation)
    typed = shown_codes(owner)[3].lower().replace("-", " ")
    first, second = client(None), client(None)
    give_password(first, "alice", NEW)
    assert give_code(first, typed).status == 303
    assert "il vous en reste 9" in first.get("/").words
    give_password(second, "alice", NEW)
    refused = give_code(second, typed)
    assert refused.status == 422
    assert "il a déjà servi" in refused.words
    assert "téléphone affiche" not in refused.words
    assert any("codes de secours" in message.subject for message in db.scalars(select(Message)))


def test_another_s_recovery_code_opens_nothing(client: Clients, invitation: str, phone: Phones) -> None:
    owner, thief = client(None), client(None)
    enrolled(owner, invitation)
    phone("agent")
    give_password(thief, "agent")
    assert give_code(thief, shown_codes(owner)[0]).status == 422


# A password forgotten


def reset_link(db: Session) -> str:
    """The path in the last mail that gives one."""
    db.expire_all()
    bodies = db.scalars(select(Message.body).order_by(Message.created_at.desc())).all()
    return re.search(r"http://127\.0\.0\.1:8000(/mot-de-passe/\S+)", " ".join(bodies))[1]  # type: ignore[index]


def ask(client: Clients, login: str) -> Page:
    return client(None).post("/mot-de-passe-oublie", {"login": login})


def test_a_forgotten_password_is_replaced_by_mail_and_the_code_is_still_asked(
    client: Clients, phone: Phones, db: Session
) -> None:
    dpo = phone("dpo")
    assert ask(client, "dpo").location == "/connexion"
    link, browser = reset_link(db), client(None)
    assert choose(browser, link).location == "/connexion"
    assert not is_in(browser)
    assert give_password(client(None), "dpo").status == 422
    give_password(browser, "dpo", NEW)
    assert not is_in(browser)
    assert give_code(browser, dpo.code()).status == 303
    assert choose(client(None), link).status == 404


def test_the_same_password_again_is_refused_of_who_resets_it(client: Clients, phone: Phones, db: Session) -> None:
    phone("dpo")
    ask(client, "dpo")
    link, browser = reset_link(db), client(None)
    page = choose(browser, link, PASSWORD)
    assert page.status == 422
    assert "C’est votre mot de passe actuel" in page.words
    assert choose(browser, link).location == "/connexion"


def test_a_reset_ends_every_session_and_tells_the_person(client: Clients, phone: Phones, db: Session) -> None:
    browser = client(None)
    sign_in(browser, phone("dpo"))
    ask(client, "dpo")
    choose(client(None), reset_link(db))
    assert not is_in(browser)
    assert "mot de passe a été changé" in " ".join(db.scalars(select(Message.subject)))


def test_the_answer_to_a_forgotten_password_is_the_same_for_everyone(
    client: Clients, phone: Phones, db: Session
) -> None:
    phone("dpo")
    answers = {}
    for login in ("dpo", "personne", "agent"):
        browser = client(None)
        page = browser.post("/mot-de-passe-oublie", {"login": login})
        answers[login] = (page.status, page.location, browser.get("/connexion").words)
    assert answers["dpo"] == answers["personne"] == answers["agent"]
    assert [message.recipient for message in db.scalars(select(Message))] == ["dpo@ght.example"]


def test_without_a_mail_server_nobody_is_promised_a_mail(
    app: Flask, client: Clients, phone: Phones, db: Session
) -> None:
    phone("dpo")
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url="")
    page = client(None).get("/mot-de-passe-oublie")
    assert "n’envoie pas de courriel" in page.words
    assert "demandez à l’administrateur" in page.words
    assert client(None).post("/mot-de-passe-oublie", {"login": "dpo"}).status == 422
    assert db.scalars(select(Message)).all() == []


def test_the_link_names_our_address_whatever_host_the_browser_gives(
    client: Clients, phone: Phones, db: Session
) -> None:
    phone("dpo")
    forged = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    browser = client(None).client
    token = Page(browser.get("/mot-de-passe-oublie", **forged)).values(method="post")["csrf_token"]
    values = {"csrf_token": token, "login": "dpo"}
    assert browser.post("/mot-de-passe-oublie", data=values, **forged).status_code == 303
    body = db.scalars(select(Message.body)).one()
    assert "http://127.0.0.1:8000/mot-de-passe/" in body
    assert "evil" not in body


def test_the_link_dies_with_the_password_it_was_to_replace(
    client: Clients, phone: Phones, db: Session, write: Write, stage: Stage
) -> None:
    phone("dpo")
    ask(client, "dpo")
    link = reset_link(db)
    with write() as opened:
        opened.get_one(User, stage.users["dpo"]).password_hash = "another"
    assert client(None).get(link).status == 404


def test_the_link_lasts_thirty_minutes(client: Clients, phone: Phones, db: Session) -> None:
    phone("dpo")
    ask(client, "dpo")
    with time_machine.travel(now() + dt.timedelta(minutes=31)):
        assert client(None).get(reset_link(db)).status == 404


def test_a_new_demand_replaces_the_former_link(client: Clients, phone: Phones, db: Session) -> None:
    phone("dpo")
    ask(client, "dpo")
    former = reset_link(db)
    ask(client, "dpo")
    assert client(None).get(former).status == 404
    assert client(None).get(reset_link(db)).status == 200


def test_a_reset_link_is_no_invitation_and_an_invitation_no_reset(
    client: Clients, phone: Phones, db: Session, invitation: str
) -> None:
    phone("dpo")
    ask(client, "dpo")
    assert client(None).get(reset_link(db).replace("/mot-de-passe/", "/invitation/")).status == 404
    assert client(None).get(invitation.replace("/invitation/", "/mot-de-passe/")).status == 404


def test_three_mails_an_hour_are_enough_for_one_account(client: Clients, phone: Phones, db: Session) -> None:
    phone("dpo")
    assert {ask(client, "dpo").status for _ in range(5)} == {303}
    assert db.scalar(select(func.count()).select_from(Message)) == 3


def test_a_place_that_asks_for_twenty_people_is_told_to_wait(client: Clients) -> None:
    assert [ask(client, f"compte{number}").status for number in range(21)] == [303] * 20 + [429]


def test_a_disabled_or_unfinished_account_gets_no_link(
    client: Clients, phone: Phones, db: Session, write: Write, stage: Stage
) -> None:
    for login in ("dpo", "rssi"):
        phone(login)
    with write() as opened:
        opened.get_one(User, stage.users["dpo"]).disable(now())
        opened.get_one(User, stage.users["rssi"]).totp_confirmed_at = None
    ask(client, "dpo")
    ask(client, "rssi")
    assert db.scalars(select(Message)).all() == []


def test_a_stored_digest_depends_on_what_the_link_is_for(app: Flask, write: Write, stage: Stage) -> None:
    with write() as opened:
        user = opened.get_one(User, stage.users["dpo"])
        text = tokens.issue(opened, user, TokenPurpose.PENDING)
        opened.flush()
        assert tokens.find(opened, text, TokenPurpose.PENDING) is not None
        assert tokens.find(opened, text, TokenPurpose.ENROLMENT) is None
        assert tokens.find(opened, text[:-1], TokenPurpose.PENDING) is None


def test_what_has_served_is_forgotten(client: Clients, phone: Phones, write: Write, db: Session) -> None:
    sign_in(client(None), phone("dpo"))
    with write() as opened:
        assert operations.forget(opened, now()) == 0
        assert operations.forget(opened, now() + dt.timedelta(days=500)) >= 3
    for model in (Token, SignInSession):
        assert db.scalar(select(func.count()).select_from(model)) == 0
