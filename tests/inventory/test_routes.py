"""The inventory's doors, as the people of the cast use them."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.inventory.application import Application
from models.inventory.words import Criticality, Status
from models.journal import Entry, Verb
from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]


def added(it: HouseClient, name: str = "Dossier patient", **more: str) -> str:
    """An application put in the inventory; gives its address."""
    page = it.post("/applications/nouvelle", {"name": name, "holds_health_data": "yes", **more})
    assert page.status == 303, page.words
    return page.location


def edited(who: HouseClient, address: str, slug: str, **typed: object) -> Page:
    """A section of an application, opened, changed and sent."""
    form = who.get(f"{address}/modifier/{slug}")
    assert form.status == 200
    return who.post(f"{address}/modifier/{slug}", {**form.values(id="section"), **typed})


def test_the_it_manager_adds_an_application_and_finds_it(client: Clients) -> None:
    it = client("dsi")
    address = added(it, "Dossier patient informatisé", domain="care", criticality="vital")
    assert "Dossier patient informatisé" in it.get(address).title
    assert "Dossier patient informatisé" in it.get("/applications/?q=PATIENT+dossier").words
    assert "Aucune application" in it.get("/applications/?q=introuvable").words
    assert "À auditer" in it.get("/applications/?montrer=a-auditer").words


def test_an_application_without_name_is_refused_and_nothing_is_kept(client: Clients, db: Session) -> None:
    page = client("dsi").post("/applications/nouvelle", {"name": " ", "description": "Sert à tout"})
    assert page.status == 422
    assert "Renseignez ce champ" in page.words
    assert "Sert à tout" in page.text
    assert db.scalars(select(Application)).all() == []


def test_every_section_is_saved_and_told_by_the_journal(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = added(it)
    assert edited(it, address, "identite", name="DPI", version="7.2", criticality="high").status == 303
    assert edited(it, address, "editeur", hosting="hds", contract_ends_on="2030-01-31").status == 303
    assert edited(it, address, "usage", users_count="1 200", health_data_kinds="record").status == 303
    assert edited(it, address, "acces", identity_source="directory", generic_accounts="3").status == 303
    assert edited(it, address, "referentiels", identity_link="connected", manages_ins="yes").status == 303
    assert edited(it, address, "reprise", restart_procedure="spread", recovery_tested_on="2026-01-05").status == 303
    page = edited(it, address, "disponibilite", availability_target="99,5", add="availability")
    values = page.values(id="section")
    sent = it.post(f"{address}/modifier/disponibilite", {**values, "availability-0-month": "2026-02",
                   "availability-0-measured": "99,2", "availability-0-incidents": "2"})  # fmt: skip
    assert sent.status == 303
    words = it.get(address).words
    for shown in ("7.2", "Forte", "certifié HDS", "31/01/2030", "1200", "Dossier médical", "99,5", "02/2026", "99,2"):
        assert shown in words, shown
    last = db.scalars(select(Entry).where(Entry.subject_type == "application").order_by(Entry.seq.desc())).first()
    assert last is not None
    assert last.verb is Verb.CHANGED
    assert "Disponibilité" in it.get(f"{address}/historique").words


@pytest.mark.parametrize(
    ("slug", "typed", "sentence"),
    [
        ("identite", {"reference": ""}, "Renseignez ce champ"),
        ("identite", {"status": "retired"}, "un motif est demandé"),
        ("usage", {"users_count": "beaucoup"}, "nombre entier"),
        ("usage", {"users_count": "-3"}, "nombre entier"),
        ("editeur", {"contract_ends_on": "31/02/2026"}, "date qui existe"),
        ("editeur", {"vendor_id": "3c5a3b3e-0000-4000-8000-000000000000"}, "valeur de la liste"),
        ("disponibilite", {"availability_target": "120"}, "entre 0 et 100"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    slug: str, typed: dict[str, str], sentence: str, client: Clients, db: Session
) -> None:
    it = client("dsi")
    address = added(it)
    page = edited(it, address, slug, **typed)
    assert page.status == 422
    assert sentence in page.words
    found = db.scalars(select(Application)).one()
    assert (found.revision, found.status) == (1, Status.PRODUCTION)


def test_two_people_edit_the_same_section_and_the_second_loses_nothing(client: Clients) -> None:
    it = client("dsi")
    address = added(it)
    mine = it.get(f"{address}/modifier/identite").values(id="section")
    assert edited(client("rssi"), address, "identite", name="Nom de l’autre").status == 303
    page = it.post(f"{address}/modifier/identite", {**mine, "name": "Mon nom", "notes": "Ma note"})
    assert page.status == 409
    assert "Nom de l’autre" in page.words
    assert page.values(id="section")["name"] == "Mon nom"
    assert page.values(id="section")["notes"] == "Ma note"
    assert it.post(f"{address}/modifier/identite", page.values(id="section")).status == 303
    assert "Mon nom" in it.get(address).title


def test_an_application_is_retired_with_a_reason_and_restored(client: Clients) -> None:
    it = client("dsi")
    address = added(it)
    assert it.post(f"{address}/retirer", {"reason": ""}).status == 422
    assert it.post(f"{address}/retirer", {"reason": "Remplacée"}).status == 303
    assert "Remplacée" in it.get(address).words
    assert "Dossier patient" not in it.get("/applications/").words
    assert it.post(f"{address}/remettre").status == 303
    assert it.post(f"{address}/remettre").status == 422


def test_several_applications_are_changed_at_once(client: Clients, db: Session) -> None:
    it = client("dsi")
    ids = [added(it, name).rsplit("/", 1)[1] for name in ("Un", "Deux")]
    assert it.post("/applications/lot", {"ids": ids, "faire": "criticite", "criticality": ""}).status == 422
    sent = it.post("/applications/lot", {"ids": ids, "faire": "criticite", "criticality": "vital", "liste": "q=u"})
    assert (sent.status, sent.headers["Location"]) == (303, "/applications/?q=u")
    assert {one.criticality for one in db.scalars(select(Application))} == {Criticality.VITAL}


def test_a_vendor_is_kept_with_its_contacts_once(client: Clients) -> None:
    it = client("dsi")
    form = {"name": "Éditeur du Nord", "contacts-0-name": "Nora Vidal", "contacts-0-email": "nora@nord.example"}
    made = it.post("/applications/editeurs/nouveau", form)
    assert made.status == 303
    assert "nora@nord.example" in it.get(made.location).words
    page = it.post("/applications/editeurs/nouveau", form)
    assert page.status == 422
    assert "déjà dans l’annuaire" in page.words
    address = made.location + "/modifier"
    assert it.post(address, {"name": "Éditeur du Nord", "email": "pas une adresse"}).status == 422
    kept = it.get(address).values(class_="form")
    assert it.post(address, {**kept, "name": "Nord Logiciels"}).status == 303
    assert it.post(address, {**kept, "name": "Sud Logiciels"}).status == 409
    assert "Nord Logiciels" in it.get("/applications/editeurs?q=nord").words


def test_an_application_is_tied_to_the_register_both_ways(client: Clients) -> None:
    dpo, it = client("dpo"), client("dsi")
    record = dpo.post("/registre/nouvelle", {"name": "Soins aux patients", "purpose": "Soigner", "kind": "controller"})
    form = dpo.get(f"{record.location}/modifier/identite").values(id="section")
    dpo.post(f"{record.location}/modifier/identite", {**form, "applications": "Dossier patient, messagerie"})
    address = added(it)
    page = it.get(f"{address}/traitements")
    assert "Soins aux patients" in page.words, "the record that names the application is proposed"
    fiche = record.location.rsplit("/", 1)[1]
    assert it.post(f"{address}/traitements", {"fiche": fiche}).status == 303
    assert "Soins aux patients" in it.get(address).words
    assert "Dossier patient" in it.get(record.location).words
    assert it.post(f"{address}/traitements", {"fiche": fiche, "faire": "delier"}).status == 303
    assert "Aucune fiche du registre" in it.get(address).words
    assert it.post(f"{address}/traitements", {"fiche": "?"}).status == 303


@pytest.mark.parametrize("kind", ["xlsx", "pdf", "csv", "json"])
def test_the_inventory_leaves_in_every_format(kind: str, client: Clients) -> None:
    it = client("dsi")
    added(it, "Dossier patient")
    sent = it.post("/applications/exporter", {"format": kind})
    assert sent.status == 200
    assert f".{kind}" in sent.headers["Content-Disposition"]
    assert len(sent.data) > 200
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(sent.data))
        assert book["Applications"]["C2"].value == "Dossier patient"


def test_an_export_without_format_is_refused(client: Clients) -> None:
    assert client("dsi").post("/applications/exporter", {"format": "doc"}).status == 422


def test_a_view_is_kept_for_herself_or_shared_with_colleagues(client: Clients) -> None:
    it, rssi = client("dsi"), client("rssi")
    added(it)
    assert it.post("/applications/vues", {"name": "Mes vitales", "query": "criticite=vital"}).status == 303
    assert (
        it.post("/applications/vues", {"name": "À auditer", "query": "montrer=a-auditer", "shared": "yes"}).status
        == 303
    )
    assert it.post("/applications/vues", {"name": " ", "query": "etat=project"}).status == 303, "asked for a name"
    hers, his = it.get("/applications/?criticite=vital"), rssi.get("/applications/")
    assert "Mes vitales" in hers.words
    assert "À auditer" in his.words
    assert "Mes vitales" not in his.words
    assert "Mes vitales" not in it.get("/registre/").words, "each list has its own"
    drop = next(one.get("action") for one in hers.all("form") if "retirer" in (one.get("action") or ""))
    assert rssi.post(drop).status == it.post(drop.replace("/applications/", "/registre/")).status == 404
    assert it.post(drop).status == 303
