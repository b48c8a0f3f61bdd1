"""An attendance list brought in: the persons of the directory are matched, the unknown ones are named."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import today
from models.people import Person, PersonKind
from models.policy.training import Attendance, TrainingSession
from tests.cast import Stage
from tests.client import HouseClient

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]

LIST = (
    "Matricule;Nom;Prénom;Service;Présence;Note\n"
    "4510;BERGER;Nadia;Urgences;X;80\n;DIALLO;Omar;Urgences;Absent;\n;INCONNU;Jean;;X;\n;GARNIER;Lise;;;\n"
)


def read(who: HouseClient, text: str) -> str:
    """A list brought in, its proposed columns accepted; gives the import's address."""
    values = {"objet": "policy", "file": (BytesIO(text.encode("cp1252")), "emargement.csv")}
    asked = who.post("/imports/nouveau", values, content_type="multipart/form-data")
    assert asked.status == 303, asked.words
    if not asked.location.endswith("/colonnes"):
        return asked.location
    done = who.post(asked.location, who.get(asked.location).values(action=asked.location))
    assert done.status == 303, done.words
    return done.location


def test_a_list_is_matched_with_the_directory_and_the_unknown_are_named(
    client: Clients, stage: Stage, write: Write, db: Session
) -> None:
    home = stage.establishments["CHA"]
    with write() as session:
        for number, (given, family) in enumerate((("Nadia", "Berger"), ("Omar", "Diallo"), ("Lise", "Garnier"))):
            session.add(
                Person(
                    establishment_id=home, given_name=given, family_name=family, kind=PersonKind.STAFF,
                    employee_number=f"451{number}", department_id=stage.departments["Urgences"],
                )
            )  # fmt: skip
    rssi = client("rssi")
    early = rssi.get(read(rssi, LIST))
    assert "Enregistrez d’abord la séance" in early.words
    with write() as session:
        held = TrainingSession(establishment_id=home, title="Les réflexes de base", held_on=today())
        session.add(held)
        session.flush()
        identity = held.id
    address = read(client("rh"), LIST)
    page = rssi.get(address)
    for words in ("Les réflexes de base", "Jean INCONNU", "Personne inconnue de l’annuaire", "Hors annuaire : 1"):
        assert words in page.words
    assert db.scalars(select(Attendance)).all() == []
    assert rssi.post(f"{address}/confirmer").status == 303
    came = {one.name: (one.attended, one.score, one.person_id is not None) for one in db.scalars(select(Attendance))}
    assert came == {
        "Nadia Berger": (True, 80, True),
        "Omar Diallo": (False, None, True),
        "Jean INCONNU": (True, None, False),
        "Lise Garnier": (False, None, True),
    }
    assert "Urgences 1 sur 3" in rssi.get("/pssi/sensibilisation").words
    assert "hors annuaire" in rssi.get(f"/pssi/sensibilisation/{identity}").words
    again = rssi.get(read(rssi, LIST)).words
    assert "4 Inchangée" in again
    assert client("dpo").get(address).status == 403
    assert rssi.post(f"{address}/annuler").status == 303
    db.expire_all()
    assert db.scalars(select(Attendance)).all() == []
