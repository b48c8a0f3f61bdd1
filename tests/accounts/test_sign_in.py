"""Signing in: the password, then a code; what is told to those who may not, and what a session is worth afterwards."""

import datetime as dt
import re
import subprocess
from threading import BoundedSemaphore

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.accounts.passwords import Hasher
from governance.visitor import IDLE
from models.accounts import RoleGrant, SignInSession, User
from models.base import now
from models.journal import Entry, Verb
from models.outbox import Message
from models.register.activity import Activity
from tests.accounts.conftest import PASSWORD, Clients, Phones, Write, give_code, give_password, is_in, sign_in
from tests.cast import Stage
from tests.client import HouseClient, Page

NOON = dt.datetime(2026, 10, 5, 12, 0, 1, tzinfo=dt.UTC)


def test_the_password_alone_opens_nothing(client: Clients, phone: Phones) -> None:
    phone("dpo")
    browser = client(None)
    assert give_password(browser, "dpo").location == "/connexion/code"
    assert not is_in(browser)
    assert browser.get("/mon-compte").location == "/connexion"


def test_the_password_and_a_code_open_the_house_and_the_journal_says_so(
    client: Clients, phone: Phones, db: Session
) -> None:
    browser = client(None)
    sign_in(browser, phone("dpo"))
    assert is_in(browser)
    told = db.scalars(select(Entry).where(Entry.verb == Verb.SIGNED_IN)).one()
    assert (told.actor_name, told.detail) == ("Diane Petit", {"method": "totp"})


def test_a_login_is_understood_in_capitals_and_with_blanks(client: Clients, phone: Phones) -> None:
    phone("dpo")
    assert give_password(client(None), " DPO ").location == "/connexion/code"


def test_oathtool_s_code_is_accepted_once(client: Clients, phone: Phones) -> None:
    secret = phone("dpo").secret
    code = subprocess.run(["oathtool", "--totp", "-b", secret], capture_output=True, text=True, check=True).stdout
    first, second = client(None), client(None)
    give_password(first, "dpo")
    assert give_code(first, code).status == 303
    give_password(second, "dpo")
    assert give_code(second, code).status == 422
    assert not is_in(second)


