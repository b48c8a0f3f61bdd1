"""The directory's doors, as the people of the cast use them."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.journal import Entry
from models.people import DepartureReason, Person, PersonKind
from tests.cast import Stage
from tests.client import HouseClient
from tests.people.conftest import Enter, ago

Clients = Callable[[str | None], HouseClient]

TYPED = {"given_name": "Maud", "family_name": "Le Bihan", "kind": "staff"}


def path(identity: uuid.UUID, rest: str = "") -> str:
    return f"/personnes/{identity}{rest}"


# Who sees what


def test_hr_sees_her_establishment_and_nobody_elsewhere(client: Clients, enter: Enter) -> None:
    enter("Maud Le Bihan")
    elsewhere = enter("Noé Kerbrat", place="CHE")
    words = client("rh").get("/personnes/").words
    assert "Le Bihan Maud" in words
    assert "Kerbrat" not in words
    assert client("rh").get(path(elsewhere)).status == 404


def test_a_department_contact_sees_her_department_only(client: Clients, enter: Enter) -> None:
    mine, other = enter(department="Urgences"), enter("Noé Kerbrat", department="Ressources humaines")
    contact = client("referent")
    words = contact.get("/personnes/?montrer=tous").words
    assert "Le Bihan" in words
    assert "Kerbrat" not in words
    assert contact.get(path(mine)).status == 200
    assert contact.get(path(other)).status == 404
    assert contact.get(path(mine, "/modifier")).status == 403


def test_a_staff_member_sees_nothing_of_the_directory(client: Clients, enter: Enter) -> None:
    identity = enter()
    agent = client("agent")
    assert "Personnes" not in agent.get("/").text
    for address in ("/personnes/", path(identity), "/personnes/societes", "/personnes/fins-de-contrat"):
        assert agent.get(address).status == 403


# The list


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Bihan", "Dubois", "Étienne"}),
        ("montrer=tous", {"Bihan", "Dubois", "Étienne", "Parti"}),
        ("montrer=partis", {"Parti"}),
        ("montrer=arrives", {"Bihan"}),
        ("montrer=fin-proche", {"Dubois"}),
        ("q=etienne", {"Étienne"}),
        ("q=RAYONANCE+dubois", {"Dubois"}),
        ("categorie=contractor", {"Dubois"}),
        ("societe=Rayonance", {"Dubois"}),
        ("montrer=sans-responsable&q=bihan", {"Bihan"}),
        ("categorie=licorne&service=nulle-part&montrer=ailleurs", {"Bihan", "Dubois", "Étienne"}),
    ],
)
def test_the_list_is_filtered(client: Clients, enter: Enter, query: str, names: set[str]) -> None:
    enter("Maud Bihan", arrived_on=ago(3))
    enter("Alain Dubois", company="Rayonance", contract_ends_on=ago(-20))
    enter("Zoé Étienne", arrived_on=ago(900))
    enter("Jean Parti", left_on=ago(2))
    page = client("rh").get(f"/personnes/?{query}")
    found = {
        name
        for name in ("Bihan", "Dubois", "Étienne", "Parti")
        for row in page.all("tr")
        if name in "".join(row.itertext())
    }
    assert found == names


def test_a_pole_holds_the_people_of_its_services(client: Clients, enter: Enter, stage: Stage) -> None:
    enter(department="Urgences")
    enter("Noé Kerbrat")
    words = client("rh").get(f"/personnes/?service={stage.departments['Urgences']}").words
    assert "Le Bihan" in words
    assert "Kerbrat" not in words


def test_the_columns_are_those_asked_for(client: Clients, enter: Enter) -> None:
    enter(employee_number="4012", email="maud@cha.example")
    page = client("rh").get("/personnes/?colonnes=matricule&colonnes=inconnue")
    assert "4012" in page.words
    assert "maud@cha.example" not in page.words


# One person


def test_hr_enters_a_person(client: Clients, db: Session, stage: Stage) -> None:
    values = TYPED | {
        "department_id": str(stage.departments["Urgences"]),
        "arrived_on": "2026-01-05",
        "employee_number": " 12 ",
    }
    page = client("rh").post("/personnes/nouvelle", values, follow=True)
    assert page.title == "Maud Le Bihan"
    made = db.scalars(select(Person)).one()
    assert (made.employee_number, made.department_id, made.establishment_id) == (
        "12", stage.departments["Urgences"], stage.establishments["CHA"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"family_name": " "}, "Renseignez"),
        ({"kind": "licorne"}, "valeur de la liste"),
        ({"kind": "contractor"}, "Indiquez la société"),
        ({"email": "maud"}, "adresse complète"),
        ({"arrived_on": "2026-01-05", "contract_ends_on": "2026-01-04"}, "finir avant l’arrivée"),
        ({"employee_number": "77"}, "porte déjà ce matricule"),
        ({"manager": "Inconnu Total"}, "ne répond à cette indication"),
        ({"manager": "Zoé Double"}, "Plusieurs personnes"),
        ({"department_id": str(uuid.uuid4())}, "valeur de la liste"),
    ],
)
def test_a_person_badly_typed_is_refused_and_nothing_is_kept(
    client: Clients, enter: Enter, db: Session, wrong: dict[str, str], sentence: str
) -> None:
    enter("Zoé Double", employee_number="77")
    enter("Zoé Double")
    page = client("rh").post("/personnes/nouvelle", TYPED | wrong)
    assert page.status == 422
    assert sentence in page.words
    assert len(db.scalars(select(Person)).all()) == 2


@pytest.mark.parametrize(
    "typed", ["4012", "yann@cha.example", "YANN@CHA.EXAMPLE", "yann le goff", "Le Goff Yann", "Yann Le Goff (4012)"]
)
def test_a_manager_is_named_as_people_do(client: Clients, enter: Enter, db: Session, typed: str) -> None:
    head = enter("Yann Le Goff", employee_number="4012", email="yann@cha.example")
    enter("Yann Le Goff", place="CHE")
    assert client("rh").post("/personnes/nouvelle", TYPED | {"manager": typed}).status == 303
    assert db.scalars(select(Person.manager_id).where(Person.given_name == "Maud")).one() == head


def test_an_edit_keeps_the_rest_and_is_told(client: Clients, enter: Enter, db: Session) -> None:
    head = enter("Yann Le Goff")
    identity = enter(function_title="Infirmière", manager_id=head, employee_number="9")
    hr = client("rh")
    values = hr.get(path(identity, "/modifier")).values(class_="form") | {"function_title": "Cadre de santé"}
    page = hr.post(path(identity, "/modifier"), values, follow=True)
    assert "Infirmière → Cadre de santé" in page.words
    kept = db.get_one(Person, identity)
    assert (kept.function_title, kept.manager_id, kept.employee_number) == ("Cadre de santé", head, "9")


def test_nobody_is_placed_under_herself(client: Clients, enter: Enter, db: Session) -> None:
    head = enter("Yann Le Goff")
    below = enter(manager_id=head)
    hr = client("rh")
    values = hr.get(path(head, "/modifier")).values(class_="form") | {"manager": "Maud Le Bihan"}
    page = hr.post(path(head, "/modifier"), values)
    assert page.status == 422
    assert "sa propre responsable" in page.words
    assert db.get_one(Person, head).manager_id is None
    assert db.get_one(Person, below).manager_id == head


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(client: Clients, enter: Enter, db: Session) -> None:
    identity = enter(function_title="Infirmière")
    hr, admin = client("rh"), client("admin")
    typed = hr.get(path(identity, "/modifier")).values(class_="form") | {"phone": "01"}
    other = admin.get(path(identity, "/modifier")).values(class_="form") | {"function_title": "Cadre"}
    assert admin.post(path(identity, "/modifier"), other).status == 303
    page = hr.post(path(identity, "/modifier"), typed)
    assert page.status == 409
    assert "Adèle Morin" in page.words
    assert "Cadre → Infirmière" in page.words
    assert page.values(class_="form")["phone"] == "01"
    assert db.get_one(Person, identity).function_title == "Cadre"
    assert hr.post(path(identity, "/modifier"), page.values(class_="form")).status == 303


# Departure and return


def test_a_departure_then_a_return(client: Clients, enter: Enter, db: Session) -> None:
    identity = enter(arrived_on=ago(400))
    hr = client("rh")
    page = hr.post(
        path(identity, "/depart"), {"left_on": ago(1).isoformat(), "departure_reason": "retired"}, follow=True
    )
    assert "Départ à la retraite" in page.words
    again = hr.post(path(identity, "/depart"), {"left_on": ago(1).isoformat(), "departure_reason": "other"})
    assert (again.status, "déjà enregistré" in again.words) == (422, True)
    early = hr.post(path(identity, "/retour"), {"arrived_on": ago(1).isoformat()})
    assert (early.status, "suivre le dernier jour" in early.words) == (422, True)
    assert hr.post(path(identity, "/retour"), {"arrived_on": ago(0).isoformat()}).status == 303
    person = db.get_one(Person, identity)
    assert (person.left_on, person.arrived_on) == (None, ago(0))


def test_a_departure_badly_typed_changes_nothing(client: Clients, enter: Enter, db: Session) -> None:
    identity = enter(arrived_on=ago(10))
    hr = client("rh")
    for values in (
        {},
        {"left_on": "demain", "departure_reason": "other"},
        {"left_on": ago(11).isoformat(), "departure_reason": "other"},
    ):
        assert hr.post(path(identity, "/depart"), values).status == 422
    assert hr.post(path(identity, "/retour"), {"arrived_on": ago(0).isoformat()}).status == 422
    assert hr.post(path(identity, "/depart/annuler")).status == 422
    assert db.get_one(Person, identity).left_on is None


def test_a_departure_said_by_mistake_is_taken_back(client: Clients, enter: Enter, db: Session) -> None:
    identity = enter(left_on=ago(1))
    assert client("rh").post(path(identity, "/depart/annuler")).status == 303
    assert db.get_one(Person, identity).left_on is None


def test_contracts_over_are_settled_together_on_their_own_last_days(client: Clients, enter: Enter, db: Session) -> None:
    first, second = enter(contract_ends_on=ago(9)), enter("Noé Kerbrat", contract_ends_on=ago(2))
    enter("Zoé Étienne", contract_ends_on=ago(-9))
    hr = client("rh")
    page = hr.get("/personnes/fins-de-contrat")
    assert "Étienne" not in page.words
    assert "Étienne" in hr.get("/personnes/fins-de-contrat?montrer=bientot").words
    assert hr.post("/personnes/fins-de-contrat", {"ids": [str(first), str(second)]}).status == 303
    assert [db.get_one(Person, one).left_on for one in (first, second)] == [ago(9), ago(2)]
    assert db.get_one(Person, first).departure_reason is DepartureReason.CONTRACT_ENDED
    assert "Rien à confirmer" in hr.get("/personnes/fins-de-contrat").words


def test_settling_is_all_or_nothing(client: Clients, enter: Enter, db: Session) -> None:
    over, endless = enter(contract_ends_on=ago(9)), enter("Noé Kerbrat")
    page = client("rh").post("/personnes/fins-de-contrat", {"ids": [str(over), str(endless)]})
    assert page.status == 422
    assert "Noé Kerbrat n’a pas de fin de contrat" in page.words
    assert db.get_one(Person, over).left_on is None
    assert client("rh").post("/personnes/fins-de-contrat", {}).status == 303


# Several at once


def test_several_are_placed_in_a_department_and_under_a_manager(
    client: Clients, enter: Enter, db: Session, stage: Stage
) -> None:
    people, head = [enter(), enter("Noé Kerbrat")], enter("Yann Le Goff", employee_number="1")
    hr, ids = client("rh"), {"ids": [str(one) for one in people]}
    service = {"faire": "service", "service": str(stage.departments["Urgences"])}
    assert hr.post("/personnes/lot", ids | service).status == 303
    assert hr.post("/personnes/lot", ids | {"faire": "responsable", "manager": "1"}).status == 303
    for one in people:
        kept = db.get_one(Person, one)
        assert (kept.department_id, kept.manager_id) == (stage.departments["Urgences"], head)


@pytest.mark.parametrize(
    "values",
    [{}, {"faire": "depart"}, {"faire": "depart", "left_on": "jamais"}, {"faire": "service", "service": "x"},
     {"faire": "responsable", "manager": "personne"}, {"faire": "depart", "left_on": "1990-01-01"}],
)  # fmt: skip
def test_a_change_of_several_that_means_nothing_changes_nobody(
    client: Clients, enter: Enter, db: Session, values: dict[str, str]
) -> None:
    ids = {"ids": [str(enter(arrived_on=ago(9))), str(enter("Noé Kerbrat"))]}
    page = client("rh").post("/personnes/lot", ids | values)
    assert (page.status, "Rien n’a été changé" in page.words) == (422, True)
    assert not [one for one in db.scalars(select(Person)) if one.left_on or one.manager_id or one.department_id]


def test_a_person_elsewhere_is_not_changed_among_others(client: Clients, enter: Enter, db: Session) -> None:
    mine, other = enter(), enter("Noé Kerbrat", place="CHE")
    values = {"ids": [str(mine), str(other)], "faire": "depart", "left_on": ago(0).isoformat()}
    assert client("rh").post("/personnes/lot", values).status == 404
    assert db.get_one(Person, mine).left_on is None


# Companies


def test_companies_are_counted_with_the_ends_of_contracts(client: Clients, enter: Enter) -> None:
    enter("Alain Dubois", company="Rayonance", contract_ends_on=ago(-20))
    enter("Noé Kerbrat", company="Rayonance", contract_ends_on=ago(3))
    enter("Zoé Étienne", company="Vigilor", kind=PersonKind.SUPPLIER, left_on=ago(3))
    enter("Léo Orlac", company="Intérim Santé", kind=PersonKind.TEMPORARY)
    page = client("rh").get("/personnes/societes")
    cells = {" ".join("".join(row.itertext()).split()) for row in page.all("tr")}
    assert any(cell.startswith("Rayonance") and "échus : 1" in cell and "bientôt finis : 1" in cell for cell in cells)
    assert any(cell.startswith("Vigilor") and "échus" not in cell for cell in cells)
    assert "Intérim Santé" not in page.words
    assert "Vigilor" not in client("rh").get("/personnes/societes?q=dubois").words


def test_the_journal_names_who_entered_a_person(client: Clients, db: Session) -> None:
    client("rh").post("/personnes/nouvelle", TYPED)
    entry = db.scalars(select(Entry).where(Entry.subject_type == "person")).one()
    assert (entry.actor_name, entry.verb.value, entry.subject_title) == ("Rose Henry", "created", "Maud Le Bihan")
