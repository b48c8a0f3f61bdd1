"""The RSSI brings scenarios in: his own table, or the workbook that Vigie gave, which then changes nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.imports import ImportBatch
from models.register.catalogue import Term
from models.risks.parts import Element
from models.risks.scenario import Scenario
from models.risks.words import Axis, Treatment
from tests.cast import Stage
from tests.client import HouseClient
from tests.house.risky import lay_risks

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]

TABLE = (
    "N°;Risque;Type de risque;Description;Gravité brute;Vraisemblance brute;Impact résiduel;Probabilité résiduelle;"
    "Option de traitement;Actifs;Mesures liées;Propriétaire du risque\n"
    ";Panne du cœur de réseau;Technique;Bâtiment C isolé;G4;3 – Très;4;1;Traiter;Cœur de réseau;MS01;D. Silva\n"
    ";Fuite par messagerie;Métier;;Grave;Quasi certain;2;2;Transférer;;M99;\n"
    ";Risque impossible;Métier;;1;1;4;4;;;;\n"
    ";Hors échelle;Métier;;7;1;;;;;;\n"
)


def read(who: HouseClient, data: bytes, filename: str) -> str:
    """A file brought in, its proposed columns accepted; gives the import's address."""
    sent = {"objet": "risks", "file": (BytesIO(data), filename)}
    asked = who.post("/imports/nouveau", sent, content_type="multipart/form-data")
    assert asked.status == 303, asked.words
    if not asked.location.endswith("/colonnes"):
        return asked.location
    return who.post(asked.location, who.get(asked.location).values(action=asked.location)).location


def test_a_table_of_risks_is_brought_in_previewed_and_taken_back(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        lay_risks(session, stage.establishments["CHA"])
    rssi = client("rssi")
    address = read(rssi, TABLE.encode("cp1252"), "risques.csv")
    words = rssi.get(address).words
    for said in ("2 À créer", "Le risque résiduel ne dépasse pas le risque brut", "pas dans l’échelle", "M99"):
        assert said in words, said
    assert len(db.scalars(select(Scenario)).all()) == 1, "nothing is written before it is confirmed"
    done = rssi.post(f"{address}/confirmer")
    assert done.status == 303, done.words
    found = {one.title: one for one in db.scalars(select(Scenario))}
    network, leak = found["Panne du cœur de réseau"], found["Fuite par messagerie"]
    assert (network.number, network.axis, network.treatment) == (2, Axis.INFRASTRUCTURE, Treatment.REDUCE)
    assert (network.inherent_severity, network.inherent_likelihood, network.residual_likelihood) == (4, 3, 1)
    assert ([one.name for one in network.elements], [one.reference for one in network.measures]) == (
        ["Cœur de réseau"], ["MS01"],
    )  # fmt: skip
    assert (leak.inherent_severity, leak.inherent_likelihood, leak.treatment) == (3, 4, Treatment.SHARE)
    assert rssi.post(f"{address}/annuler").status == 303
    db.expire_all()
    assert [one.title for one in db.scalars(select(Scenario))] == ["Rançongiciel au bloc"]
    assert [one.name for one in db.scalars(select(Element))] == ["Serveurs du bloc"]


def test_the_workbook_comes_back_unchanged_and_its_changes_are_kept(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        every = [(one.scheme, one.code) for one in session.scalars(select(Term))]
        made["scenario"].sources = [code for scheme, code in every if scheme == "risk_sources"]
        made["scenario"].criteria = [code for scheme, code in every if scheme == "risk_criteria"]
        place = f"/risques/{made['analysis'].id}"
    rssi = client("rssi")
    sent = rssi.post(f"{place}/exporter", {"format": "xlsx"})
    address = read(rssi, sent.data, "analyse.xlsx")
    words = rssi.get(address).words
    assert ("0 À créer" in words, "0 À modifier" in words) == (True, True), words
    book = openpyxl.load_workbook(BytesIO(sent.data))
    sheet = book["Scénarios"]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("Gravité actuelle") + 1, 3)
    sheet.cell(2, heads.index("Vraisemblance actuelle") + 1, 2)
    sheet.cell(2, heads.index("Éléments menacés") + 1, "Serveurs du bloc; Onduleur")
    file = BytesIO()
    book.save(file)
    address = read(rssi, file.getvalue(), "analyse.xlsx")
    assert rssi.post(f"{address}/confirmer").status == 303
    one = db.scalars(select(Scenario)).one()
    assert (one.current_severity, one.current_likelihood) == (3, 2)
    assert [element.name for element in one.elements] == ["Onduleur", "Serveurs du bloc"]
    assert rssi.post(f"{address}/annuler").status == 303
    db.expire_all()
    one = db.scalars(select(Scenario)).one()
    assert (one.current_severity, [element.name for element in one.elements]) == (None, ["Serveurs du bloc"])


def test_who_does_not_lead_the_analyses_imports_none(client: Clients, db: Session) -> None:
    assert "Scénarios de risque" not in client("dpo").get("/imports/nouveau").words
    sent = {"objet": "risks", "file": (BytesIO(TABLE.encode()), "risques.csv")}
    client("dsi").post("/imports/nouveau", sent, content_type="multipart/form-data")
    assert "risks" not in db.scalars(select(ImportBatch.subject)).all(), "another subject is all that he may bring"