@time_machine.travel(NOON, tick=False)
def test_a_code_followed_by_the_next_is_not_accepted_again(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    earlier, later = dpo.code(), dpo.code(1)
    for code, status in ((earlier, 303), (later, 303), (earlier, 422), (later, 422)):
        browser = client(None)
        give_password(browser, "dpo")
        assert give_code(browser, code).status == status


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize("spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "arabic", "{}\u200b"])
def test_a_code_used_is_refused_however_it_is_spelt(client: Clients, phone: Phones, spelling: str) -> None:
    dpo = phone("dpo")
    sign_in(client(None), dpo)
    code = dpo.code()
    arabic = "".join(chr(0x660 + int(digit)) for digit in code)
    again = client(None)
    give_password(again, "dpo")
    page = give_code(again, arabic if spelling == "arabic" else spelling.format(code))
    assert page.status == 422
    assert "déjà servi" in page.words


def test_a_code_in_arabic_digits_and_groups_is_understood_the_first_time(client: Clients, phone: Phones) -> None:
    code = phone("dpo").code()
    browser = client(None)
    give_password(browser, "dpo")
    assert give_code(browser, " ".join(chr(0x660 + int(digit)) for digit in code)).status == 303


def test_a_code_used_is_refused_even_when_the_clock_goes_back(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    with time_machine.travel(NOON, tick=False):
        sign_in(client(None), dpo)
    with time_machine.travel(NOON - dt.timedelta(seconds=60), tick=False):
        browser = client(None)
        give_password(browser, "dpo")
        assert give_code(browser, dpo.code()).status == 422


def test_a_wrong_password_does_not_consume_the_code(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    browser = client(None)
    assert give_password(browser, "dpo", "ce n’est pas le bon").status == 422
    assert give_code(browser, dpo.code()).location == "/connexion"
    sign_in(browser, dpo)


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_code_of_the_neighbouring_half_minutes_is_accepted(
    client: Clients, phone: Phones, steps: int, status: int
) -> None:
    dpo, browser = phone("dpo"), client(None)
    give_password(browser, "dpo")
    assert give_code(browser, dpo.code(steps)).status == status


@time_machine.travel(NOON, tick=False)
@pytest.mark.parametrize(("steps", "hint"), [(-10, True), (-2, True), (9, True), (12, False), (-12, False)])
def test_a_phone_whose_clock_is_wrong_is_told_so(client: Clients, phone: Phones, steps: int, hint: bool) -> None:
    dpo, browser = phone("dpo"), client(None)
    give_password(browser, "dpo")
    page = give_code(browser, dpo.code(steps))
    assert page.status == 422
    assert ("réglez l’heure de votre téléphone" in page.words) is hint


def test_the_half_sign_in_lasts_five_minutes(client: Clients, phone: Phones) -> None:
    dpo, browser = phone("dpo"), client(None)
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(browser, "dpo")
        clock.shift(dt.timedelta(minutes=5, seconds=1))
        assert give_code(browser, dpo.code()).location == "/connexion"
        assert not is_in(browser)


def test_a_password_changed_meanwhile_ends_the_half_sign_in(
    app: Flask, client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    dpo, browser = phone("dpo"), client(None)
    give_password(browser, "dpo")
    with write() as session:
        session.get_one(User, stage.users["dpo"]).password_hash = app.extensions["hasher"].hash_password("une autre")
    assert give_code(browser, dpo.code()).location == "/connexion"


def test_the_secret_of_another_account_does_not_open_mine(
    client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    thief = phone("agent")
    phone("admin")
    with write() as session:
        theirs = session.get_one(User, stage.users["admin"])
        theirs.totp_sealed = session.get_one(User, stage.users["agent"]).totp_sealed
    browser = client(None)
    give_password(browser, "admin")
    page = give_code(browser, thief.code())
    assert page.status == 422
    assert "prévenez l’administrateur" in page.words


# What strangers are told


def refused(browser: HouseClient, login: str, password: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body of a refused sign-in, without what changes at each page."""
    page = browser.get("/connexion")
    token = page.values(method="post")["csrf_token"]
    answer = browser.client.post("/connexion", data={"csrf_token": token, "login": login, "password": password})
    kept = [(name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie")]
    cookies = [re.sub(r"=[^;]*", "=", value, count=1) for value in answer.headers.getlist("Set-Cookie")]
    body = re.sub(r'(name="csrf_token" value=)"[^"]*"', r'\1""', answer.get_data(as_text=True))
    return answer.status_code, [*kept, *(("Set-Cookie", cookie) for cookie in cookies)], body


def test_every_refusal_of_the_first_page_is_the_same(
    client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    for login in ("dpo", "rssi", "dsi"):
        phone(login)
    with write() as session:
        session.get_one(User, stage.users["rssi"]).disable(now())
    attacker = client(None)
    attacker.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(10):
        give_password(attacker, "dsi", "au hasard")
    cases = {
        "unknown": refused(client(None), "personne", PASSWORD),
        "wrong password": refused(client(None), "dpo", "ce n’est pas le bon"),
        "disabled": refused(client(None), "rssi", PASSWORD),
        "locked": refused(client(None), "dsi", PASSWORD),
        "not enrolled": refused(client(None), "agent", PASSWORD),
        "too long": refused(client(None), "dpo", "x" * 5000),
    }
    assert cases["unknown"][0] == 422
    assert {name for name, case in cases.items() if case != cases["unknown"]} == set()


def test_what_was_typed_as_a_login_is_not_written_back(client: Clients) -> None:
    page = give_password(client(None), "mon mot de passe par erreur", "x")
    assert "par erreur" not in page.text


def test_a_crowd_at_the_door_is_asked_to_come_back(app: Flask, client: Clients, phone: Phones) -> None:
    phone("dpo")
    app.extensions["hasher"] = Hasher(1, 8, turns=BoundedSemaphore(0), patience=0.01)
    page = give_password(client(None), "dpo")
    assert (page.status, page.headers["Retry-After"]) == (503, "10")


def test_an_invited_person_without_a_phone_cannot_sign_in_with_her_password(
    client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    phone("dpo")
    with write() as session:
        session.get_one(User, stage.users["dpo"]).totp_confirmed_at = None
    assert give_password(client(None), "dpo").status == 422


# Where one goes afterwards


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/registre/", "/registre/"), ("//evil.example/x", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"),
     ("javascript:alert(1)", "/"), ("", "/")],
)  # fmt: skip
def test_one_goes_on_where_one_was_going_but_never_elsewhere(
    client: Clients, phone: Phones, wanted: str, reached: str
) -> None:
    dpo, browser = phone("dpo"), client(None)
    page = browser.post("/connexion", {"login": "dpo", "password": PASSWORD, "next": wanted})
    code_page = browser.get(page.headers["Location"])
    values = code_page.values(action="/connexion/code") | {"code": dpo.code()}
    assert browser.post("/connexion/code", values).headers["Location"] == reached


# What a session is worth


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, client: Clients, phone: Phones) -> None:
    browser, thief = client(None), app.test_client()
    sign_in(browser, phone("dpo"))
    copied = browser.client.get_cookie("vigie")
    assert copied is not None
    thief.set_cookie("vigie", copied.value)
    assert thief.get("/").status_code == 200
    page = browser.post("/deconnexion")
    assert (page.location, page.headers["Clear-Site-Data"]) == ("/connexion", '"cache"')
    assert not is_in(browser)
    assert thief.get("/").status_code == 302


def test_a_cookie_planted_before_the_sign_in_is_worth_nothing_after_it(
    app: Flask, client: Clients, phone: Phones
) -> None:
    browser, attacker = client(None), app.test_client()
    browser.get("/connexion")
    planted = browser.client.get_cookie("vigie")
    assert planted is not None
    sign_in(browser, phone("dpo"))
    attacker.set_cookie("vigie", planted.value)
    assert attacker.get("/").status_code == 302


def test_each_step_of_the_sign_in_empties_the_browser_s_cookie(client: Clients, phone: Phones) -> None:
    dpo, browser = phone("dpo"), client(None)
    for step in (lambda: give_password(browser, "dpo"), lambda: give_code(browser, dpo.code())):
        with browser.client.session_transaction() as cookie:
            cookie["planted"] = "by somebody else"
        assert step().status == 303
        with browser.client.session_transaction() as cookie:
            assert "planted" not in cookie


def test_whoever_was_signed_in_on_this_browser_is_out_when_another_begins(
    app: Flask, client: Clients, phone: Phones
) -> None:
    browser, copy = client(None), app.test_client()
    sign_in(browser, phone("dpo"))
    kept = browser.client.get_cookie("vigie")
    assert kept is not None
    phone("rssi")
    give_password(browser, "rssi")
    copy.set_cookie("vigie", kept.value)
    assert copy.get("/").status_code == 302


def test_the_half_sign_in_s_cookie_does_not_sign_in_twice(app: Flask, client: Clients, phone: Phones) -> None:
    dpo, browser, thief = phone("dpo"), client(None), client(None)
    give_password(browser, "dpo")
    half = browser.client.get_cookie("vigie")
    assert half is not None
    give_code(browser, dpo.code())
    thief.client.set_cookie("vigie", half.value)
    assert give_code(thief, dpo.code(1)).location == "/connexion"


def test_an_administrator_s_session_is_shorter(client: Clients, phone: Phones, db: Session) -> None:
    with time_machine.travel(NOON, tick=False):
        sign_in(client(None), phone("admin"))
        sign_in(client(None), phone("dpo"))
    lives = db.execute(select(User.login, SignInSession.expires_at).join(User)).all()
    assert {login: ends - NOON for login, ends in lives} == {
        "admin": dt.timedelta(hours=4),
        "dpo": dt.timedelta(hours=10),
    }


def test_the_sixth_session_ends_the_oldest(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    browsers = [client(None) for _ in range(6)]
    with time_machine.travel(NOON, tick=False) as clock:
        for browser in browsers:
            sign_in(browser, dpo)
            clock.shift(dt.timedelta(seconds=30))
        assert [is_in(browser) for browser in browsers] == [False, True, True, True, True, True]


def test_an_account_disabled_is_out_at_once(client: Clients, phone: Phones, write: Write, stage: Stage) -> None:
    browser = client(None)
    sign_in(browser, phone("dpo"))
    with write() as session:
        session.get_one(User, stage.users["dpo"]).disable(now())
    assert not is_in(browser)


def test_a_browser_never_seen_is_told_by_mail_once(client: Clients, phone: Phones, db: Session) -> None:
    dpo, browser = phone("dpo"), client(None)
    sign_in(browser, dpo)
    browser.post("/deconnexion")
    sign_in(browser, dpo, steps=1)
    message = db.scalars(select(Message)).one()
    assert message.recipient == "dpo@ght.example"
    assert "nouvel appareil" in message.subject


@pytest.mark.parametrize(
    ("login", "days", "reached"), [("dpo", 1096, "/mon-compte/mot-de-passe"), ("dpo", 1000, ""), ("agent", 1096, "")]
)
def test_the_password_of_a_privileged_role_is_renewed_after_three_years(
    client: Clients, phone: Phones, write: Write, stage: Stage, login: str, days: int, reached: str
) -> None:
    person = phone(login)
    with write() as session:
        session.get_one(User, stage.users[login]).password_changed_at = now() - dt.timedelta(days=days)
    browser = client(None)
    sign_in(browser, person)
    assert browser.get("/").location == reached


def test_a_password_soon_to_be_renewed_is_announced(client: Clients, phone: Phones, write: Write, stage: Stage) -> None:
    person, browser = phone("dpo"), client(None)
    with write() as session:
        session.get_one(User, stage.users["dpo"]).password_changed_at = now() - dt.timedelta(days=1095 - 10, hours=-1)
    sign_in(browser, person)
    assert "devra être changé dans 10 jours" in browser.get("/").words


RECORD = "/registre/nouvelle"
TYPED = {"name": "  Paie « des » agents <b>", "purpose": "Payer\net déclarer", "kind": "controller", "code": ["1", "2"]}


def sent_too_late(browser: HouseClient, path: str = RECORD, **more: object) -> Page:
    """A form sent to a door when the session is over, and the page of the sign-in where it arrives."""
    sent = browser.post(path, {**TYPED, **more})
    assert (sent.status, sent.location) == (307, "/connexion")
    return browser.post(sent.headers["Location"], {**TYPED, **more})


def test_what_was_typed_in_a_session_idle_for_too_long_is_given_back_after_the_sign_in(
    client: Clients, phone: Phones, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        session.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users["dpo"])).one().establishment_id = None
    browser, device = client("dpo"), phone("dpo")
    browser.post("/etablissement", {"establishment": "CHA"})
    with time_machine.travel(now() + IDLE + dt.timedelta(minutes=1), tick=False):
        asked = sent_too_late(browser)
        assert "gardé sur cette page" in asked.words
        for password in ("un mot de passe faux", PASSWORD):
            seen = asked.values(action="/connexion")
            asked = browser.post("/connexion", {**seen, "kept-code": ["1", "2"], "login": "dpo", "password": password})
        assert password not in asked.text
        back = browser.post(
            "/connexion/code",
            {**asked.values(action="/connexion/code"), "kept-code": ["1", "2"], "code": device.code()},
        )
        assert "Rien n’est encore enregistré" in back.words
        assert "Payer et déclarer" in back.words
        assert db.scalars(select(Activity)).all() == []
        held = back.values(action=RECORD)
        assert [one.get("value") for one in back.all("input", name="code")] == ["1", "2"]
        assert browser.post(RECORD, held).status == 303
    made = db.scalars(select(Activity)).one()
    assert made.establishment_id == stage.establishments["CHA"], "she goes on where she was"
    assert (made.name, made.purposes[0].label) == ("Paie « des » agents <b>", "Payer\net déclarer")


def test_what_somebody_else_typed_is_not_given_back(client: Clients, phone: Phones) -> None:
    browser = client("dpo")
    phone("dpo")
    with time_machine.travel(now() + IDLE + dt.timedelta(minutes=1), tick=False):
        seen = sent_too_late(browser).values(action="/connexion")
        device = phone("rssi")
        asked = browser.post("/connexion", {**seen, "login": "rssi", "password": PASSWORD})
        page = browser.post("/connexion/code", {**asked.values(action="/connexion/code"), "code": device.code()})
    assert page.status == 303
    assert "Payer" not in browser.get("/").text


def test_a_password_and_a_file_are_asked_again(client: Clients, phone: Phones) -> None:
    browser, device = client("dpo"), phone("dpo")
    more = {"password": "une phrase secrète"}
    with time_machine.travel(now() + IDLE + dt.timedelta(minutes=1), tick=False):
        asked = sent_too_late(browser, **more)
        assert "une phrase secrète" not in asked.text
        asked = browser.post("/connexion", asked.values(action="/connexion") | {"login": "dpo", "password": PASSWORD})
        back = browser.post("/connexion/code", asked.values(action="/connexion/code") | {"code": device.code()})
    assert "la page suivante vous le redemandera" in back.words


@pytest.mark.parametrize("ended", ["never begun", "signed out", "an account's own form"])
def test_nothing_is_kept_of_what_no_ended_session_typed(client: Clients, phone: Phones, ended: str) -> None:
    phone("dpo")
    browser = client(None if ended == "never begun" else "dpo")
    if ended == "signed out":
        browser.post("/deconnexion")
    with time_machine.travel(now() + IDLE + dt.timedelta(minutes=1), tick=False):
        sent = browser.post("/mon-compte" if ended.endswith("form") else RECORD, TYPED)
        assert (sent.status, sent.location) == (302, "/connexion")
        crafted = browser.post(f"/connexion?keep={RECORD}", TYPED)
    assert crafted.status == 200
    assert ("Payer" in crafted.text) == ended.endswith("form")
