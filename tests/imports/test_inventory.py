"""The IT manager brings the inventory of another tool; nothing leaves ours because a line is missing."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import today
from models.imports import ImportBatch
from models.inventory.application import Application
from models.inventory.vendor import Vendor
from models.inventory.words import Criticality, Hosting, IdentitySource, Status
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]

GLPI = "Nom;Éditeur;Version;Statut;Service;Criticité;Utilisateurs;Données de santé;Authentification\n"
DPI = "Dossier patient;Amance;8.2;En service;Urgences;Critique;1 200;Oui;AD\n"
PAYE = "Paie;Argos;11;En service;Atelier;Faible;environ dix;Non;SSO\n"


def read(it: HouseClient, data: bytes, filename: str) -> str:
    """A file brought in, its proposed columns accepted; gives the import's address."""
    sent = {"objet": "inventory", "file": (BytesIO(data), filename)}
    asked = it.post("/imports/nouveau", sent, content_type="multipart/form-data")
    assert asked.status == 303, asked.words
    if not asked.location.endswith("/colonnes"):
        return asked.location
    return it.post(asked.location, it.get(asked.location).values(action=asked.location)).location


def written(it: HouseClient, data: bytes, filename: str = "glpi.csv") -> str:
    address = read(it, data, filename)
    done = it.post(f"{address}/confirmer")
    assert done.status == 303, done.words
    return address


def applications(db: Session) -> dict[str, Any]:
    db.expire_all()
    return {one.name: one for one in db.scalars(select(Application))}


def mercator() -> bytes:
    """A workbook with the names of database columns, HTML in a text, a bare number of users, identities of no use."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["id", "name", "description", "vendor", "responsible", "external", "users", "editor", "entity_resp_id"])
    page.append([1, "Labo", "<p>Résultats &amp; demandes</p>", None, "Pierre", "Internal", "> 100", "Tech24", 15])
    page.append([2, "Gardes", "<p>Tableau</p>", None, "Sue", "external", "10", None, 13])
    page.append([3, "Apache", None, None, None, None, None, None, None])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_export_of_glpi_is_brought_in_with_each_doubt_at_its_cell(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = read(it, (GLPI + DPI + PAYE).encode("cp1252"), "glpi.csv")
    words = it.get(address).words
    assert "2 À créer" in words
    assert "Ce service n’existe pas dans Vigie" in words
    assert "Un nombre est attendu" in words
    assert applications(db) == {}, "nothing is written before it is confirmed"
    assert it.post(f"{address}/confirmer").status == 303
    found = applications(db)
    dpi, paye = found["Dossier patient"], found["Paie"]
    assert (dpi.criticality, dpi.status, dpi.users_count) == (Criticality.VITAL, Status.PRODUCTION, 1200)
    assert (dpi.vendor.name, dpi.department.name, dpi.holds_health_data) == ("Amance", "Urgences", True)
    assert (paye.identity_source, paye.department, paye.users_count) == (IdentitySource.SINGLE_SIGN_ON, None, None)
    assert dpi.reference < paye.reference, "numbered in the order of the file"


def test_an_export_of_mercator_is_brought_in(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = written(it, mercator(), "mercator.xlsx")
    assert "Vigie ne garde pas cette donnée" in it.get(address).words
    found = applications(db)
    assert set(found) == {"Labo", "Gardes", "Apache"}
    labo = found["Labo"]
    assert (labo.description, labo.users_count, labo.owner_name) == ("Résultats & demandes", 100, "Pierre")
    assert (labo.hosting, found["Gardes"].hosting, labo.vendor.name) == (Hosting.ON_SITE, Hosting.OTHER, "Tech24")


def test_the_same_file_again_changes_nothing_and_an_absent_line_removes_nothing(client: Clients, db: Session) -> None:
    it = client("dsi")
    written(it, (GLPI + DPI + PAYE).encode("cp1252"))
    assert "2 Inchangée" in it.get(read(it, (GLPI + DPI + PAYE).encode("cp1252"), "glpi.csv")).words
    written(it, (GLPI + DPI.replace("8.2", "9")).encode("cp1252"))
    found = applications(db)
    assert set(found) == {"Dossier patient", "Paie"}
    assert (found["Dossier patient"].version, found["Paie"].status) == ("9", Status.PRODUCTION)


def test_what_we_export_comes_back_without_a_change(client: Clients, db: Session) -> None:
    it = client("dsi")
    written(it, (GLPI + DPI + PAYE).encode("cp1252"))
    sent = it.post("/applications/exporter", {"format": "xlsx"})
    words = it.get(read(it, sent.data, "applications.xlsx")).words
    assert "2 Inchangée" in words
    assert "Les audits font preuve" in words
    assert "coordonnées et contacts s’y complètent" in words


def test_an_import_is_taken_back_while_nobody_assessed_it(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = written(it, (GLPI + DPI).encode("cp1252"))
    assert it.post(f"{address}/annuler").status == 303
    assert applications(db) == {}
    assert db.scalars(select(Vendor)).all() == []
    address = written(it, (GLPI + DPI).encode("cp1252"))
    it.post(f"/applications/{applications(db)['Dossier patient'].id}/audits")
    refused = it.post(f"{address}/annuler")
    assert refused.status == 422
    assert "déjà auditée" in refused.words


def test_what_another_tool_took_out_of_service_comes_in_as_retired(client: Clients, db: Session) -> None:
    it = client("dsi")
    gone = (
        "Mis au rebut",
        "Mise au rebut",
        "Mis hors service",
        "Hors service",
        "Réformé(e)",
        "Décommissionné",
        "Retirée",
    )
    told = [f"Vieux {at};{state};" for at, state in enumerate(gone)]
    told += ["Daté;Réformé;12/03/2024", "Bientôt;En service;", "Prévu;En commande;", "Flou;À réformer;"]
    data = "\n".join(["Nom;Statut;Date de réforme", *told]).encode("cp1252")
    address = read(it, data, "glpi.csv")
    words = it.get(address).words
    assert words.count("La date du retrait n’est pas dite") == len(gone)
    assert words.count("Valeur non reconnue") == 1, "what is only planned is asked about"
    it.post(f"{address}/confirmer")
    found = applications(db)
    assert {name for name, one in found.items() if one.status is Status.RETIRED} == {
        "Daté", *(f"Vieux {at}" for at in range(len(gone)))
    }  # fmt: skip
    assert (found["Prévu"].status, found["Bientôt"].status) == (Status.PROJECT, Status.PRODUCTION)
    assert (found["Daté"].retired_on, found["Vieux 0"].retired_on) == (dt.date(2024, 3, 12), today())
    assert "date inconnue" in found["Vieux 0"].retire_reason
    assert f"{len(told)} Inchangée" in it.get(read(it, data, "glpi.csv")).words, "the day of the first import stays"


def test_an_application_is_not_both_retired_and_in_service(client: Clients, db: Session) -> None:
    it = client("dsi")
    written(it, "Nom;Statut\nVieux;Réformé\n".encode("cp1252"))
    words = it.get(read(it, "Nom;Statut\nVieux;En service\nNeuf;En service\n".encode("cp1252"), "liste.csv")).words
    assert "1 Refusée" in words
    assert "remettez-la d’abord en service" in words


def test_the_dpo_does_not_import_the_inventory(client: Clients, db: Session) -> None:
    sent = {"objet": "inventory", "file": (BytesIO(GLPI.encode()), "glpi.csv")}
    client("dpo").post("/imports/nouveau", sent, content_type="multipart/form-data")
    assert "inventory" not in db.scalars(select(ImportBatch.subject)).all()
