"""The throttle at the door: strangers are slowed down, owners are not locked out, nothing is accepted twice."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import throttle
from governance.accounts import factors
from governance.database import aside, session, transaction
from governance.visitor import STRANGER
from models.accounts import SignInSession, Tries, User
from models.base import now
from models.journal import Actor
from models.rules import RuleBroken
from tests.accounts.conftest import Clients, Phones, give_code, give_password, is_in, sign_in
from tests.cast import Stage
from tests.client import HouseClient

WRONG = "ce n’est pas le bon"


def at_address(browser: HouseClient, address: str) -> HouseClient:
    """The same browser, somewhere else on the network."""
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def attack(client: Clients, login: str, tries: int) -> None:
    """Wrong passwords for an account, from addresses that change all the time."""
    for number in range(tries):
        give_password(at_address(client(None), f"198.51.100.{number + 1}"), login, WRONG)


def test_sixty_failures_of_an_attacker_do_not_lock_out_the_owner_s_known_browser(
    client: Clients, phone: Phones
) -> None:
    dpo, own = phone("dpo"), client(None)
    sign_in(own, dpo)
    own.post("/deconnexion")
    attack(client, "dpo", 60)
    sign_in(own, dpo, steps=1)
    assert is_in(own)


def test_the_right_password_from_an_unknown_browser_is_refused_like_a_wrong_one_during_an_attack(
    client: Clients, phone: Phones
) -> None:
    phone("dpo")
    attack(client, "dpo", 10)
    assert give_password(client(None), "dpo").status == 422


def test_the_attack_on_one_account_does_not_trouble_another(client: Clients, phone: Phones) -> None:
    attack(client, "dpo", 12)
    sign_in(client(None), phone("rssi"))


def test_the_lock_ends_by_itself(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    with time_machine.travel(dt.datetime(2026, 10, 5, 12, 0, 1, tzinfo=dt.UTC), tick=False) as clock:
        attack(client, "dpo", 10)
        assert give_password(client(None), "dpo").status == 422
        clock.shift(dt.timedelta(minutes=5))
        sign_in(client(None), dpo)


def test_fifty_failures_in_a_day_lock_unknown_browsers_out_until_the_next(client: Clients, phone: Phones) -> None:
    dpo = phone("dpo")
    with time_machine.travel(dt.datetime(2026, 10, 5, 0, 0, 1, tzinfo=dt.UTC), tick=False) as clock:
        for _ in range(5):
            attack(client, "dpo", 10)
            clock.shift(dt.timedelta(minutes=5))
        assert give_password(client(None), "dpo").status == 422
        clock.shift(dt.timedelta(days=1))
        sign_in(client(None), dpo)


def test_a_known_browser_has_its_own_limit(client: Clients, phone: Phones) -> None:
    dpo, own = phone("dpo"), client(None)
    sign_in(own, dpo)
    own.post("/deconnexion")
    for _ in range(10):
        give_password(own, "dpo", WRONG)
    assert give_password(own, "dpo").status == 422
    assert give_password(client(None), "dpo").status == 303


def test_a_forged_mark_of_a_known_browser_is_worth_nothing(client: Clients, phone: Phones) -> None:
    phone("dpo")
    attack(client, "dpo", 10)
    forger = client(None)
    forger.client.set_cookie("vigie-device", "ImFiYyI.forged")
    assert give_password(forger, "dpo").status == 422


def test_one_person_s_known_browser_is_unknown_for_another(client: Clients, phone: Phones) -> None:
    shared = client(None)
    sign_in(shared, phone("dpo"))
    shared.post("/deconnexion")
    phone("rssi")
    attack(client, "rssi", 10)
    assert give_password(shared, "rssi").status == 422


def test_a_shared_computer_is_known_for_each_of_its_people(client: Clients, phone: Phones) -> None:
    shared, people = client(None), [phone("dpo"), phone("rssi")]
    for person in people:
        sign_in(shared, person)
        shared.post("/deconnexion")
    for person in people:
        attack(client, person.login, 10)
        assert give_password(shared, person.login).status == 303


def test_the_same_place_is_told_to_wait_after_ten_failures_on_one_account(client: Clients) -> None:
    for login in ("dpo", "personne"):
        answers = [give_password(client(None), login, WRONG).status for _ in range(11)]
        assert answers == [422] * 10 + [429]


def test_the_same_place_is_told_to_wait_after_a_hundred_failures(client: Clients) -> None:
    browser = client(None)
    answers = [give_password(browser, f"compte{number}", WRONG).status for number in range(101)]
    assert answers == [422] * 100 + [429]


def test_an_address_given_by_the_browser_itself_is_not_believed(client: Clients) -> None:
    browser, answers = client(None), []
    for number in range(11):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answers.append(browser.post("/connexion", {"login": "dpo", "password": WRONG}, headers=headers).status)
    assert answers[-1] == 429


def test_five_wrong_codes_close_the_second_page_for_a_while(client: Clients, phone: Phones) -> None:
    dpo, browser = phone("dpo"), client(None)
    give_password(browser, "dpo")
    assert [give_code(browser, "000000").status for _ in range(5)] == [422] * 5
    assert give_code(browser, dpo.code()).status == 429
    assert not is_in(browser)


def test_five_wrong_recovery_codes_in_an_hour_are_enough(client: Clients, phone: Phones) -> None:
    dpo, browser = phone("dpo"), client(None)
    give_password(browser, "dpo")
    answers = [give_code(browser, "AAAA-BBBB-CCCC-DDDD").status for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert give_code(browser, dpo.code()).status == 303


def test_right_passwords_are_not_counted(client: Clients, phone: Phones) -> None:
    phone("dpo")
    assert [give_password(client(None), "dpo").status for _ in range(15)] == [303] * 15


def test_neither_a_login_nor_an_address_can_be_read_in_the_table_of_tries(client: Clients, db: Session) -> None:
    give_password(client(None), "mon-mot-de-passe-ici", WRONG)
    kept = " ".join(db.scalars(select(Tries.bucket)))
    assert kept
    assert "mon-mot-de-passe-ici" not in kept
    assert "127.0.0.1" not in kept


# All at once


def test_twenty_posts_of_the_same_code_at_once_open_one_session(
    client: Clients, phone: Phones, db: Session, app: Flask
) -> None:
    dpo = phone("dpo")
    browsers = [client(None) for _ in range(20)]
    tokens = []
    for browser in browsers:
        give_password(browser, "dpo")
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/connexion/code").text)
        assert found is not None
        tokens.append(found[1])
    code, ready = dpo.code(), Barrier(20)

    def post(number: int) -> int:
        ready.wait()
        values = {"csrf_token": tokens[number], "code": code}
        return browsers[number].client.post("/connexion/code", data=values).status_code

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(post, range(20)))
    assert answers.count(303) == 1
    assert set(answers) <= {303, 422, 429}
    assert db.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_twenty_transactions_at_once_consume_a_code_once(app: Flask, phone: Phones, stage: Stage) -> None:
    dpo, ready = phone("dpo"), Barrier(20)
    code = dpo.code()

    def prove(_: int) -> bool:
        ready.wait()
        try:
            with app.app_context(), transaction(Actor(None, "essai")):
                factors.prove(session.get_one(User, stage.users["dpo"]), code)
        except RuleBroken:
            return False
        return True

    with ThreadPoolExecutor(20) as people:
        assert list(people.map(prove, range(20))).count(True) == 1


def test_twenty_transactions_at_once_burn_a_recovery_code_once(app: Flask, phone: Phones, stage: Stage) -> None:
    phone("dpo")
    with app.app_context(), transaction(Actor(None, "essai")):
        code = factors.renew_recovery_codes(session.get_one(User, stage.users["dpo"]))[0]
    ready = Barrier(20)

    def prove(_: int) -> bool:
        ready.wait()
        try:
            with app.app_context(), transaction(Actor(None, "essai")):
                factors.prove(session.get_one(User, stage.users["dpo"]), code)
        except RuleBroken:
            return False
        return True

    with ThreadPoolExecutor(20) as people:
        assert list(people.map(prove, range(20))).count(True) == 1


def test_forty_tries_at_once_are_all_counted(app: Flask, database: object, db: Session) -> None:
    ready = Barrier(40)
    at = now()

    def take(_: int) -> bool:
        ready.wait()
        with app.app_context(), aside(STRANGER.actor) as other:
            return throttle.ACCOUNT.take(other, "dpo", at)

    with ThreadPoolExecutor(40) as people:
        assert list(people.map(take, range(40))).count(True) == 10
    counts = dict(db.execute(select(Tries.bucket, Tries.count)).all())
    assert sorted(counts.values()) == [10, 40]


def test_old_counts_are_forgotten(app: Flask, database: object, db: Session) -> None:
    at = now()
    with app.app_context(), aside(STRANGER.actor) as other:
        throttle.ACCOUNT.take(other, "dpo", at - dt.timedelta(days=3))
        throttle.RECOVERY.take(other, "dpo", at)
        assert throttle.forget(other, at - dt.timedelta(days=2)) == 2
    assert db.scalar(select(func.count()).select_from(Tries)) == 1
