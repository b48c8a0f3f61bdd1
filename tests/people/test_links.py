"""What joins: a person and an account, two records of the same human."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import User
from models.base import now
from models.journal import Entry, Verb
from models.people import Person
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.people.conftest import Enter, ago

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def path(identity: uuid.UUID, rest: str = "") -> str:
    return f"/personnes/{identity}{rest}"


# Accounts


def test_the_account_with_the_same_address_is_proposed_and_linked(
    client: Clients, enter: Enter, db: Session, stage: Stage
) -> None:
    identity = enter("Agathe Roux-Petit", email="AGENT@ght.example")
    hr = client("rh")
    assert "Rattacher agent" in hr.get(path(identity)).words
    assert "même adresse" in hr.get(path(identity, "/compte")).words
    assert hr.post(path(identity, "/compte"), {"login": "agent"}).status == 303
    assert db.get_one(Person, identity).user_id == stage.users["agent"]
    assert hr.post(path(identity, "/compte/detacher")).status == 303
    assert db.scalar(select(Person.user_id).where(Person.id == identity)) is None


@pytest.mark.parametrize("login", ["", "personne", "dpo-est", "agent", "referent"])
def test_an_account_of_elsewhere_taken_or_closed_is_refused(
    client: Clients, enter: Enter, db: Session, stage: Stage, write: Write, login: str
) -> None:
    enter("Agathe Roux", user_id=stage.users["agent"])
    with write() as session:
        session.get_one(User, stage.users["referent"]).disable(now())
    identity = enter()
    assert client("rh").post(path(identity, "/compte"), {"login": login}).status == 422
    assert db.get_one(Person, identity).user_id is None


def test_an_administrator_sees_the_open_accounts_of_leavers(
    client: Clients, enter: Enter, stage: Stage, write: Write
) -> None:
    enter("Agathe Roux", user_id=stage.users["agent"], left_on=ago(2))
    enter("Hélène Noël", user_id=stage.users["referent"], left_on=ago(2))
    enter("Hélène Noël", user_id=stage.users["referent"], place="CHE")
    enter("Rose Henry", user_id=stage.users["rh"])
    admin = client("admin")
    assert "personne partie : 1" in admin.get("/personnes/").words
    words = admin.get("/personnes/comptes-a-desactiver").words
    assert "Roux Agathe" in words
    assert "Noël" not in words
    assert "Henry" not in words
    with write() as session:
        session.get_one(User, stage.users["agent"]).disable(now())
    assert "Rien à désactiver" in admin.get("/personnes/comptes-a-desactiver").words


def test_a_departure_warns_of_an_account_still_open(client: Clients, enter: Enter, stage: Stage) -> None:
    identity = enter("Agathe Roux", user_id=stage.users["agent"])
    values = {"left_on": ago(1).isoformat(), "departure_reason": "other"}
    page = client("rh").post(path(identity, "/depart"), values, follow=True)
    assert "son compte agent est encore ouvert" in page.words


def test_an_account_s_page_says_whose_it_is_in_the_directory(client: Clients, enter: Enter, stage: Stage) -> None:
    enter("Agathe Roux", user_id=stage.users["agent"], left_on=ago(2))
    enter("Agathe Double", email="Agent@ght.example", place="CHE")
    words = client("admin").get(f"/comptes/{stage.users['agent']}").words
    assert "départ le" in words
    assert "même adresse, compte à rattacher" in words


def test_whoever_invites_a_leaver_hears_it(client: Clients, enter: Enter, stage: Stage) -> None:
    enter("Noé Kerbrat", email="noe@cha.example", left_on=ago(2))
    values = {
        "login": "noe", "name": "Noé Kerbrat", "email": "noe@cha.example", "role": "staff",
        "place": str(stage.establishments["CHA"]),
    }  # fmt: skip
    page = client("admin").post("/comptes/nouveau", values)
    assert page.status == 200
    assert "L’annuaire note le départ de Noé Kerbrat" in page.words


# Merge


def comparison(client: HouseClient, kept: uuid.UUID, other: uuid.UUID) -> Page:
    return client.get(path(kept, f"/fusionner?avec={other}"))


def test_two_records_of_the_same_human_become_one_and_nothing_is_lost(
    client: Clients, enter: Enter, db: Session, stage: Stage
) -> None:
    kept = enter(employee_number="7", arrived_on=ago(90))
    other = enter("MAUD LE BIHAN", phone="0353", user_id=stage.users["agent"], employee_number="8")
    below = enter("Noé Kerbrat", manager_id=other)
    hr = client("rh")
    assert "MAUD LE BIHAN (8)" in hr.get(path(kept)).words
    page = comparison(hr, kept, other)
    assert "Renvois qui suivront : 1" in page.words
    assert hr.post(path(kept, "/fusionner"), page.values(class_="form")).status == 303
    one, absorbed = db.get_one(Person, kept), db.get_one(Person, other)
    assert (one.phone, one.employee_number, one.user_id) == ("0353", "7", stage.users["agent"])
    assert (absorbed.merged_into_id, absorbed.employee_number, absorbed.phone) == (kept, "8", "0353")
    assert db.get_one(Person, below).manager_id == kept
    assert set(db.scalars(Person.of_same_human(kept))) == {kept, other}
    told = db.scalars(select(Entry).where(Entry.verb == Verb.MERGED)).one()
    assert told.detail == {"other": "MAUD LE BIHAN (8)", "moved": 1}
    assert hr.get(path(other)).location == path(kept)
    assert "MAUD" not in hr.get("/personnes/?montrer=tous").words


def test_a_record_merged_twice_over_still_leads_to_the_last(client: Clients, enter: Enter, db: Session) -> None:
    first, second, third = enter(), enter(), enter()
    hr = client("rh")
    for kept, other in ((second, first), (third, second)):
        assert hr.post(path(kept, "/fusionner"), comparison(hr, kept, other).values(class_="form")).status == 303
    assert set(db.scalars(Person.of_same_human(third))) == {first, second, third}


def test_a_merge_never_closes_a_circle_of_managers(client: Clients, enter: Enter, db: Session) -> None:
    head = enter("Yann Le Goff")
    other = enter("MAUD LE BIHAN", manager_id=head)
    middle = enter("Noé Kerbrat", manager_id=other)
    kept = enter(manager_id=middle)
    hr = client("rh")
    assert hr.post(path(kept, "/fusionner"), comparison(hr, kept, other).values(class_="form")).status == 303
    assert db.get_one(Person, kept).manager_id == middle
    assert db.get_one(Person, middle).manager_id == head


def test_two_accounts_cannot_be_one_human(client: Clients, enter: Enter, db: Session, stage: Stage) -> None:
    kept, other = enter(user_id=stage.users["agent"]), enter(user_id=stage.users["rh"])
    hr = client("rh")
    page = hr.post(path(kept, "/fusionner"), comparison(hr, kept, other).values(class_="form"))
    assert page.status == 422
    assert "Chaque fiche a son compte" in page.words
    assert db.get_one(Person, other).merged_into_id is None


def test_a_record_changed_since_it_was_compared_is_not_merged(client: Clients, enter: Enter, db: Session) -> None:
    kept, other = enter(), enter()
    hr = client("rh")
    values = comparison(hr, kept, other).values(class_="form")
    edited = hr.get(path(other, "/modifier")).values(class_="form") | {"phone": "01"}
    assert hr.post(path(other, "/modifier"), edited).status == 303
    page = hr.post(path(kept, "/fusionner"), values)
    assert page.status == 409
    assert "relisez-les" in page.words
    assert db.get_one(Person, other).merged_into_id is None
    assert hr.post(path(kept, "/fusionner"), page.values(class_="form")).status == 303


def test_another_record_is_found_by_what_people_know_of_it(client: Clients, enter: Enter) -> None:
    kept, other = enter(), enter("Maude Le Bian", employee_number="44")
    hr = client("rh")
    found = hr.get(path(kept, "/fusionner?other=44"))
    assert (found.status, found.headers["Location"]) == (302, path(kept, f"/fusionner?avec={other}"))
    for typed in ("", "personne", "Maud+Le+Bihan"):
        assert hr.get(path(kept, f"/fusionner?other={typed}")).status == 422
    assert hr.post(path(kept, "/fusionner"), {"other": str(kept)}).location == path(kept, "/fusionner")


def test_a_record_elsewhere_cannot_be_merged(client: Clients, enter: Enter) -> None:
    kept, other = enter(), enter(place="CHE")
    assert client("rh").get(path(kept, f"/fusionner?avec={other}")).status == 404
    admin = client("admin")
    page = admin.post(path(kept, "/fusionner"), {"other": str(other), "revisions": "1-1"})
    assert (page.status, "même établissement" in page.words) == (422, True)


@pytest.mark.parametrize("database", ["sqlite, demonstration"], indirect=True)
def test_the_demonstration_shows_an_account_to_disable(client: Clients) -> None:
    assert "Tallec" in client("admin").get("/personnes/comptes-a-desactiver").words
