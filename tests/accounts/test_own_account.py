"""One's own account: name, address, password, phone, recovery codes, sessions; and the fresh code they ask for."""

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import RoleGrant, SignInSession, User
from models.base import now
from models.journal import Entry, Verb
from models.outbox import Message
from tests.accounts.conftest import PASSWORD, Clients, Phones, Write, give_code, give_password, is_in, sign_in
from tests.accounts.test_enrolment import phone_of, shown_codes
from tests.cast import Stage
from tests.client import HouseClient

NEW = "quatre zèbres galopent"
SENSITIVE = ["/mon-compte/adresse", "/mon-compte/mot-de-passe"]
INVITE = "/comptes/nouveau"


def grow_stale(write: Write) -> None:
    """Eleven minutes pass since the last code, for everyone."""
    with write() as session:
        for held in session.scalars(select(SignInSession)):
            held.strong_at = now() - dt.timedelta(minutes=11)


def test_a_person_changes_her_name(client: Clients, db: Session, stage: Stage) -> None:
    dpo = client("dpo")
    assert dpo.post("/mon-compte", {"name": "Diane Petit-Roux"}, follow=True).title == "Mon compte"
    assert db.get_one(User, stage.users["dpo"]).name == "Diane Petit-Roux"


def test_an_empty_name_is_refused_and_nothing_is_kept(client: Clients, db: Session, stage: Stage) -> None:
    page = client("dpo").post("/mon-compte", {"name": " "})
    assert page.status == 422
    assert "Renseignez ce champ" in page.words
    assert db.get_one(User, stage.users["dpo"]).name == "Diane Petit"


@pytest.mark.parametrize("path", SENSITIVE)
def test_sensitive_pages_ask_for_a_fresh_code_and_come_back(
    client: Clients, phone: Phones, write: Write, path: str
) -> None:
    dpo, browser = phone("dpo"), client("dpo")
    assert browser.get(path).status == 200
    grow_stale(write)
    asked = browser.get(path)
    assert asked.location == "/code"
    values = browser.get(asked.headers["Location"]).values(action="/code") | {"code": dpo.code()}
    assert browser.post("/code", values).headers["Location"] == path
    assert browser.get(path).status == 200


def test_what_was_typed_when_the_ten_minutes_end_goes_on_with_the_code(
    client: Clients, phone: Phones, db: Session, stage: Stage
) -> None:
    admin, at = client("admin"), now()
    device, seen = phone("admin"), admin.get(INVITE).values(novalidate="")
    typed = seen | {"login": "zoe", "name": "  Zoé « Le Goff » <b>", "email": "zoe@ght.example"}
    typed |= {"role": "auditor", "place": str(stage.establishments["CHA"]), "add": ["1", "2"]}
    with time_machine.travel(at + dt.timedelta(minutes=11), tick=False):
        assert admin.client.post(INVITE, data={**typed, "csrf_token": "x"}).status_code == 400
        sent = admin.post(INVITE, typed)
        assert (sent.status, sent.location) == (307, "/code")
        asked = admin.post(sent.headers["Location"], typed)
        assert "Rien n’est encore fait" in asked.words
        for code, status in (("000000", 422), (device.code(), 307)):
            held = asked.values(action="/code")
            assert [one.get("value") for one in asked.all("input", name="add")] == ["1", "2"]
            assert held["name"] == "  Zoé « Le Goff » <b>"
            asked = admin.post("/code", {**held, "add": ["1", "2"], "code": code})
            assert asked.status == status
        assert asked.headers["Location"] == INVITE
        assert db.scalars(select(User).where(User.login == "zoe")).first() is None, "nothing is done before it arrives"
        assert "Zoé" in admin.post(INVITE, held).words
    assert db.scalars(select(User).where(User.login == "zoe")).one().name == "Zoé « Le Goff » <b>"


