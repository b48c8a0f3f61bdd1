"""Human resources bring their file: who arrives, moves, comes back, leaves; nobody goes because a line is missing."""

import datetime as dt
import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import today
from models.establishments import Department, DepartmentKind
from models.imports import BatchState, ImportBatch
from models.journal import Entry, Verb
from models.people import DepartureReason, Person, PersonKind
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.house.conftest import Write

Clients = Callable[[str | None], HouseClient]

HEAD = "Matricule;Nom;Prénom;Service;Grade;Statut;Date d'entrée;Date de sortie\n"
MARIE = "001;MARTIN;Marie;Urgences;Infirmière;Titulaire;01/03/2020;\n"
PAUL = "002;PETIT;Paul;Urgences;Médecin;Contractuel;02/05/2021;\n"


def brought(who: HouseClient, data: bytes, filename: str = "paie.csv") -> Page:
    values = {"objet": "people", "file": (BytesIO(data), filename)}
    return who.post("/imports/nouveau", values, content_type="multipart/form-data")


def read(who: HouseClient, text: str | bytes, filename: str = "paie.csv") -> str:
    """A file brought in, its proposed columns accepted; gives the import's address."""
    asked = brought(who, text if isinstance(text, bytes) else text.encode("cp1252"), filename)
    assert asked.status == 303, asked.words
    if not asked.location.endswith("/colonnes"):
        return asked.location
    done = who.post(asked.location, who.get(asked.location).values(action=asked.location))
    assert done.status == 303, done.words
    return done.location


def written(who: HouseClient, text: str, **ticked: Any) -> str:
    address = read(who, text)
    done = who.post(f"{address}/confirmer", ticked)
    assert done.status == 303, done.words
    return address


def people(db: Session) -> dict[str, Any]:
    db.expire_all()
    return {one.employee_number or one.name: one for one in db.scalars(select(Person))}


def person(write: Write, home: uuid.UUID, family: str, given: str, **more: Any) -> None:
    with write() as session:
        session.add(Person(establishment_id=home, family_name=family, given_name=given, **more))


@pytest.fixture
def home(stage: Stage) -> uuid.UUID:
    return stage.establishments["CHA"]


def test_people_arrive_in_their_service(client: Clients, db: Session) -> None:
    rh = client("rh")
    address = read(rh, HEAD + MARIE + PAUL)
    words = rh.get(address).words
    assert "2 À créer" in words
    assert "Arrivée : 2" in words
    assert not people(db)
    assert rh.post(f"{address}/confirmer").status == 303
    marie = people(db)["001"]
    assert (marie.name, marie.kind, marie.function_title) == ("Marie MARTIN", PersonKind.STAFF, "Infirmière")
    assert (marie.arrived_on, marie.department.name) == (dt.date(2020, 3, 1), "Urgences")
    told = db.scalars(select(Entry).where(Entry.subject_type == "person", Entry.verb == Verb.CREATED)).all()
    assert {entry.subject_title for entry in told} == {"Marie MARTIN", "Paul PETIT"}


