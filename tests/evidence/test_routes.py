"""Attachments, as the people of the cast use them."""

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import backup as backups
from governance import files
from governance.database import open_engine
from governance.media import Unfit
from models.base import now
from models.evidence import Attachment
from models.journal import Entry
from models.register.activity import Activity
from tests.evidence.conftest import Clients, links, sent
from tests.evidence.samples import EML, PDF, PNG, UNFIT
from tests.imports.test_routes import mapped, table

Write = Callable[[], AbstractContextManager[Session]]
pytestmark = pytest.mark.usefixtures("stored")


def test_the_dpo_attaches_files_and_gets_the_same_bytes_back(client: Clients, record: str, db: Session) -> None:
    dpo = client("dpo")
    page = sent(dpo, record, ("contrat signé.pdf", PDF), ("preuve.png", PNG), note="Reçu du titulaire")
    assert page.status == 303
    assert page.location == record
    shown = dpo.get(record)
    assert "2 pièces sont ajoutées" in shown.words
    assert "Reçu du titulaire" in shown.words
    got = [dpo.get(address) for address in links(shown)]
    assert {one.data for one in got} == {PDF, PNG}
    for one in got:
        assert one.headers["Content-Disposition"].startswith("attachment")
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Cache-Control"] == "no-store"
    assert db.scalars(select(Attachment.name).order_by(Attachment.name)).all() == ["contrat signé.pdf", "preuve.png"]


def test_the_record_s_own_journal_tells_of_its_attachments(client: Clients, record: str, db: Session) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("contrat.pdf", PDF), title="Contrat signé")
    dpo.post(links(dpo.get(record), "/retirer")[0], {"reason": "Mauvais contrat"})
    entries = db.scalars(select(Entry).where(Entry.subject_type == "activity").order_by(Entry.seq)).all()
    parts = [change["part"] for entry in entries[1:] for change in entry.changes]
    assert set(parts) == {"attachment"}
    history = dpo.get(f"{record}/historique").words
    assert "Ajout de la pièce « Contrat signé »" in history
    assert "Mauvais contrat" in history


def test_the_same_bytes_are_kept_once(client: Clients, record: str, stored: Path) -> None:
    sent(client("dpo"), record, ("a.pdf", PDF), ("b.pdf", PDF))
    sent(client("dpo"), record, ("c.pdf", PDF))
    assert [path.stat().st_mode & 0o777 for path in stored.glob("*/*")] == [0o600]


@pytest.mark.parametrize("name", ["logo.svg", "facture.pdf", "photo.png", "bombe.docx", "film.mp4"])
def test_a_hostile_file_is_refused_beside_the_field_and_nothing_is_kept(
    name: str, client: Clients, record: str, db: Session, stored: Path
) -> None:
    content, reason = UNFIT[name]
    page = sent(client("dpo"), record, ("contrat.pdf", PDF), (name, content), title="Deux fichiers")
    assert page.status == 422
    assert reason in page.words
    assert page.one("input", name="title").get("value") == "Deux fichiers"
    assert db.scalars(select(Attachment)).all() == []
    assert not list(stored.glob("*/*"))


def test_nothing_chosen_is_said_beside_the_field(client: Clients, record: str) -> None:
    page = sent(client("dpo"), record)
    assert page.status == 422
    assert "Choisissez un fichier" in page.words


def test_a_file_too_big_is_refused() -> None:
    with pytest.raises(Unfit, match="dépasse 25 Mo"):
        files.Upload.of_bytes(PDF + b"\0" * Attachment.MAX_SIZE, "gros.pdf")


def test_a_mail_is_served_to_be_saved_and_never_shown(client: Clients, record: str) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("reponse.eml", EML))
    got = dpo.client.get(links(dpo.get(record))[0])
    assert got.mimetype == "message/rfc822"
    assert got.headers["Content-Disposition"] == "attachment; filename=reponse.eml"
    got.close()


def test_a_reader_reads_and_neither_adds_nor_removes(client: Clients, record: str) -> None:
    sent(client("dpo"), record, ("contrat.pdf", PDF))
    reader = client("rssi")
    page = reader.get(record)
    (address,) = links(page)
    assert reader.get(address).data == PDF
    assert not links(page, "/retirer")
    assert sent(reader, record, ("autre.pdf", PDF)).status == 403
    assert reader.post(f"{address}/retirer", {"reason": "non"}).status == 403


def test_a_stranger_to_the_record_learns_nothing_of_its_attachments(client: Clients, record: str) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("contrat.pdf", PDF))
    (address,) = links(dpo.get(record))
    for login in ("dpo-est", "agent", "referent"):
        assert client(login).get(address).status == 404
        assert client(login).post(f"{address}/retirer", {"reason": "non"}).status == 404
        assert sent(client(login), record, ("autre.pdf", PDF)).status == 404
    assert client(None).get(address).location == "/connexion"


def test_a_kind_that_takes_no_files_does_not_exist(client: Clients, record: str) -> None:
    dpo = client("dpo")
    identity = record.rpartition("/")[2]
    for kind in ("user", "journal_entry", "inconnu"):
        assert dpo.get(f"/pieces/{kind}/{identity}/ajouter").status == 404


def test_an_attachment_is_removed_with_a_reason_only(client: Clients, record: str, db: Session) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("contrat.pdf", PDF))
    (address,) = links(dpo.get(record))
    assert dpo.post(f"{address}/retirer", {"reason": " "}).status == 422
    assert dpo.post(f"{address}/retirer", {"reason": "Doublon"}).status == 303
    assert "Aucune pièce" in dpo.get(record).words
    assert dpo.get(address).status == 404
    assert dpo.post(f"{address}/retirer", {"reason": "Doublon"}).status == 404
    assert db.scalars(select(Attachment.removed_reason)).all() == ["Doublon"]


