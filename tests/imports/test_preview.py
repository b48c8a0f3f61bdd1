"""What an import will do is said before, line by line; a line may be left out; what was done is said after."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.imports.commands import from_file
from models.imports import ImportBatch
from models.journal import Actor
from models.register.activity import Activity
from models.register.words import Status
from tests.client import HouseClient, Page
from tests.imports.test_routes import brought, count, exported, mapped, table
from tests.register.test_routes import begun, complete, edited

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]

PAY = "T-1;Paie;Payer les agents;Obligation légale;Agents;Identité"
BADGES = "T-2;Badges;Ouvrir les portes;Mission d’intérêt public;Visiteurs;Identité"


def line(page: Page, name: str) -> str:
    """What the report says on the line of a record."""
    found = [row for row in page.all("tr") for head in row.iter("th") if " ".join(head.itertext()).strip() == name]
    assert len(found) == 1, f"{len(found)} lines for {name}"
    return " ".join(" ".join(found[0].itertext()).split())


def boxes(page: Page) -> list[str]:
    """The lines that are ticked."""
    return [one.get("value") for one in page.all("input", name="line") if one.get("checked") is not None]


def validated(write: Write, name: str) -> None:
    with write() as session:
        session.scalars(select(Activity).where(Activity.name == name)).one().status = Status.VALIDATED


def nameless_table(name: str, **more: str) -> bytes:
    """A table of one line without reference, with the internal notes of somebody else."""
    return f"Nom du traitement;Finalité;Observations\n{name};Autre but;{more.get('notes', '')}\n".encode()


# What would be made, and what was


def test_the_preview_tells_what_a_new_record_would_hold(client: Clients) -> None:
    dpo = client("dpo")
    told = line(dpo.get(mapped(dpo, table(PAY))), "Paie")
    assert "Finalités : 1" in told
    assert "Données : 1" in told
    assert "État de la fiche : Brouillon" in told


def test_a_long_new_record_is_folded_and_its_texts_are_short(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    complete(dpo, begun(dpo, "Accueil"))
    book = load_workbook(BytesIO(exported(dpo, "xlsx")))
    sheet = book["Registre"]
    titles = [cell.value for cell in sheet[1]]
    for title, value in {"Identifiant": None, "Référence": "T-9", "Nom du traitement": "Autre accueil",
                         "Description": "mot " * 500}.items():  # fmt: skip
        sheet.cell(2, titles.index(title) + 1).value = value
    out = BytesIO()
    book.save(out)
    page = dpo.get(brought(dpo, out.getvalue(), "registre.xlsx").location)
    assert page.all("details")
    assert len(line(page, "Autre accueil")) < 2_000
    assert "« Validée »" not in page.words


def test_what_was_made_is_named_with_its_reference_and_its_page(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table(PAY.replace("T-1", "")))
    assert "à attribuer" in line(dpo.get(address), "Paie")
    dpo.post(f"{address}/confirmer")
    made = db.scalars(select(Activity)).one()
    page = dpo.get(address)
    assert line(page, "Paie").startswith(f"Créée {made.reference} Paie")
    assert page.all("a", href=f"/registre/{made.id}")
    assert "à attribuer" not in page.words
    dpo.post(f"{address}/annuler")
    page = dpo.get(address)
    assert "annulée" in line(page, "Paie")
    assert not page.all("a", href=f"/registre/{made.id}")


def test_the_list_of_imports_says_what_is_to_come_and_what_was_done(client: Clients) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table(PAY, BADGES))
    assert "2 à créer" in dpo.get("/imports/").words
    dpo.post(f"{address}/confirmer")
    assert "2 créées" in dpo.get("/imports/").words
    dpo.post(f"{address}/annuler")
    left = brought(dpo, table(PAY, BADGES), "registre.csv").location
    dpo.post(f"{left}/confirmer", {"lines": "1", "line": ["0"]})
    assert "1 laissées de côté" in dpo.get("/imports/").words
    assert "2 créées puis retirées" in dpo.get("/imports/").words


# What would be replaced


def test_a_validated_record_that_goes_back_to_draft_is_said_before(client: Clients, write: Write) -> None:
    dpo = client("dpo")
    begun(dpo, "Recrutement")
    validated(write, "Recrutement")
    page = dpo.get(mapped(dpo, nameless_table("Recrutement")))
    assert "Validée, redevient un brouillon" in line(page, "Recrutement")


def test_a_record_known_by_its_name_alone_is_doubted(client: Clients) -> None:
    dpo = client("dpo")
    begun(dpo, "Recrutement")
    page = dpo.get(mapped(dpo, nameless_table("Recrutement")))
    assert "Reconnue par son seul nom" in line(page, "Recrutement")


def test_a_reference_that_is_another_processing_s_is_doubted(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    begun(dpo, "Dossier du patient")
    reference = db.scalars(select(Activity.reference)).one()
    page = dpo.get(mapped(dpo, table(PAY.replace("T-1", reference))))
    assert "la fiche de cette référence s’appelle « Dossier du patient »" in line(page, "Paie")


def test_the_internal_notes_of_another_file_are_added_to_ours(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    edited(dpo, begun(dpo, "Recrutement"), "identite", notes="Vu avec la DRH")
    address = mapped(dpo, nameless_table("Recrutement", notes="Tableau de 2019"))
    dpo.post(f"{address}/confirmer")
    db.expire_all()
    assert db.scalars(select(Activity.notes)).one() == "Vu avec la DRH\nTableau de 2019"
    again = brought(dpo, nameless_table("Recrutement", notes="Tableau de 2019"), "registre.csv").location
    assert "Inchangée" in line(dpo.get(again), "Recrutement")


def test_two_lines_of_one_name_are_never_laid_over_one_record(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    twice = nameless_table("Recrutement") + b"Recrutement;Encore un but;\n"
    dpo.post(f"{mapped(dpo, twice)}/confirmer")
    assert count(db) == 2
    again = dpo.get(brought(dpo, twice, "registre.csv").location)
    assert "2 Inchangée" in again.words
    third = dpo.get(brought(dpo, twice + b"Recrutement;Un autre but;\n", "registre.csv").location)
    assert "1 À créer" in third.words
    assert "0 À modifier" in third.words


# Lines left out


def test_an_unticked_line_is_left_out_and_the_report_says_so(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table(PAY, BADGES))
    page = dpo.get(address)
    assert boxes(page) == ["0", "1"]
    dpo.post(f"{address}/confirmer", {**page.values(id="confirm"), "line": ["1"]})
    assert db.scalars(select(Activity.name)).all() == ["Badges"]
    page = dpo.get(address)
    assert "Laissée de côté" in line(page, "Paie")
    assert "Créée" in line(page, "Badges")
    assert not page.all("input", name="line")
    assert dpo.post(f"{address}/annuler").status == 303
    assert count(db) == 0


def test_a_change_left_out_changes_nothing(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    begun(dpo, "Recrutement")
    address = mapped(dpo, nameless_table("Recrutement") + b"Badges;Ouvrir;\n")
    dpo.post(f"{address}/confirmer", {"lines": "1", "line": ["1"]})
    db.expire_all()
    assert [one.label for one in db.scalars(select(Activity).where(Activity.name == "Recrutement")).one().purposes] == [
        "Payer"
    ]
    assert count(db) == 2


def test_an_import_without_any_line_ticked_is_refused(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table(PAY))
    refused = dpo.post(f"{address}/confirmer", {"lines": "1"})
    assert refused.status == 422
    assert "Aucune ligne n’est cochée" in refused.words
    assert count(db) == 0


def test_beyond_the_lines_shown_all_are_imported_and_it_is_said(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table(*(f"T-{n};Fiche {n};But;Obligation légale;Agents;Identité" for n in range(1_003))))
    page = dpo.get(address)
    assert len(boxes(page)) == 1_000
    assert "toutes les suivantes seront importées" in page.words
    dpo.post(f"{address}/confirmer", {"lines": "1", "line": ["0"]})
    assert count(db) == 4


def test_an_agent_whose_new_manager_is_left_out_comes_in_without(client: Clients, db: Session) -> None:
    hr = client("rh")
    data = "Matricule;Nom;Prénom;Responsable\n1;AUBE;Zoé;\n2;BRUN;Max;AUBE Zoé\n".encode()
    asked = hr.post("/imports/nouveau", {"objet": "people", "file": (BytesIO(data), "rh.csv")},
                    content_type="multipart/form-data")  # fmt: skip
    page = hr.get(asked.location)
    address = hr.post(asked.location, page.values(action=asked.location)).location
    assert hr.post(f"{address}/confirmer", {"lines": "1", "line": ["1"]}).status == 303
    told = line(hr.get(address), "Max BRUN")
    assert "Créée" in told
    assert "AUBE" not in told
    assert "le lien avec elle n’est pas repris" in hr.get(address).words


# The command


def test_the_command_names_the_records_it_changes_before_and_after(
    app: Flask, client: Clients, write: Write, db: Session, tmp_path: Path
) -> None:
    begun(client("dpo"), "Dossier du patient")
    reference = db.scalars(select(Activity.reference)).one()
    file, said, clerk = tmp_path / "registre.csv", list[str](), Actor(None, "ligne de commande")
    file.write_bytes(table(PAY.replace("T-1", reference)))
    with app.app_context():
        from_file("register", file, "CHA", clerk, said.append, dry_run=True)
        assert f"[à modifier] {reference} « Dossier du patient » devient « Paie »" in said
        from_file("register", file, "CHA", clerk, said.append, dry_run=False)
        assert f"[modifiée] {reference} « Dossier du patient » devient « Paie »" in said


# The state of a record


def test_a_state_typed_in_our_workbook_is_said_not_to_be_imported(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    begun(dpo, "Recrutement")
    reference = db.scalars(select(Activity.reference)).one()
    book = load_workbook(BytesIO(exported(dpo, "xlsx")))
    sheet = book["Registre"]
    sheet.cell(2, [cell.value for cell in sheet[1]].index("État de la fiche") + 1).value = "Validée"
    out = BytesIO()
    book.save(out)
    words = dpo.get(brought(dpo, out.getvalue(), "registre.xlsx").location).words
    assert f"L’état n’est pas importé : la fiche {reference} est « Pré-qualifiée » dans Vigie" in words
    assert "tout est déjà dans Vigie" not in words


def test_our_own_workbook_says_nothing_of_states_nor_names(client: Clients, write: Write, db: Session) -> None:
    dpo = client("dpo")
    begun(dpo, "Recrutement")
    validated(write, "Recrutement")
    address = brought(dpo, exported(dpo, "xlsx"), "registre.xlsx").location
    words = dpo.get(address).words
    assert "1 Inchangée" in words
    assert "L’état n’est pas importé" not in words
    assert "Reconnue par son seul nom" not in words
    assert db.scalars(select(ImportBatch.report)).one()["issues"] == []