def test_the_same_file_again_changes_nothing(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    words = rh.get(read(rh, HEAD + MARIE.replace("MARTIN", "Martin") + PAUL)).words
    assert "2 Inchangée" in words
    assert "rien à écrire" in words


def test_a_move_and_a_departure_are_told_and_written(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    moved = MARIE.replace("Urgences", "Ressources humaines")
    address = read(rh, HEAD + moved + PAUL.replace("2021;", "2021;30/09/2025"))
    words = rh.get(address).words
    assert "Mouvement : 1" in words
    assert "Départ : 1" in words
    assert "Service : Urgences → Ressources humaines" in words
    rh.post(f"{address}/confirmer")
    now = people(db)
    assert now["001"].department.name == "Ressources humaines"
    assert (now["002"].left_on, now["002"].departure_reason) == (dt.date(2025, 9, 30), DepartureReason.OTHER)


def test_who_comes_back_begins_a_new_presence(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + PAUL)
    written(rh, HEAD + PAUL.replace("2021;", "2021;30/09/2025"))
    address = read(rh, HEAD + PAUL.replace("02/05/2021", "01/02/2026"))
    assert "Retour : 1" in rh.get(address).words
    rh.post(f"{address}/confirmer")
    paul = people(db)["002"]
    assert (paul.arrived_on, paul.left_on, paul.departure_reason) == (dt.date(2026, 2, 1), None, None)


def test_who_left_before_vigie_knew_them_does_not_enter(client: Clients, db: Session) -> None:
    rh = client("rh")
    address = read(rh, HEAD + PAUL.replace("2021;", "2021;30/09/2025"))
    assert "Déjà partie : 1" in rh.get(address).words
    assert not people(db)


# Services


def test_an_unknown_service_is_made_only_when_ticked(client: Clients, db: Session, home: uuid.UUID) -> None:
    rh = client("rh")
    text = "Matricule;Nom;Prénom;UF;Pôle\n001;MARTIN;Marie;4510 - Cardiologie;Pôle Cœur\n"
    address = read(rh, text.encode())
    assert "ne connaît pas ce service" in rh.get(address).words
    rh.post(f"{address}/confirmer")
    assert people(db)["001"].department is None
    written(rh, text.replace("œ", "oe"), departments=["service:Cardiologie", "pole:Pôle Coeur"])
    cardiology = people(db)["001"].department
    assert (cardiology.name, cardiology.kind, cardiology.parent.name) == (
        "Cardiologie", DepartmentKind.SERVICE, "Pôle Coeur",
    )  # fmt: skip


def test_all_services_are_made_by_one_box(client: Clients, db: Session) -> None:
    lines = "".join(f"{n};NOM{n};Zoé;Service {n};;;;\n" for n in range(5))
    written(client("rh"), HEAD + lines, departments_all="y")
    assert {one.department.name for one in people(db).values()} == {f"Service {n}" for n in range(5)}


def test_a_service_that_was_not_offered_is_not_made(client: Clients, db: Session) -> None:
    rh = client("rh")
    address = read(rh, HEAD + MARIE)
    assert rh.post(f"{address}/confirmer", {"departments": "service:Inventé"}).status == 303
    assert db.scalars(select(Department).where(Department.name == "Inventé")).all() == []
    address = read(rh, HEAD + MARIE.replace("Urgences", "Bloc").replace("001", "003"))
    refused = rh.post(f"{address}/confirmer", {"departments": "service:Inventé"})
    assert refused.status == 422
    assert set(people(db)) == {"001"}


# The absent


def test_nobody_leaves_because_a_line_is_missing(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    address = read(rh, HEAD + MARIE)
    assert "Absents du fichier : 1" in rh.get(address).words
    rh.post(f"{address}/confirmer")
    assert people(db)["002"].left_on is None


def test_an_absent_person_leaves_when_ticked_with_a_day(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    paul = people(db)["002"].id
    address = written(rh, HEAD + MARIE, absent=str(paul), absent_on="2026-06-30")
    left = people(db)["002"]
    assert (left.left_on, left.departure_reason) == (dt.date(2026, 6, 30), DepartureReason.NOT_IN_FILE)
    assert "Départ : 1" in rh.get(address).words
    rh.post(f"{address}/annuler")
    assert people(db)["002"].left_on is None


@pytest.mark.parametrize(
    ("day", "said"), [("2026-02-31", "date qui existe"), ("", "Donnez la date"), ("2019-01-01", "précéder")]
)
def test_an_impossible_day_of_departure_keeps_nothing_and_loses_nothing(
    client: Clients, db: Session, day: str, said: str
) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    paul = str(people(db)["002"].id)
    address = read(rh, HEAD + MARIE.replace("Infirmière", "Cadre"))
    page = rh.post(f"{address}/confirmer", {"absent": paul, "absent_on": day})
    assert page.status == 422
    assert said in page.words
    assert page.values(action=f"{address}/confirmer")["absent"] in (paul, [paul])
    assert people(db)["001"].function_title == "Infirmière"


def test_only_what_the_file_covers_is_said_absent(client: Clients, db: Session, write: Write, home: uuid.UUID) -> None:
    person(write, home, "LIBRE", "Luc", kind=PersonKind.LIBERAL)
    person(write, home, "SALARIÉ", "Sam", kind=PersonKind.STAFF)
    rh = client("rh")
    address = read(rh, HEAD + MARIE)
    words = rh.get(address).words
    assert "Sam SALARIÉ" in words
    assert "Luc LIBRE" not in words
    assert rh.post(f"{address}/portee", {"scope": "all"}).status == 303
    assert "Luc LIBRE" in rh.get(address).words
    assert rh.post(f"{address}/portee", {"scope": "none"}).status == 303
    assert "Absents du fichier" not in rh.get(address).words
    assert rh.post(f"{address}/portee", {"scope": "tout"}).status == 422


def test_the_people_of_another_hospital_are_not_absent(client: Clients, write: Write, stage: Stage) -> None:
    person(write, stage.establishments["CHE"], "AILLEURS", "Ada")
    assert "AILLEURS" not in client("rh").get(read(client("rh"), HEAD + MARIE)).words


# Who is who


def test_namesakes_are_never_merged_in_silence(client: Clients, db: Session, write: Write, home: uuid.UUID) -> None:
    person(write, home, "Martin", "Marie", employee_number="900")
    rh = client("rh")
    words = rh.get(written(rh, HEAD + MARIE)).words
    assert "Homonyme de « Marie Martin, 900 », créée à part" in words
    assert set(people(db)) == {"900", "001"}


def test_a_name_alone_is_recognised_with_a_doubt(client: Clients, db: Session, write: Write, home: uuid.UUID) -> None:
    person(write, home, "Martin", "Marie")
    rh = client("rh")
    words = rh.get(written(rh, HEAD + MARIE)).words
    assert "Reconnue par son seul nom" in words
    assert [one.employee_number for one in people(db).values()] == ["001"]


def test_two_namesakes_in_vigie_ask_for_the_number(client: Clients, db: Session, write: Write, home: uuid.UUID) -> None:
    person(write, home, "Martin", "Marie", function_title="Cadre")
    person(write, home, "Martin", "Marie", function_title="Sage-femme")
    rh = client("rh")
    words = rh.get(written(rh, "Nom;Prénom;Fonction\nMartin;Marie;\nPetit;Paul;Brancardier\n")).words
    assert "Plusieurs personnes de Vigie portent ce nom" in words
    assert "ajoutez le matricule" in words
    assert len(db.scalars(select(Person)).all()) == 3


def test_a_shared_mailbox_does_not_make_one_of_two_people(
    client: Clients, db: Session, write: Write, home: uuid.UUID
) -> None:
    person(write, home, "Durand", "Zoé", email="secretariat@cha.example")
    written(client("rh"), "Nom;Prénom;Courriel\nMartin;Marie;secretariat@cha.example\n")
    assert len(people(db)) == 2


def test_a_number_given_to_somebody_else_is_refused(
    client: Clients, db: Session, write: Write, home: uuid.UUID
) -> None:
    person(write, home, "Durand", "Zoé", employee_number="001")
    rh = client("rh")
    words = rh.get(written(rh, HEAD + MARIE + PAUL)).words
    assert "est dans Vigie celui de « Zoé Durand »" in words
    assert people(db)["001"].name == "Zoé Durand"


def test_one_number_on_two_lines_enters_once(client: Clients, db: Session) -> None:
    rh = client("rh")
    words = rh.get(written(rh, HEAD + MARIE + MARIE.replace("Urgences", "Bloc") + MARIE)).words
    assert "Même identité que la ligne 2" in words
    assert "identique à la ligne 2" in words
    assert len(people(db)) == 1


def test_a_marriage_changes_the_name_and_not_the_person(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE)
    written(rh, "Matricule;Nom;Nom d'usage;Prénom\n001;MARTIN;LE GOFF;Marie\n")
    assert [one.name for one in people(db).values()] == ["Marie LE GOFF"]


@pytest.mark.parametrize(
    ("header", "cell", "names"),
    [
        ("Nom Prénom", "DE LA TOUR Anne-Marie", ("DE LA TOUR", "Anne-Marie")),
        ("Nom et prénom", "Dupont, Marie", ("Dupont", "Marie")),
        ("Prénom Nom", "Marie Dupont", ("Dupont", "Marie")),
        ("Agent", "Dupont Marie", ("Dupont", "Marie")),
    ],
)
def test_a_name_in_one_cell_is_taken_apart(
    client: Clients, db: Session, header: str, cell: str, names: tuple[str, str]
) -> None:
    written(client("rh"), f"Matricule;{header}\n7;{cell}\n")
    one = people(db)["7"]
    assert (one.family_name, one.given_name) == names


def test_a_manager_is_found_among_the_lines(client: Clients, db: Session) -> None:
    lines = "1;A;Ana;2\n2;B;Bob;Cléo C\n3;C;Cléo;\n4;D;Dan;Personne\n5;E;Eve;5\n"
    rh = client("rh")
    words = rh.get(written(rh, "Matricule;Nom;Prénom;Responsable\n" + lines)).words
    now = people(db)
    assert [now[n].manager and now[n].manager.given_name for n in "12345"] == ["Bob", "Cléo", None, None, None]
    assert "Ce responsable n’est ni dans Vigie ni dans le fichier" in words
    assert "sa propre responsable" in words
    again = rh.get(read(rh, "Matricule;Nom;Prénom;Responsable\n" + lines)).words
    assert "5 Inchangée" in again


# Cells


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("01/03/2020", dt.date(2020, 3, 1)), ("2020-03-01", dt.date(2020, 3, 1)), ("1-3-20", dt.date(2020, 3, 1)),
        ("20200301", dt.date(2020, 3, 1)), ("1er mars 2020", dt.date(2020, 3, 1)),
        ("1 déc. 2020", dt.date(2020, 12, 1)),
        ("43891", dt.date(2020, 3, 1)), ("31/12/2999", None), ("—", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_days_are_read_in_every_usual_form(client: Clients, db: Session, typed: str, day: dt.date | None) -> None:
    written(client("rh"), f"Matricule;Nom;Prénom;Date d'entrée\n1;A;Ana;{typed}\n".replace("—", "-"))
    assert people(db)["1"].arrived_on == day


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1;A;Ana;Urgences;;;31/02/2020;", "31/02/2020"),
        ("1;A;Ana;Urgences;;;bientôt;", "Une date est attendue"),
        ("1;;Ana;Urgences;;;;", "« Nom » manque"),
        (f"{'9' * 41};A;Ana;Urgences;;;;", "40 au plus"),
        ("1;A;Ana;Urgences;;Prestataire;;", "Indiquez la société"),
        ("1;A;Ana;Urgences;;;02/02/2090;01/01/2090", "suivre le dernier jour"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_cell_that_cannot_be_keeps_its_line_out_and_is_named(
    client: Clients, db: Session, line: str, said: str
) -> None:
    rh = client("rh")
    address = read(rh, HEAD + line + "\n" + PAUL)
    words = rh.get(address).words
    assert said in words
    assert "ligne 2" in words
    rh.post(f"{address}/confirmer")
    assert set(people(db)) == {"002"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_vigie_does_not_keep_is_said_and_not_kept(client: Clients, db: Session) -> None:
    rh = client("rh")
    text = "Matricule;Nom;Prénom;Date de naissance;NIR;Courriel\n1;A;Ana;01/01/1980;280017512345678;pas d'adresse\n"
    words = rh.get(written(rh, text)).words
    assert words.count("Vigie ne garde pas cette donnée") == 2
    assert "280017512345678" not in words
    assert "adresse électronique complète" in words
    assert people(db)["1"].email is None


# Taking back


def test_an_import_of_people_is_taken_back_services_included(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + PAUL)
    text = HEAD + MARIE.replace("Urgences", "Bloc") + PAUL.replace("Médecin", "Chef")
    address = written(rh, text, departments="service:Bloc")
    assert rh.post(f"{address}/annuler").status == 303
    assert {number: one.function_title for number, one in people(db).items()} == {"002": "Médecin"}
    assert db.scalar(select(func.count()).select_from(Department).where(Department.name == "Bloc")) == 0


def test_an_import_of_people_stays_when_somebody_continued_it(client: Clients, db: Session, write: Write) -> None:
    rh = client("rh")
    address = written(rh, HEAD + MARIE + PAUL)
    with write() as session:
        session.scalars(select(Person).where(Person.employee_number == "001")).one().phone = "01"
    refused = rh.post(f"{address}/annuler")
    assert refused.status == 422
    assert "Marie MARTIN" in refused.words
    assert len(people(db)) == 2


def test_an_import_that_others_rest_upon_stays(client: Clients, db: Session, write: Write, home: uuid.UUID) -> None:
    rh = client("rh")
    address = written(rh, HEAD + MARIE)
    person(write, home, "Petit", "Paul", manager_id=people(db)["001"].id)
    refused = rh.post(f"{address}/annuler")
    assert refused.status == 422
    assert "s’appuient déjà" in refused.words
    assert "001" in people(db)


def test_a_preview_overtaken_by_the_directory_is_shown_again(client: Clients, db: Session, write: Write) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE)
    address = read(rh, HEAD + MARIE.replace("Infirmière", "Cadre"))
    with write() as session:
        session.scalars(select(Person)).one().phone = "01"
    assert rh.post(f"{address}/confirmer").status == 409
    assert people(db)["001"].function_title == "Infirmière"


# Rights


def test_each_sees_only_the_imports_of_her_subjects(client: Clients, db: Session) -> None:
    rh, dpo = client("rh"), client("dpo")
    address = read(rh, HEAD + MARIE)
    for path in ("", "/avancement"):
        assert dpo.get(address + path).status == 403
    for step in ("confirmer", "abandonner", "annuler", "portee", "colonnes"):
        assert dpo.post(f"{address}/{step}").status == 403
    assert "paie.csv" in rh.get("/imports/").words
    assert "paie.csv" not in dpo.get("/imports/").words
    assert client("dsi").get(address).status == 404
    assert client("dpo-est").get(address).status == 404
    assert db.scalars(select(ImportBatch.state)).one() is BatchState.CHECKED


def test_one_cannot_import_what_is_not_hers(client: Clients, db: Session) -> None:
    page = brought(client("dpo"), (HEAD + MARIE).encode("cp1252"))
    assert page.status in (303, 422)
    assert [one.subject for one in db.scalars(select(ImportBatch))] in ([], ["register"])
    assert not people(db)


def test_who_may_import_finds_the_room_in_the_menu(client: Clients) -> None:
    assert client("rh").get("/").all("a", href="/imports/")
    assert not client("agent").get("/").all("a", href="/imports/")


def test_columns_are_remembered_for_each_subject(client: Clients, db: Session) -> None:
    rh = client("rh")
    text = "Matricule;Qui;Prénom\n1;A;Ana\n".encode()
    asked = brought(rh, text)
    values: dict[str, Any] = rh.get(asked.location).values(action=asked.location)
    refused = rh.post(asked.location, values)
    assert refused.status == 422
    assert "« Nom » et « Prénom »" in refused.words
    rh.post(asked.location, values | {"0-1": "family_name"})
    assert not brought(rh, text).location.endswith("/colonnes")


def test_today_is_proposed_for_the_departures(client: Clients, db: Session) -> None:
    rh = client("rh")
    written(rh, HEAD + MARIE + PAUL)
    page = rh.get(read(rh, HEAD + MARIE))
    assert page.one("input", name="absent_on").get("value") == today().isoformat()


@pytest.mark.parametrize("database", ["sqlite, demonstration"], indirect=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_directory_of_the_demonstration_taken_out_and_brought_back_changes_nothing(
    client: Clients, db: Session, stage: Stage, kind: str
) -> None:
    rh = client("rh")
    out = rh.post("/personnes/exporter", {"format": kind, "liste": "montrer=tous"})
    assert out.status == 200
    mine = Person.establishment_id == stage.establishments["CHVA"]
    count = db.scalar(select(func.count()).where(mine, Person.merged_into_id.is_(None)))
    words = rh.get(read(rh, out.data, f"annuaire.{kind}")).words
    assert f"{count} Inchangée" in words
    assert "rien à écrire" in words