def test_passwords_and_files_are_asked_again_with_a_sentence(client: Clients, phone: Phones, write: Write) -> None:
    browser, device = client("dpo"), phone("dpo")
    grow_stale(write)
    link = browser.get("/code?next=/mon-compte/telephone&resend=1&again=minutes")
    assert not link.all("input", name="resend"), "a link has nothing sent"
    typed = {"password": NEW, "repeated": NEW, "minutes": (BytesIO(b"%PDF"), "pv.pdf"), "note": "Relu"}
    assert browser.post("/mon-compte/mot-de-passe", typed).location == "/code"
    typed["minutes"] = (BytesIO(b"%PDF"), "pv.pdf")
    asked = browser.post("/code?next=/mon-compte/mot-de-passe&resend=1", typed)
    assert NEW not in asked.text
    assert "choisissez-le à nouveau" in asked.words
    assert "Les mots de passe ne le sont jamais" in asked.words
    held = asked.values(action="/code") | {"code": device.code()}
    assert held["note"] == "Relu"
    assert asked.all("input", type="file", name="minutes")
    assert "Choisissez un fichier" in browser.post("/code", held).words, "half of what was sent never goes on"
    done = browser.post("/code", held | {"minutes": (BytesIO(b"%PDF"), "pv.pdf")})
    assert (done.status, done.location) == (307, "/mon-compte/mot-de-passe")


def test_a_fresh_code_is_consumed_like_any_other(client: Clients, phone: Phones, write: Write) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC), tick=False):
        dpo, browser = phone("dpo"), client("dpo")
        assert browser.post("/code", {"code": dpo.code()}).status == 303
        grow_stale(write)
        assert browser.post("/code", {"code": dpo.code()}).status == 422
        assert browser.get("/mon-compte/adresse").location == "/code"


def test_wrong_fresh_codes_are_counted(client: Clients, phone: Phones) -> None:
    dpo, browser = phone("dpo"), client("dpo")
    assert [browser.post("/code", {"code": "000000"}).status for _ in range(5)] == [422] * 5
    assert browser.post("/code", {"code": dpo.code()}).status == 429


def test_a_new_address_is_told_to_the_old_one_and_to_the_new(client: Clients, db: Session, stage: Stage) -> None:
    client("dpo").post("/mon-compte/adresse", {"email": "diane@nouveau.example"})
    assert db.get_one(User, stage.users["dpo"]).email == "diane@nouveau.example"
    assert set(db.scalars(select(Message.recipient))) == {"dpo@ght.example", "diane@nouveau.example"}


@pytest.mark.parametrize("typed", ["diane", "diane@", "a b@c.d", "a@b.c\r\nBcc: x@y.z", "<a@b.c>,d@e.f"])
def test_an_address_that_is_none_is_refused(client: Clients, db: Session, typed: str) -> None:
    assert client("dpo").post("/mon-compte/adresse", {"email": typed}).status == 422
    assert db.scalars(select(Message)).all() == []


def change_password(browser: HouseClient, present: str, new: str = NEW) -> int:
    values = {"present": present, "password": new, "repeated": new}
    return browser.post("/mon-compte/mot-de-passe", values).status


def test_a_password_is_changed_with_the_present_one_and_ends_the_other_sessions(
    client: Clients, phone: Phones, db: Session
) -> None:
    phone("dpo")
    here, elsewhere = client("dpo"), client("dpo")
    assert change_password(here, PASSWORD) == 303
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert give_password(client(None), "dpo").status == 422
    assert give_password(client(None), "dpo", NEW).status == 303
    assert "mot de passe" in db.scalars(select(Message.subject)).one()
    assert db.scalars(select(Entry).where(Entry.verb == Verb.PASSWORD_CHANGED)).one().actor_name == "Diane Petit"


def test_a_password_is_not_changed_without_the_present_one(client: Clients, phone: Phones) -> None:
    phone("dpo")
    browser = client("dpo")
    assert [change_password(browser, "au hasard") for _ in range(10)] == [422] * 10
    assert change_password(browser, PASSWORD) == 429
    assert give_password(client(None), "dpo").status == 303