def test_what_a_frozen_thing_cites_is_never_removed(client: Clients, record: str, write: Write) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("contrat.pdf", PDF))
    (address,) = links(dpo.get(record))
    with write() as session:
        session.scalars(select(Attachment)).one().keep()
    assert not links(dpo.get(record), "/retirer")
    page = dpo.post(f"{address}/retirer", {"reason": "Je veux"})
    assert page.status == 422
    assert "fait foi" in page.words
    assert dpo.get(address).data == PDF


def test_a_file_that_is_gone_is_said_and_does_not_break_the_page(client: Clients, record: str, stored: Path) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("contrat.pdf", PDF))
    assert "introuvable" not in dpo.get(record).words
    shutil.rmtree(stored)
    assert "contrat.pdf Fichier introuvable" in re.sub(r" [^\w ] ", " ", dpo.get(record).words)
    page = dpo.get(links(dpo.get(record))[0])
    assert page.status == 404
    assert "n’est plus sur le serveur" in page.words


def test_bytes_go_thirty_days_after_the_last_attachment_that_names_them(
    client: Clients, record: str, app: Flask, write: Write, stored: Path
) -> None:
    dpo = client("dpo")
    sent(dpo, record, ("a.pdf", PDF), ("b.pdf", PDF))
    first, second = links(dpo.get(record))
    dpo.post(f"{first}/retirer", {"reason": "Doublon"})
    assert purged(write, days=29) == 0
    assert purged(write, days=31) == 1
    assert list(stored.glob("*/*"))
    dpo.post(f"{second}/retirer", {"reason": "Doublon"})
    assert purged(write, days=31) == 1
    assert not list(stored.glob("*/*"))


def purged(write: Write, days: int) -> int:
    with time_machine.travel(now() + dt.timedelta(days=days), tick=False), write():
        return files.purge()


def test_bytes_that_no_attachment_names_are_swept_when_old(write: Write, stored: Path) -> None:
    with write():
        files.keep(files.Upload.of_bytes(PDF, "a.pdf").content)
    purged(write, days=0)
    assert list(stored.glob("*/*"))
    purged(write, days=2)
    assert not list(stored.glob("*/*"))


def test_an_altered_and_a_missing_file_are_named(client: Clients, record: str, app: Flask, stored: Path) -> None:
    sent(client("dpo"), record, ("contrat.pdf", PDF), ("preuve.png", PNG))
    with app.app_context():
        assert files.faults() == []
        files.place(hashlib.sha256(PDF).hexdigest()).write_bytes(b"autre chose")
        files.place(hashlib.sha256(PNG).hexdigest()).unlink()
        told = sorted(str(fault) for fault in files.faults())
    assert "« contrat.pdf »" in told[0]
    assert "a été modifié" in told[0]
    assert "« preuve.png »" in told[1]
    assert "manque" in told[1]


@pytest.mark.parametrize(("command", "answer"), [("true", None), ("false", "a refusé"), ("/pas/la", "ne répond pas")])
def test_the_antivirus_has_the_last_word(
    command: str,
    answer: str | None,
    client: Clients,
    record: str,
    app: Flask,
    stored: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], scan_command=command))
    page = sent(client("dpo"), record, ("contrat.pdf", PDF))
    assert page.status == (422 if answer else 303)
    if answer:
        assert answer in page.words
        assert [path for path in stored.rglob("*") if path.is_file()] == []


def test_an_import_is_not_undone_once_a_file_proves_one_of_its_records(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = mapped(dpo, table("T-1;Paie;Payer;Obligation légale;Agents;Identité"))
    dpo.post(f"{address}/confirmer")
    sent(dpo, f"/registre/{db.scalars(select(Activity.id)).one()}", ("contrat.pdf", PDF))
    page = dpo.post(f"{address}/annuler")
    assert page.status == 422
    assert "ne s’annule plus" in page.words


def test_a_backup_carries_the_files_and_says_which_are_missing(
    client: Clients, record: str, app: Flask, stored: Path, tmp_path: Path
) -> None:
    sent(client("dpo"), record, ("contrat.pdf", PDF), ("preuve.png", PNG))
    with app.app_context():
        files.place(hashlib.sha256(PNG).hexdigest()).unlink()
        saved = backups.backup(app.extensions["engine"], stored.parent, tmp_path / "vigie.zip")
        assert (saved.files, saved.missing) == (1, [hashlib.sha256(PNG).hexdigest()])
        empty = open_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}")
        back = backups.restore(empty, tmp_path / "there", tmp_path / "vigie.zip")
        empty.dispose()
    assert (back.rows, back.files) == (saved.rows, 1)
    assert files.place(hashlib.sha256(PDF).hexdigest(), tmp_path / "there" / "files").read_bytes() == PDF


def test_a_backup_whose_file_was_altered_restores_nothing(
    client: Clients, record: str, app: Flask, stored: Path, tmp_path: Path
) -> None:
    sent(client("dpo"), record, ("contrat.pdf", PDF))
    with app.app_context():
        files.place(hashlib.sha256(PDF).hexdigest()).write_bytes(b"autre chose")
        backups.backup(app.extensions["engine"], stored.parent, tmp_path / "vigie.zip")
        empty = open_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}")
        with pytest.raises(backups.Refused, match="la pièce"):
            backups.restore(empty, tmp_path / "there", tmp_path / "vigie.zip")
        empty.dispose()
    assert not (tmp_path / "there").exists()
