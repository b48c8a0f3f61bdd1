"""Other people's accounts: who may see, invite, promote, close or help whom; and what nobody may do to herself."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.accounts import operations
from governance.database import session, transaction
from models.accounts import RoleGrant, SignInSession, User
from models.base import now
from models.journal import Actor, Entry, Verb
from models.outbox import Message
from models.permissions import Role
from models.rules import RuleBroken
from tests.accounts.conftest import PASSWORD, Clients, Phone, Phones, Write, give_password, is_in, sign_in
from tests.cast import Stage
from tests.client import HouseClient, Page

INVITED = {"name": "Basile Leroy", "login": "b.leroy", "email": "b.leroy@ght.example", "role": "staff"}


@pytest.fixture
def local_admin(client: Clients, write: Write, stage: Stage) -> HouseClient:
    """The browser of an administrator of the eastern hospital only (the person of HR, promoted)."""
    with write() as opened:
        user = opened.get_one(User, stage.users["rh"])
        operations.revoke(user.grants[0], user, "mutation")
        place = operations.Place(stage.establishments["CHE"])
        operations.grant(user, Role.ADMINISTRATOR, place, None, dt.date(2020, 1, 1))
    return client("rh")


def invite(browser: HouseClient, place: str, **more: str) -> Page:
    return browser.post("/comptes/nouveau", {**INVITED, "place": place, **more})


def role_of(db: Session, stage: Stage, login: str) -> RoleGrant:
    """The first role of a member of the cast, as it is now."""
    db.expire_all()
    return db.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users[login])).first() or pytest.fail(login)


# Seeing


def test_accounts_are_found_without_accents_by_role_and_by_state(client: Clients) -> None:
    admin = client("admin")
    assert "Hélène Noël" in admin.get("/comptes?q=helene+NOEL").words
    assert "Aucun compte" in admin.get("/comptes?q=introuvable").words
    listed = admin.get("/comptes?role=dpo").one("table")
    names = " ".join(listed.itertext())
    assert "Diane Petit" in names
    assert "Rachid Simon" not in names
    assert "Diane Petit" in admin.get("/comptes?etat=invited").words
    assert "Aucun compte" in admin.get("/comptes?etat=disabled").words
    assert admin.get("/comptes?role=pape&etat=ailleurs&tri=rien&page=-3").status == 200


def test_an_account_shows_its_roles_sessions_and_journal(client: Clients, stage: Stage) -> None:
    client("dpo").post("/mon-compte", {"name": "Diane Petit-Roux"})
    page = client("auditeur").get(f"/comptes/{stage.users['dpo']}")
    for words in ("Diane Petit-Roux", "CH de l’Anse", "En vigueur", "Sessions ouvertes", "a modifié"):
        assert words in page.words
    assert "Désactiver" not in page.words


def test_an_administrator_sees_the_accounts_of_her_establishment_only(
    client: Clients, local_admin: HouseClient, stage: Stage
) -> None:
    words = local_admin.get("/comptes").words
    assert "Estelle Blanc" in words
    assert "Diane Petit" not in words
    assert local_admin.get(f"/comptes/{stage.users['dpo-est']}").status == 200
    assert local_admin.get(f"/comptes/{stage.users['dpo']}").status == 404


def test_working_in_one_establishment_shows_its_people_and_the_group_s(client: Clients, stage: Stage) -> None:
    admin = client("admin")
    admin.post("/etablissement", {"establishment": "CHE"})
    words = admin.get("/comptes").words
    assert "Estelle Blanc" in words
    assert "Aude Girard" in words
    assert "Diane Petit" not in words


# Inviting


def test_an_administrator_invites_a_person_with_a_first_role(client: Clients, stage: Stage, db: Session) -> None:
    page = invite(client("admin"), str(stage.establishments["CHA"]), ends_on="2030-12-31")
    assert page.status == 200
    assert "/invitation/" in page.words
    user = db.scalars(select(User).where(User.login == "b.leroy")).one()
    held = user.grants[0]
    assert (held.role, held.establishment_id, held.ends_on) == (
        Role.STAFF, stage.establishments["CHA"], dt.date(2030, 12, 31)
    )  # fmt: skip
    assert held.granted_by_id == stage.users["admin"]
    message = db.scalars(select(Message)).one()
    assert message.recipient == "b.leroy@ght.example"
    assert "Adèle Morin" in message.body
    assert db.scalars(select(Entry).where(Entry.verb == Verb.INVITED)).one().actor_name == "Adèle Morin"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"login": "dpo"}, "déjà pris"), ({"login": "é t é"}, "sans accent"), ({"name": ""}, "Renseignez"),
     ({"email": "nulle part"}, "adresse complète"), ({"role": "pape"}, "Choisissez une valeur"),
     ({"place": ""}, "Choisissez une valeur"), ({"role": "contact"}, "référent de service a un service"),
     ({"ends_on": "2020-01-01"}, "avant le début")],
)  # fmt: skip
def test_an_invitation_badly_filled_is_refused_and_nothing_is_kept(
    client: Clients, stage: Stage, db: Session, wrong: dict[str, str], sentence: str
) -> None:
    right = {"place": str(stage.establishments["CHA"])}
    page = invite(client("admin"), **(right | wrong))
    assert page.status == 422
    assert sentence in page.words
    assert db.scalars(select(User).where(User.name == "Basile Leroy")).all() == []
    assert db.scalars(select(Message)).all() == []


def test_a_new_invitation_replaces_the_former(client: Clients, stage: Stage, db: Session) -> None:
    admin = client("admin")
    former = "".join(invite(admin, "group").one("code", id="link").itertext())
    identity = db.scalars(select(User.id).where(User.login == "b.leroy")).one()
    latter = "".join(admin.post(f"/comptes/{identity}/invitation").one("code", id="link").itertext())
    opened = [client(None).get(link.removeprefix("http://127.0.0.1:8000")).status for link in (former, latter)]
    assert opened == [404, 200]


def test_an_account_already_in_is_not_invited_again(client: Clients, phone: Phones, stage: Stage) -> None:
    phone("dpo")
    page = client("admin").post(f"/comptes/{stage.users['dpo']}/invitation")
    assert page.status == 422
    assert "n’attend pas d’invitation" in page.words


# Roles


def give_role(browser: HouseClient, user_id: object, role: str, place: str, **more: str) -> Page:
    values = {"role": role, "place": place, "starts_on": now().date().isoformat(), **more}
    return browser.post(f"/comptes/{user_id}/roles", values)


def test_a_role_given_ends_the_sessions_under_the_former_roles(client: Clients, stage: Stage, db: Session) -> None:
    agent = client("agent")
    assert give_role(client("admin"), stage.users["agent"], "hr", str(stage.establishments["CHA"])).status == 303
    assert not is_in(agent)
    assert "Établissements" in client("agent").get("/").text


def test_a_role_taken_back_stays_in_the_history_with_its_reason(client: Clients, stage: Stage, db: Session) -> None:
    held, admin, agent = role_of(db, stage, "agent"), client("admin"), client("agent")
    path = f"/comptes/{stage.users['agent']}/roles/{held.id}/retirer"
    assert admin.post(path, {"reason": " "}).status == 422
    assert admin.post(path, {"reason": "Départ à la retraite"}).status == 303
    assert not is_in(agent)
    words = admin.get(f"/comptes/{stage.users['agent']}").words
    assert "par Adèle Morin : Départ à la retraite" in words
    assert admin.post(path, {"reason": "encore"}).status == 422


def test_the_same_role_is_not_given_twice_at_the_same_place(client: Clients, stage: Stage) -> None:
    page = give_role(client("admin"), stage.users["agent"], "staff", str(stage.establishments["CHA"]))
    assert page.status == 422
    assert "a déjà ce rôle" in page.words


def test_the_same_role_is_given_for_days_that_do_not_overlap(client: Clients, stage: Stage) -> None:
    admin, user, place = client("admin"), stage.users["agent"], str(stage.establishments["CHA"])
    day = now().date()
    first, later = {"ends_on": str(day + dt.timedelta(days=9))}, {"starts_on": str(day + dt.timedelta(days=10))}
    assert give_role(admin, user, "hr", place, **first).status == 303
    assert give_role(admin, user, "hr", place, starts_on=first["ends_on"]).status == 422
    assert give_role(admin, user, "hr", place, **later).status == 303


def test_a_role_that_is_over_already_is_refused(client: Clients, stage: Stage) -> None:
    dates = {"starts_on": "2020-01-01", "ends_on": "2020-12-31"}
    page = give_role(client("admin"), stage.users["agent"], "hr", str(stage.establishments["CHA"]), **dates)
    assert page.status == 422
    assert "La fin est déjà passée" in page.words


def test_a_role_says_from_when_it_counts(client: Clients, stage: Stage) -> None:
    page = give_role(client("admin"), stage.users["agent"], "hr", str(stage.establishments["CHA"]), starts_on="")
    assert page.status == 422
    assert "Renseignez ce champ" in page.words


def test_a_contact_s_department_belongs_to_the_establishment_chosen(client: Clients, stage: Stage) -> None:
    admin, hospital = client("admin"), str(stage.establishments["CHA"])
    foreign, own = (str(stage.departments[name]) for name in ("Laboratoire", "Ressources humaines"))
    page = give_role(admin, stage.users["agent"], "contact", hospital, department_id=foreign)
    assert page.status == 422
    assert "service de l’établissement choisi" in page.words
    assert give_role(admin, stage.users["agent"], "staff", hospital, department_id=own).status == 422
    assert give_role(admin, stage.users["agent"], "contact", hospital, department_id=own).status == 303


@pytest.mark.parametrize("place", ["group", "CHA"])
def test_an_administrator_gives_no_role_beyond_her_establishment(
    local_admin: HouseClient, stage: Stage, db: Session, place: str
) -> None:
    where = str(stage.establishments.get(place, place))
    assert give_role(local_admin, stage.users["dpo-est"], "administrator", where).status == 422
    assert invite(local_admin, where).status == 422
    assert db.scalars(select(RoleGrant).where(RoleGrant.granted_by_id == stage.users["rh"])).all() == []


def test_an_administrator_gives_a_role_within_her_establishment(local_admin: HouseClient, stage: Stage) -> None:
    assert give_role(local_admin, stage.users["dpo-est"], "auditor", str(stage.establishments["CHE"])).status == 303


def test_nobody_changes_her_own_roles(client: Clients, local_admin: HouseClient, stage: Stage, db: Session) -> None:
    for browser, login in ((client("admin"), "admin"), (local_admin, "rh")):
        assert give_role(browser, stage.users[login], "dpo", str(stage.establishments["CHE"])).status == 403
    own = role_of(db, stage, "admin")
    assert (
        client("admin").post(f"/comptes/{stage.users['admin']}/roles/{own.id}/retirer", {"reason": "x"}).status == 403
    )
    told = db.scalars(select(Entry).where(Entry.verb == Verb.ACCESS_REFUSED)).all()
    assert {entry.actor_name for entry in told} == {"Adèle Morin", "Rose Henry"}


def test_an_administrator_takes_back_no_role_beyond_her_establishment(
    local_admin: HouseClient, stage: Stage, db: Session, write: Write
) -> None:
    with write() as opened:
        user = opened.get_one(User, stage.users["dpo-est"])
        wider = operations.grant(user, Role.AUDITOR, operations.Place(), None, dt.date(2020, 1, 1)).id
    assert local_admin.post(f"/comptes/{stage.users['dpo-est']}/roles/{wider}/retirer", {"reason": "x"}).status == 403
    assert db.get_one(RoleGrant, wider).revoked_at is None


@pytest.mark.parametrize(
    "verb", ["desactiver", "reactiver", "invitation", "sessions/fermer", "second-facteur", "modifier"]
)
def test_an_administrator_does_nothing_to_accounts_that_reach_beyond_her_establishment(
    local_admin: HouseClient, stage: Stage, write: Write, verb: str
) -> None:
    values = {"reason": "x", "name": "x", "email": "x@y.example"}
    assert local_admin.post(f"/comptes/{stage.users['dpo']}/{verb}", values).status == 404
    with write() as opened:
        place = operations.Place(stage.establishments["CHE"])
        operations.grant(opened.get_one(User, stage.users["dpo"]), Role.AUDITOR, place, None, dt.date(2020, 1, 1))
    assert local_admin.post(f"/comptes/{stage.users['dpo']}/{verb}", values).status == 403


@pytest.mark.parametrize("verb", ["desactiver", "second-facteur", "invitation", "modifier"])
def test_nobody_administers_her_own_account(client: Clients, stage: Stage, verb: str) -> None:
    assert client("admin").post(f"/comptes/{stage.users['admin']}/{verb}", {"reason": "x"}).status == 403


@pytest.mark.parametrize(
    "path", ["/comptes/nouveau", "/comptes/{}/roles", "/comptes/{}/second-facteur", "/comptes/{}/modifier"]
)
def test_administration_asks_for_a_fresh_code(client: Clients, write: Write, stage: Stage, path: str) -> None:
    admin = client("admin")
    address = path.format(stage.users["dpo"])
    assert admin.get(address).status == 200
    with write() as opened:
        for held in opened.scalars(select(SignInSession)):
            held.strong_at = now() - dt.timedelta(minutes=11)
    assert admin.get(address).location == "/code"
    assert admin.post(address, {"reason": "x"}).location == "/code"


# Closing


def test_a_disabled_account_is_out_and_comes_back(client: Clients, phone: Phones, stage: Stage) -> None:
    phone("dpo")
    dpo, admin = client("dpo"), client("admin")
    assert admin.post(f"/comptes/{stage.users['dpo']}/desactiver").status == 303
    assert not is_in(dpo)
    assert give_password(client(None), "dpo").status == 422
    assert admin.post(f"/comptes/{stage.users['dpo']}/desactiver").status == 422
    assert admin.post(f"/comptes/{stage.users['dpo']}/reactiver").status == 303
    again = admin.post(f"/comptes/{stage.users['dpo']}/reactiver")
    assert again.status == 422
    assert "n’est pas désactivé" in again.words
    assert give_password(client(None), "dpo").status == 303
    assert not is_in(dpo)


def test_somebody_is_signed_out_everywhere(client: Clients, stage: Stage) -> None:
    dpo, admin = client("dpo"), client("admin")
    assert admin.post(f"/comptes/{stage.users['dpo']}/sessions/fermer").status == 303
    assert (is_in(dpo), is_in(admin)) == (False, True)


def second_administrator(write: Write, stage: Stage, login: str) -> None:
    with write() as opened:
        user = opened.get_one(User, stage.users[login])
        operations.grant(user, Role.ADMINISTRATOR, operations.Place(), None, dt.date(2020, 1, 1))


def test_the_last_administrator_stays(client: Clients, phone: Phones, stage: Stage, db: Session, write: Write) -> None:
    phone("admin")
    second_administrator(write, stage, "rssi")  # who never enrolled a phone: she does not count
    path = f"/comptes/{stage.users['admin']}"
    page = client("rssi").post(f"{path}/desactiver")
    assert page.status == 422
    assert "dernier administrateur" in page.words
    own = role_of(db, stage, "admin")
    assert client("rssi").post(f"{path}/roles/{own.id}/retirer", {"reason": "x"}).status == 422
    phone("rssi")
    assert client("rssi").post(f"{path}/desactiver").status == 303


def test_two_administrators_who_close_each_other_s_account_at_once_leave_one(
    app: Flask, phone: Phones, stage: Stage, write: Write, db: Session
) -> None:
    second_administrator(write, stage, "rssi")
    for login in ("admin", "rssi"):
        phone(login)

    def close(login: str) -> bool:
        try:
            with app.app_context(), transaction(Actor(None, "essai")):
                operations.disable(session.get_one(User, stage.users[login]))
        except RuleBroken:
            return False
        return True

    with ThreadPoolExecutor(1) as elsewhere:
        with app.app_context(), transaction(Actor(None, "essai")):
            operations.disable(session.get_one(User, stage.users["admin"]))
            other = elsewhere.submit(close, "rssi")
            assert not wait([other], timeout=0.5).done
        assert other.result() is False
    left = db.scalars(select(User.login).where(User.login.in_(("admin", "rssi")), User.disabled_at.is_(None))).all()
    assert left == ["rssi"]


# A lost phone


def reset(browser: HouseClient, user_id: object, **more: str) -> Page:
    return browser.post(f"/comptes/{user_id}/second-facteur", {"reason": "Téléphone volé, vue en personne", **more})


def enrol_again(browser: HouseClient, page: Page, **typed: str) -> Page:
    link = "".join(page.one("code", id="link").itertext()).removeprefix("http://127.0.0.1:8000")
    return browser.post(link, typed)


def test_a_lost_phone_is_replaced_with_a_reason_and_the_present_password(
    client: Clients, phone: Phones, stage: Stage, db: Session
) -> None:
    old, dpo, admin = phone("dpo"), client("dpo"), client("admin")
    assert reset(admin, stage.users["dpo"], reason=" ").status == 422
    page = reset(admin, stage.users["dpo"])
    assert not is_in(dpo)
    assert give_password(client(None), "dpo").status == 422
    message = db.scalars(select(Message)).one()
    assert message.recipient == "dpo@ght.example"
    assert "Téléphone volé" in message.body
    told = db.scalars(select(Entry).where(Entry.verb == Verb.FACTOR_RESET)).one()
    assert told.detail == {"reason": "Téléphone volé, vue en personne"}

    browser = client(None)
    assert enrol_again(browser, page, password="au hasard").status == 422
    assert enrol_again(browser, page, password=PASSWORD).location == "/inscription"
    secret = "".join(browser.get("/inscription").one("code", id="secret").itertext()).replace(" ", "")
    assert secret != old.secret
    assert browser.post("/inscription", {"code": Phone("dpo", secret).code()}).status == 303
    assert is_in(browser)


def test_a_phone_and_a_password_lost_together_are_both_replaced(client: Clients, phone: Phones, stage: Stage) -> None:
    phone("dpo")
    page = reset(client("admin"), stage.users["dpo"], password_too="y")
    new = "quatre zèbres galopent"
    assert enrol_again(client(None), page, password=PASSWORD).status == 422
    assert enrol_again(client(None), page, password=new, repeated=new).location == "/inscription"


def test_codes_of_the_lost_phone_open_nothing_even_half_way_in(client: Clients, phone: Phones, stage: Stage) -> None:
    dpo, thief = phone("dpo"), client(None)
    give_password(thief, "dpo")
    reset(client("admin"), stage.users["dpo"])
    assert thief.post("/connexion/code", {"code": dpo.code()}).location == "/connexion"


def test_there_is_no_phone_to_replace_before_the_first(client: Clients, stage: Stage) -> None:
    assert reset(client("admin"), stage.users["dpo"]).status == 422


@pytest.fixture
def half_way_in(app: Flask, write: Write, stage: Stage) -> str:
    """The agent chose a password, and left before she enrolled a phone; gives the path of her account."""
    with write() as opened:
        user = opened.get_one(User, stage.users["agent"])
        user.password_hash = app.extensions["hasher"].hash_password(PASSWORD)
    return f"/comptes/{stage.users['agent']}"


def test_a_password_forgotten_before_any_phone_was_enrolled_is_replaced_with_a_reason(
    client: Clients, half_way_in: str, db: Session
) -> None:
    admin, new = client("admin"), "quatre zèbres galopent"
    assert "Mot de passe oublié" in admin.get(half_way_in).words
    assert "password_too" not in admin.get(f"{half_way_in}/second-facteur").text
    page = admin.post(f"{half_way_in}/second-facteur", {"reason": "Vue en personne"})
    assert enrol_again(client(None), page, password=PASSWORD).status == 422
    assert enrol_again(client(None), page, password=new, repeated=new).location == "/inscription"
    message = db.scalars(select(Message)).one()
    assert message.subject.endswith("choisir un nouveau mot de passe et enregistrer votre téléphone")
    assert "a effacé le mot de passe" in message.body
    told = db.scalars(select(Entry).where(Entry.verb == Verb.PASSWORD_ERASED)).one()
    assert told.detail == {"reason": "Vue en personne"}


def test_a_password_forgotten_after_the_phone_was_replaced_is_replaced_too(
    client: Clients, phone: Phones, stage: Stage
) -> None:
    phone("agent")
    admin, new = client("admin"), "quatre zèbres galopent"
    reset(admin, stage.users["agent"])
    page = reset(admin, stage.users["agent"])
    assert enrol_again(client(None), page, password=new, repeated=new).location == "/inscription"


def test_an_invitation_sent_again_says_that_the_password_already_chosen_is_asked(
    client: Clients, half_way_in: str, db: Session
) -> None:
    page = client("admin").post(f"{half_way_in}/invitation")
    assert "le mot de passe que vous avez déjà choisi" in db.scalars(select(Message.body)).one()
    link = "".join(page.one("code", id="link").itertext()).removeprefix("http://127.0.0.1:8000")
    assert "l’administrateur de Vigie" in client(None).get(link).words


def test_an_administrator_corrects_an_address_and_both_are_told(client: Clients, stage: Stage, db: Session) -> None:
    values = {"name": "Diane Petit", "email": "diane@cha.example"}
    assert client("admin").post(f"/comptes/{stage.users['dpo']}/modifier", values).status == 303
    assert set(db.scalars(select(Message.recipient))) == {"dpo@ght.example", "diane@cha.example"}


def test_a_role_over_gives_nothing_any_more(client: Clients, stage: Stage, write: Write, phone: Phones) -> None:
    with write() as opened:
        user = opened.get_one(User, stage.users["agent"])
        place, today = operations.Place(stage.establishments["CHA"]), now().date()
        operations.grant(user, Role.HR, place, None, today, today)
    browser = client(None)
    agent = phone("agent")
    sign_in(browser, agent)
    assert browser.get("/etablissements/").status == 200
    with time_machine.travel(now() + dt.timedelta(days=1)):
        sign_in(browser, agent)
        assert browser.get("/etablissements/").status == 403