def test_a_new_password_must_not_be_her_own_name(client: Clients, phone: Phones) -> None:
    phone("dpo")
    assert change_password(client("dpo"), PASSWORD, "Diane Petit 123456") == 422


def test_the_other_sessions_are_listed_and_closed_one_by_one(client: Clients, phone: Phones, db: Session) -> None:
    dpo, here, elsewhere = phone("dpo"), client(None), client(None)
    sign_in(here, dpo)
    elsewhere.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko Firefox/140.0"
    sign_in(elsewhere, dpo, steps=1)
    page = here.get("/mon-compte")
    assert "Firefox, Windows" in page.words
    assert "127.0.0.0/24" in page.words
    closing = [one.get("action") for one in page.all("form") if (one.get("action") or "").endswith("/fermer")]
    assert len(closing) == 1
    assert here.post(closing[0]).status == 303
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_nobody_closes_the_session_of_another(client: Clients, db: Session, stage: Stage) -> None:
    dpo = client("dpo")
    held = db.scalars(select(SignInSession.id)).one()
    assert client("agent").post(f"/mon-compte/sessions/{held}/fermer").status == 404
    assert is_in(dpo)


def test_all_other_sessions_are_closed_at_once(client: Clients) -> None:
    here, others, stranger = client("dpo"), [client("dpo"), client("dpo")], client("rssi")
    assert here.post("/mon-compte/sessions/fermer-les-autres").status == 303
    assert [is_in(browser) for browser in (here, *others, stranger)] == [True, False, False, True]


def test_recovery_codes_are_renewed_and_the_former_are_void(client: Clients, phone: Phones) -> None:
    phone("dpo")
    browser = client("dpo")
    batches = []
    for _ in range(2):
        assert browser.post("/mon-compte/codes-de-secours").location == "/codes-de-secours"
        batches.append(shown_codes(browser))
    assert not set(batches[0]) & set(batches[1])
    other = client(None)
    give_password(other, "dpo")
    assert give_code(other, batches[0][0]).status == 422
    assert give_code(other, batches[1][0]).status == 303


def test_another_phone_replaces_the_present_one_only_when_confirmed(
    client: Clients, phone: Phones, db: Session
) -> None:
    old, here, elsewhere = phone("dpo"), client("dpo"), client("dpo")
    assert here.post("/mon-compte/telephone").location == "/inscription"
    new = phone_of(here, "dpo")
    assert new.secret != old.secret
    sign_in(client(None), old)
    assert here.post("/inscription", {"code": new.code(1)}).location == "/codes-de-secours"
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    browser = client(None)
    give_password(browser, "dpo")
    assert give_code(browser, old.code(1)).status == 422
    assert "votre téléphone a été remplacé" in " ".join(db.scalars(select(Message.subject)))


def test_one_works_in_one_establishment_or_in_all(client: Clients, stage: Stage, db: Session) -> None:
    admin = client("admin")
    for chosen in (str(stage.establishments["CHA"]), "CHE", ""):
        page = admin.post(
            "/etablissement", {"establishment": chosen}, headers={"Referer": "http://localhost/comptes?q=a"}
        )
        assert page.headers["Location"] == "/comptes?q=a"
    db.expire_all()
    assert db.scalars(select(SignInSession.establishment_id)).one() is None


@pytest.mark.parametrize("chosen", ["CHE", "inconnu", "00000000-0000-0000-0000-000000000000"])
def test_one_does_not_work_where_one_has_no_role(client: Clients, chosen: str) -> None:
    assert client("dpo").post("/etablissement", {"establishment": chosen}).status == 404


@pytest.mark.parametrize("who", ["dpo", None])
def test_the_choice_of_light_or_dark_stays_in_the_browser(client: Clients, who: str | None) -> None:
    browser = client(who)
    page = browser.post("/theme", {"theme": "dark"}, headers={"Referer": "http://localhost/connexion?next=/registre/"})
    assert page.headers["Location"] == "/connexion?next=/registre/"
    assert 'data-theme="dark"' in browser.get("/mot-de-passe-oublie").text
    assert browser.post("/theme", {"theme": "rose"}).status == 404


