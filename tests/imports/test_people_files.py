"""Files of people as they come: other tools, other encodings, and files that mean harm."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.imports import ImportBatch
from models.people import Person
from tests.client import HouseClient
from tests.imports import builders
from tests.imports.test_people import HEAD, MARIE, brought, people, read, written

Clients = Callable[[str | None], HouseClient]

DOCTORS = [
    ["ID Médecin", "Nom", "Prénom", "Spécialité", "Hôpital", "Téléphone", "Sexe", "Adresse Hôpital"],
    ["2868", "Roche", "Jessé", "Neurologue", "Anse, Ponant et Cie", "0040733458", "Homme", "Rue du Port 10, Anse"],
    ["2044", "Short", "Oscar", "Généraliste", "Anse", "(471)326-1543x72449", "Homme", "Avenue des Médecins 5, Anse"],
]
ROWS: list[list[str | None]] = [
    ["Matricule", "Nom", "Prénom", "UF"],
    ["007", "Le Goff", "Noé", "Urgences"],
    [None, None, None, None],
]

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@one_database
def test_a_directory_of_doctors_in_latin_1(client: Clients, db: Session) -> None:
    rh = client("rh")
    address = read(rh, builders.text(DOCTORS, encoding="latin-1"))
    words = rh.get(address).words
    assert words.count("Vigie ne garde pas cette donnée") == 3
    rh.post(f"{address}/confirmer")
    doctors = people(db)
    assert {number: one.function_title for number, one in doctors.items()} == {
        "2868": "Neurologue", "2044": "Généraliste",
    }  # fmt: skip
    assert doctors["2868"].phone == "0040733458"
    assert doctors["2868"].name == "Jessé Roche"


@one_database
@pytest.mark.parametrize("kind", ["xlsx", "ods", "utf-8-sig", "utf-16", "comma", "tab"])
def test_every_kind_of_file_says_the_same(client: Clients, db: Session, kind: str) -> None:
    texts = [[cell or "" for cell in row] for row in ROWS]
    made = {
        "xlsx": lambda: builders.xlsx({"Agents": ROWS}),
        "ods": lambda: builders.ods({"Agents": ROWS}),
        "utf-8-sig": lambda: builders.text(texts, encoding="utf-8-sig"),
        "utf-16": lambda: builders.text(texts, encoding="utf-16"),
        "comma": lambda: builders.text(texts, ","),
        "tab": lambda: builders.text(texts, "\t"),
    }[kind]()
    rh = client("rh")
    address = read(rh, made, f"agents.{kind if kind in ('xlsx', 'ods') else 'csv'}")
    rh.post(f"{address}/confirmer")
    (noe,) = people(db).values()
    assert (noe.name, noe.employee_number, noe.department.name) == ("Noé Le Goff", "007", "Urgences")


@one_database
@pytest.mark.parametrize(
    ("data", "filename", "said"),
    [
        (b"", "vide.csv", "vide"),
        (b"%PDF-1.7 x", "agents.csv", "PDF"),
        (b"PK\x03\x04 coupe", "agents.xlsx", "abîmé"),
        (b'{"agents": []}', "agents.json", "JSON"),
        (builders.zipped({"a.txt": "x"}), "agents.zip", "archive"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_to_do(
    client: Clients, db: Session, data: bytes, filename: str, said: str
) -> None:
    page = brought(client("rh"), data, filename)
    assert page.status == 422
    assert said in page.words
    assert db.scalars(select(ImportBatch)).all() == []


@one_database
def test_a_name_that_is_a_formula_or_markup_stays_a_text_and_a_total_is_nobody(client: Clients, db: Session) -> None:
    rh = client("rh")
    marie = MARIE.replace("MARTIN", "=SOMME(A)").replace("Marie", "<script>alert(1)</script>")
    address = written(rh, HEAD + marie + MARIE.replace("MARTIN", "Total : 2 agents"))
    page = rh.get(address)
    assert "mais un total" in page.words
    assert not [one for one in page.all("script") if one.text]
    (one,) = db.scalars(select(Person)).all()
    assert one.family_name == "=SOMME(A)"


@one_database
def test_a_file_without_people_writes_nothing(client: Clients, db: Session) -> None:
    rh = client("rh")
    asked = brought(rh, b"bonjour")
    assert "Aucun tableau" in rh.get(asked.location).words
    assert not people(db)
