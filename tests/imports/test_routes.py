"""A DPO brings her register in: looks first, confirms, takes back; and nothing is ever half done."""

import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accounts import RoleGrant
from models.imports import BatchState, ImportBatch
from models.journal import Entry, Verb
from models.register.activity import Activity
from models.register.words import Status
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.imports.builders import zipped
from tests.register.test_routes import begun, complete, edited

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]

TABLE = "Référence;Nom du traitement;Finalité;Base légale;Personnes concernées;Catégories de données\n"


def brought(who: HouseClient, data: bytes, filename: str) -> Page:
    """A file chosen and sent."""
    return who.post("/imports/nouveau", {"file": (BytesIO(data), filename)}, content_type="multipart/form-data")


def table(*lines: str) -> bytes:
    return (TABLE + "\n".join(lines)).encode("cp1252")


def mapped(who: HouseClient, data: bytes) -> str:
    """A table brought in, its proposed columns accepted; gives the import's address."""
    asked = brought(who, data, "registre.csv")
    assert asked.location.endswith("/colonnes")
    page = who.get(asked.location)
    done = who.post(asked.location, page.values(action=asked.location))
    assert done.status == 303, done.words
    return done.location


def count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Activity)) or 0


def test_who_works_in_all_establishments_is_asked_for_one_beside_its_field(
    client: Clients, write: Write, stage: Stage, db: Session
) -> None:
    with write() as session:
        session.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users["dpo"])).one().establishment_id = None
    dpo, line = client("dpo"), "T-1;Paie;Payer les agents;Obligation légale;Agents;Identité"
    asked = brought(dpo, table(line), "registre.csv")
    assert (asked.status, db.scalars(select(ImportBatch)).all()) == (422, [])
    assert asked.one("select", name="etablissement").get("aria-invalid") == "true"
    sent = {"file": (BytesIO(table(line)), "registre.csv"), "etablissement": "CHE"}
    assert dpo.post("/imports/nouveau", sent, content_type="multipart/form-data").status == 303
    assert db.scalars(select(ImportBatch)).one().establishment_id == stage.establishments["CHE"]