def test_new_recovery_codes_are_told_by_mail_and_end_the_other_sessions(
    client: Clients, phone: Phones, db: Session
) -> None:
    dpo, other = client("dpo"), client(None)
    sign_in(other, phone("dpo"))
    assert dpo.post("/mon-compte/codes-de-secours").location == "/codes-de-secours"
    assert len(shown_codes(dpo)) == 10
    assert (is_in(dpo), is_in(other)) == (True, False)
    assert any("codes de secours ont été renouvelés" in subject for subject in db.scalars(select(Message.subject)))


@pytest.mark.parametrize("verb", ["desactiver", "reactiver"])
def test_the_look_chosen_on_the_answer_to_a_form_leads_to_a_page(client: Clients, stage: Stage, verb: str) -> None:
    admin = client("admin")
    for action, typed in (("/theme", {"theme": "dark"}), ("/etablissement", {"establishment": "CHA"})):
        for behind, reached in ((f"/comptes/{stage.users['dpo']}/{verb}", "/"), ("/comptes?q=x", "/comptes")):
            referrer = {"Referer": f"http://localhost{behind}"}
            token = admin.get("/").values(action="/theme")["csrf_token"]
            answer = admin.client.post(action, data={**typed, "csrf_token": token}, headers=referrer)
            assert answer.headers["Location"].partition("?")[0] == reached


# An account without a role in force


def test_without_any_role_one_s_own_account_stays_open(client: Clients, write: Write, stage: Stage) -> None:
    with write() as opened:
        for held in opened.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users["agent"])):
            held.ends_on = dt.date(2020, 12, 31)
    agent = client("agent")
    assert "Mon compte" in agent.get("/").words
    for path in ("/mon-compte", "/mon-compte/mot-de-passe", "/mon-compte/adresse"):
        assert agent.get(path).status == 200
    assert "Choisir mes rappels" not in agent.get("/mon-compte").words
    assert agent.post("/mon-compte", {"name": "Agathe Roux-Le Bras"}).status == 303
    assert agent.post("/deconnexion").status == 303


# A privileged role that outlives its password


@pytest.fixture
def outlived(client: Clients, phone: Phones, write: Write, stage: Stage) -> HouseClient:
    """The browser of the RSSI, whose password is four years old."""
    rssi, browser = phone("rssi"), client(None)
    with write() as opened:
        opened.get_one(User, stage.users["rssi"]).password_changed_at = now() - dt.timedelta(days=4 * 365)
    sign_in(browser, rssi)
    return browser


def test_a_privileged_password_that_is_too_old_is_renewed_before_anything_else(outlived: HouseClient) -> None:
    for path in ("/", "/registre/", "/journal/", "/recherche/?q=x"):
        assert outlived.get(path).location == "/mon-compte/mot-de-passe"
    assert "dépassé l’âge permis" in outlived.get("/mon-compte/mot-de-passe").words
    assert outlived.get("/mon-compte").status == 200
    typed = {"present": PASSWORD, "password": PASSWORD, "repeated": PASSWORD}
    same = outlived.post("/mon-compte/mot-de-passe", typed)
    assert same.status == 422
    assert "C’est votre mot de passe actuel" in same.words
    assert outlived.post("/mon-compte/mot-de-passe", typed | {"password": NEW, "repeated": NEW}).status == 303
    assert outlived.get("/registre/").status == 200


def test_who_must_renew_her_password_may_leave(outlived: HouseClient) -> None:
    assert outlived.post("/deconnexion").status == 303


def test_a_password_that_is_too_old_for_a_privileged_role_suits_another(
    client: Clients, phone: Phones, write: Write, stage: Stage
) -> None:
    agent, browser = phone("agent"), client(None)
    with write() as opened:
        opened.get_one(User, stage.users["agent"]).password_changed_at = now() - dt.timedelta(days=4 * 365)
    sign_in(browser, agent)
    assert browser.get("/").status == 200
