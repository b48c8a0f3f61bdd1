"""The establishments' doors, as the people of the cast use them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.accounts import RoleGrant
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.journal import Entry
from tests.cast import Stage
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def test_the_list_shows_what_one_may_see_with_its_people_and_services(client: Clients) -> None:
    whole = client("auditeur").get("/etablissements/")
    assert "GHT du Ponant" in whole.words
    assert "CH de l’Anse" in whole.words
    assert "CH de l’Est" in whole.words
    eastern = client("dpo-est").get("/etablissements/").words
    assert "CH de l’Est" in eastern
    assert "CH de l’Anse" not in eastern


def test_an_establishment_shows_its_contacts_and_its_services(client: Clients, stage: Stage) -> None:
    page = client("dpo").get(f"/etablissements/{stage.establishments['CHA']}")
    for words in ("1 rue du Port", "Diane Petit", "Urgences", "sans pôle"):
        assert words in page.words
    assert "Modifier" not in page.words


def test_a_stranger_s_establishment_does_not_exist(client: Clients, stage: Stage) -> None:
    dpo = client("dpo")
    eastern = stage.establishments["CHE"]
    assert dpo.get(f"/etablissements/{eastern}").status == 404
    assert client("agent").get("/etablissements/").status == 403
    assert dpo.get(f"/etablissements/{stage.establishments['CHA']}/modifier").status == 403


def test_an_administrator_enters_an_establishment(client: Clients, db: Session) -> None:
    values = {
        "name": "Hôpital local",
        "code": "HL",
        "finess": "2A0000001",
        "city": "Anse",
        "siren": "990\u202f000\u00a0017",
    }
    values |= {"code": "hl", "finess": "2a 0000001"}
    page = client("admin").post("/etablissements/nouveau", values, follow=True)
    assert page.title == "Hôpital local"
    made = db.scalars(select(Establishment).where(Establishment.code == "HL")).one()
    assert (made.group.name, made.city, made.siren) == ("GHT du Ponant", "Anse", "990000017")
    told = db.scalars(select(Entry).where(Entry.subject_id == made.id)).one()
    assert (told.actor_name, told.chain) == ("Adèle Morin", str(made.id))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"name": " "}, "Renseignez"), ({"code": "CHA"}, "a déjà ce code"), ({"code": "ch a"}, "lettres majuscules"),
     ({"finess": "12"}, "neuf caractères"), ({"email": "nulle part", "siren": "99"}, "adresse complète"),
     ({"city": "x" * 201}, "Au plus")],
)  # fmt: skip
def test_an_establishment_badly_filled_is_refused_and_nothing_is_kept(
    client: Clients, db: Session, wrong: dict[str, str], sentence: str
) -> None:
    page = client("admin").post("/etablissements/nouveau", {"name": "Hôpital local", "code": "HL", **wrong})
    assert page.status == 422
    assert sentence in page.words
    assert db.scalars(select(Establishment.code)).all() == ["CHA", "CHE"]


def test_an_establishment_is_corrected_and_keeps_the_rest(client: Clients, stage: Stage, db: Session) -> None:
    admin, path = client("admin"), f"/etablissements/{stage.establishments['CHA']}/modifier"
    values = admin.get(path).values(class_="form") | {"dpo_name": "Denis Grand"}
    assert admin.post(path, values).status == 303
    changed = db.get_one(Establishment, stage.establishments["CHA"])
    assert (changed.dpo_name, changed.address, changed.code) == ("Denis Grand", "1 rue du Port", "CHA")
    told = db.scalars(select(Entry).where(Entry.subject_id == changed.id).order_by(Entry.seq.desc())).first()
    assert told is not None
    assert [(change["field"], change["before"], change["after"]) for change in told.changes] == [
        ("dpo_name", "Diane Petit", "Denis Grand")
    ]


def test_an_establishment_does_not_take_the_code_of_another(client: Clients, stage: Stage) -> None:
    admin, path = client("admin"), f"/etablissements/{stage.establishments['CHA']}/modifier"
    page = admin.post(path, admin.get(path).values(class_="form") | {"code": "CHE"})
    assert page.status == 422
    assert "a déjà ce code" in page.words


def test_of_two_who_change_an_establishment_the_second_is_told_and_loses_nothing(
    client: Clients, stage: Stage, db: Session
) -> None:
    admin, path = client("admin"), f"/etablissements/{stage.establishments['CHA']}/modifier"
    first = second = admin.get(path).values(class_="form")
    assert admin.post(path, first | {"city": "Brest"}).status == 303
    page = admin.post(path, second | {"dpo_name": "Denis Grand"})
    assert page.status == 409
    assert "Quelqu’un a enregistré entre-temps" in page.words
    assert "Brest" in page.words
    assert page.values(class_="form")["dpo_name"] == "Denis Grand"
    assert db.get_one(Establishment, stage.establishments["CHA"]).city == "Brest"
    assert admin.post(path, page.values(class_="form")).status == 303


def test_a_service_that_differs_by_its_accents_only_is_named(client: Clients, stage: Stage) -> None:
    values = {"name": "ressources  HUMAÏNES", "kind": "service"}
    page = client("admin").post(f"/etablissements/{stage.establishments['CHA']}/services/nouveau", values)
    assert page.status == 422
    assert "« Ressources humaines »" in page.words


def test_the_group_is_renamed(client: Clients, db: Session) -> None:
    admin = client("admin")
    assert admin.post("/etablissements/groupement", {"name": " "}).status == 422
    assert "GHT du Levant" in admin.post("/etablissements/groupement", {"name": "GHT du Levant"}, follow=True).words


def test_the_first_establishment_makes_the_group(client: Clients, write: Write, db: Session) -> None:
    with write() as session:
        emptied = [delete(model) for model in (Department, Establishment, Group)]
        for statement in (delete(RoleGrant).where(RoleGrant.establishment_id.is_not(None)), *emptied):
            session.connection().execute(statement)  # below the session, which refuses to delete journaled records
    admin = client("admin")
    assert "Entrez le premier" in admin.get("/etablissements/").words
    assert admin.get("/etablissements/groupement").status == 404
    assert admin.post("/etablissements/nouveau", {"name": "CH de l’Anse", "code": "CHA"}).status == 303
    assert db.scalars(select(Establishment)).one().group.name == "Groupement hospitalier"


# Departments


def add(browser: HouseClient, stage: Stage, name: str, kind: str, parent: str = "", place: str = "CHA") -> int:
    values = {"name": name, "kind": kind, "parent_id": parent}
    return browser.post(f"/etablissements/{stage.establishments[place]}/services/nouveau", values).status


def test_services_are_shown_under_their_pole(client: Clients, stage: Stage, db: Session) -> None:
    admin = client("admin")
    assert add(admin, stage, "Pôle Urgences et soins critiques", "pole") == 303
    pole = db.scalars(select(Department).where(Department.kind == DepartmentKind.POLE)).one()
    assert add(admin, stage, "Réanimation", "service", str(pole.id)) == 303
    path = f"/etablissements/services/{stage.departments['Urgences']}/modifier"
    values = admin.get(path).values(class_="form") | {"parent_id": str(pole.id)}
    assert admin.post(path, values).status == 303
    words = client("dpo").get(f"/etablissements/{stage.establishments['CHA']}").words
    assert "Pôle Urgences et soins critiques Réanimation Urgences Ressources humaines sans pôle" in words


def test_a_service_badly_filled_is_refused_and_nothing_is_kept(client: Clients, stage: Stage, db: Session) -> None:
    admin = client("admin")
    add(admin, stage, "Pôle A", "pole")
    add(admin, stage, "Pôle de l’Est", "pole", place="CHE")
    db.expire_all()
    poles = {one.name: str(one.id) for one in db.scalars(select(Department).where(Department.parent_id.is_(None)))}
    before = len(db.scalars(select(Department)).all())
    assert add(admin, stage, " ", "service") == 422
    assert add(admin, stage, "Urgences", "service") == 422
    assert add(admin, stage, "  URGENCES ", "service") == 422
    assert add(admin, stage, "Bloc", "étage") == 422
    assert add(admin, stage, "Bloc", "service", poles["Pôle de l’Est"]) == 422
    assert add(admin, stage, "Bloc", "service", poles["Urgences"]) == 422
    assert add(admin, stage, "Pôle B", "pole", poles["Pôle A"]) == 422
    assert len(db.scalars(select(Department)).all()) == before


def test_a_pole_that_holds_services_stays_a_pole(client: Clients, stage: Stage, db: Session) -> None:
    admin = client("admin")
    add(admin, stage, "Pôle A", "pole")
    pole = db.scalars(select(Department).where(Department.name == "Pôle A")).one()
    add(admin, stage, "Bloc", "service", str(pole.id))
    page = admin.post(f"/etablissements/services/{pole.id}/modifier", {"name": "Pôle A", "kind": "service"})
    assert page.status == 422
    assert "placez-les d’abord ailleurs" in page.words


def test_services_of_another_establishment_are_out_of_reach(client: Clients, stage: Stage) -> None:
    eastern = stage.departments["Laboratoire"]
    assert client("dpo").post(f"/etablissements/services/{eastern}/modifier", {"name": "x"}).status == 403
    assert client("agent").get(f"/etablissements/services/{eastern}/modifier").status == 403