def test_a_table_is_read_shown_then_written_as_a_whole(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    line = "T-1;Paie;Payer les agents;Obligation légale;Agents;Identité"
    address = mapped(dpo, table(line, "T-2;Badges;Ouvrir les portes;Mission d’intérêt public;Visiteurs;Identité"))
    assert "2 À créer" in dpo.get(address).words
    assert count(db) == 0
    assert dpo.post(f"{address}/confirmer").status == 303
    assert count(db) == 2
    page = dpo.get("/registre/?q=badges")
    assert "Ouvrir les portes" in page.words
    told = db.scalars(select(Entry).where(Entry.verb == Verb.IMPORTED)).one()
    assert told.detail["created"] == 2


def test_the_meaning_of_columns_is_remembered(client: Clients) -> None:
    dpo = client("dpo")
    mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    again = brought(dpo, table("T-2;Badges;Ouvrir;Obligation légale;Agents;Identité"), "autre.csv")
    assert not again.location.endswith("/colonnes")


def test_an_import_is_taken_back_while_nobody_touched_it(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    dpo.post(f"{address}/confirmer")
    assert dpo.post(f"{address}/annuler").status == 303
    assert count(db) == 0
    assert "Annulé" in dpo.get(address).words


def test_an_import_that_somebody_continued_is_not_taken_back(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    dpo.post(f"{address}/confirmer")
    identity = db.scalars(select(Activity.id)).one()
    edited(dpo, f"/registre/{identity}", "identite", notes="Repris à la main")
    refused = dpo.post(f"{address}/annuler")
    assert refused.status == 422
    assert "T-1" in refused.words
    assert count(db) == 1


def test_a_change_is_undone_to_what_was_before(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    begun(dpo, "Paie")
    reference = db.scalars(select(Activity.reference)).one()
    address = mapped(dpo, table(f"{reference};Paie et primes;Payer tout;Obligation légale;Agents;Identité"))
    assert "1 À modifier" in dpo.get(address).words
    dpo.post(f"{address}/confirmer")
    db.expire_all()
    assert db.scalars(select(Activity.name)).one() == "Paie et primes"
    assert dpo.post(f"{address}/annuler").status == 303
    db.expire_all()
    activity = db.scalars(select(Activity)).one()
    assert (activity.name, activity.status) == ("Paie", Status.PREQUALIFIED)
    assert [purpose.label for purpose in activity.purposes] == ["Payer"]


def test_a_preview_that_no_longer_holds_is_shown_again_and_nothing_is_written(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    record = begun(dpo, "Paie")
    reference = db.scalars(select(Activity.reference)).one()
    address = mapped(dpo, table(f"{reference};Paie et primes;Payer;Obligation légale;Agents;Identité"))
    edited(client("dpo"), record, "identite", notes="Entre-temps")
    page = dpo.post(f"{address}/confirmer")
    assert page.status == 409
    db.expire_all()
    assert db.scalars(select(Activity.name)).one() == "Paie"


def test_confirming_twice_writes_once(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    assert dpo.post(f"{address}/confirmer").status == 303
    assert dpo.post(f"{address}/confirmer").status == 422
    assert count(db) == 1


def exported(dpo: HouseClient, kind: str, **more: Any) -> bytes:
    answer = dpo.post("/registre/exporter", {"format": kind, **more})
    assert answer.status == 200, answer.words
    return answer.data


@pytest.mark.parametrize("database", ["sqlite, demonstration"], indirect=True)
def test_the_cnil_s_layout_of_the_demonstration_comes_back_without_a_change(client: Clients) -> None:
    dpo = client("dpo")
    houses = [one.get("value") for one in dpo.get("/registre/exporter").one("select", name="etablissement")]
    for code in filter(None, houses):
        data = exported(dpo, "ods", etablissement=code)
        sent = {"file": (BytesIO(data), "registre.ods"), "etablissement": code}
        came = dpo.post("/imports/nouveau", sent, content_type="multipart/form-data")
        words = dpo.get(came.location).words
        assert "0 À créer 0 À modifier" in words, words
        assert " 0 Inchangée 0 Refusée" not in words


def test_what_changed_in_the_cnil_s_layout_leaves_the_rest_as_it_is(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    complete(dpo, begun(dpo, "Paie"))
    record = db.scalars(select(Activity)).one()
    before = record.state()
    assert len(record.purposes) == 1
    label = record.purposes[0].label
    archive = zipfile.ZipFile(BytesIO(exported(dpo, "ods")))
    entries = {name: archive.read(name).decode() for name in archive.namelist()}
    entries["content.xml"] = entries["content.xml"].replace(label, "Payer autrement")
    came = brought(dpo, zipped(entries), "registre.ods")
    assert "1 À modifier" in dpo.get(came.location).words
    assert dpo.post(f"{came.location}/confirmer").status == 303
    db.expire_all()
    after = record.state()
    assert [row.pop("label") for row in after["parts"]["purposes"]] == ["Payer autrement"]
    del before["parts"]["purposes"], after["parts"]["purposes"]
    assert after["parts"] == before["parts"]


def test_the_complements_of_the_cnil_s_layout_come_in_too(client: Clients, write: Write, db: Session) -> None:
    dpo = client("dpo")
    complete(dpo, begun(dpo, "Paie"))
    with write() as session:
        record = session.scalars(select(Activity)).one()
        record.description, record.applications, record.information = "Payer\nles agents", "=Chronos", "Note de service"
    came = brought(client("dpo-est"), exported(dpo, "ods"), "registre.ods")
    assert "De cette feuille sont repris les champs des fiches" in client("dpo-est").get(came.location).words
    assert client("dpo-est").post(f"{came.location}/confirmer").status == 303
    first, second = db.scalars(select(Activity).order_by(Activity.created_at)).all()
    said = ("description", "applications", "information", "kind", "automated_decision", "owner_service")
    assert [getattr(second, key) for key in said] == [getattr(first, key) for key in said]
    assert [(row.label, row.lawful_basis) for row in second.purposes] == [
        (row.label, row.lawful_basis) for row in first.purposes
    ]


@pytest.mark.parametrize("kind", ["xlsx", "json", "csv"])
def test_what_we_export_comes_back_without_a_change(client: Clients, db: Session, kind: str) -> None:
    dpo = client("dpo")
    complete(dpo, begun(dpo, "=1+1 @piège"))
    dpo.post("/registre/nouvelle/modele/TP01")
    came = brought(dpo, exported(dpo, kind), f"registre.{kind}")
    assert came.status == 303, came.words
    words = dpo.get(came.location).words
    assert "2 Inchangée" in words, words
    assert "0 À créer" in words
    assert "0 À modifier" in words


def test_a_cell_changed_in_our_workbook_changes_that_and_nothing_else(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    dpo.post("/registre/nouvelle/modele/TP01")
    book = load_workbook(BytesIO(exported(dpo, "xlsx")))
    sheet = book["Registre"]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("Contact opérationnel") + 1).value = "Dr Vannier"
    out = BytesIO()
    book.save(out)
    came = brought(dpo, out.getvalue(), "registre.xlsx")
    assert "1 À modifier" in dpo.get(came.location).words
    dpo.post(f"{came.location}/confirmer")
    told = db.scalars(select(Entry).where(Entry.subject_type == "activity").order_by(Entry.seq.desc())).first()
    assert told is not None
    assert [change["field"] for change in told.changes] == ["contact_name"]


@pytest.mark.parametrize(
    ("data", "filename", "said"),
    [
        (b"", "vide.xlsx", "vide"),
        (b"%PDF-1.7 x", "registre.pdf", "PDF"),
        (b"PK\x03\x04 coupe", "registre.xlsx", "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien.xls", ".xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(
    client: Clients, db: Session, data: bytes, filename: str, said: str
) -> None:
    page = brought(client("dpo"), data, filename)
    assert page.status == 422
    assert said in page.words
    assert db.scalars(select(ImportBatch)).all() == []


def test_a_file_too_big_is_refused_and_the_service_goes_on(client: Clients) -> None:
    dpo = client("dpo")
    size = 27 * 1024 * 1024
    page = dpo.get("/imports/nouveau", method="POST", input_stream=BytesIO(b"x" * size), content_length=size,
                   content_type="multipart/form-data; boundary=x")  # fmt: skip
    assert page.status == 413
    assert dpo.get("/registre/").status == 200


def test_an_import_given_up_changes_nothing(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    assert dpo.post(f"{address}/abandonner").status == 303
    assert db.scalars(select(ImportBatch.state)).one() is BatchState.ABANDONED
    assert dpo.post(f"{address}/confirmer").status == 422
    assert count(db) == 0


def test_the_import_of_another_hospital_does_not_exist(client: Clients) -> None:
    address = mapped(client("dpo"), table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    stranger = client("dpo-est")
    assert stranger.get(address).status == 404
    assert stranger.post(f"{address}/confirmer").status == 404


def test_a_workbook_with_an_impossible_date_names_the_cell(client: Clients) -> None:
    dpo = client("dpo")
    book = Workbook()
    sheet = book.create_sheet("Registre 2026", 0)
    sheet.append(["Nom du traitement", "Finalité", "Date de création"])
    sheet.append(["Paie", "Payer", "31/02/2026"])
    out = BytesIO()
    book.save(out)
    words = dpo.get(mapped(dpo, out.getvalue())).words
    assert "31/02/2026" in words
    assert "Registre 2026" in words
