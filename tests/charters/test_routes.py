"""The charters' doors, as the people of the cast use them."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance.database import writing
from models.accounts import RoleGrant
from models.base import today
from models.charters.charter import Charter, CharterVersion
from models.charters.consultation import Consultation
from models.charters.verification import Verification
from models.charters.words import Finding
from models.evidence import Attachment
from models.journal import Entry, Verb
from models.plan import Action
from models.proof import Checkpoint
from tests.cast import Stage
from tests.charters.made import checked, consulted, published_charter
from tests.client import HouseClient, Page
from tests.evidence.samples import PDF

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
LATER = (today() + dt.timedelta(days=30)).isoformat()
LATEST = (today() + dt.timedelta(days=60)).isoformat()
TITLE = "Charte d’usage"


def begun(who: HouseClient, stage: Stage, **typed: Any) -> str:
    """A charter begun; gives its address."""
    usual = {
        "title": TITLE, "kind": "use", "legal_status": "public", "origin": "model",
        "place": str(stage.establishments["CHA"]),
    }  # fmt: skip
    page = who.post("/chartes/nouvelle", {**usual, **typed})
    assert page.status == 303, page.words
    return page.location


def filled(who: HouseClient, address: str) -> None:
    """Every blank of a charter filled."""
    form = who.get(f"{address}/modifier/champs").values(class_="form")
    page = who.post(f"{address}/modifier/champs", {name: value or "à définir" for name, value in form.items()})
    assert page.status == 303, page.words


def released(who: HouseClient, address: str, **typed: Any) -> Page:
    """The version to come published."""
    form = who.get(f"{address}/publier")
    assert form.status == 200
    usual = {
        "is_major": "yes", "effective_on": LATER, "accept_before": LATEST, "note": "Première version",
        "unconsulted_reason": "Essai",
    }  # fmt: skip
    return who.post(f"{address}/publier", {**form.values(class_="form"), **usual, **typed})


@pytest.fixture
def published(client: Clients, stage: Stage) -> str:
    """The address of a charter written from nothing, one article long, published once."""
    dpo = client("dpo")
    address = begun(dpo, stage, origin="nothing")
    added(dpo, address, title="Accès", text="Votre accès est personnel.")
    assert released(dpo, address).status == 303
    return address


def added(who: HouseClient, address: str, **typed: Any) -> None:
    form = who.get(f"{address}/articles/nouveau").values(class_="form")
    page = who.post(f"{address}/articles/nouveau", {**form, **typed})
    assert page.status == 303, page.words


def parts(page: Page) -> list[str]:
    """The addresses of the sections that a charter's page lets one edit."""
    found = [one.get("href") for one in page.all("a", class_="btn btn-quiet")]
    return [href for href in found if "/articles/" in href and "nouveau" not in href]


# Writing


def test_a_charter_from_the_model_lists_what_is_not_filled_and_is_not_published_before(
    client: Clients, stage: Stage
) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage)
    page = dpo.get(address)
    for words in ("Secret professionnel et dossier du patient", "La charte en dix règles", "À remplir"):
        assert words in page.words
    refused = released(dpo, address)
    assert refused.status == 422
    assert "Des champs du texte ne sont pas remplis" in refused.words
    filled(dpo, address)
    assert "Le texte est complet" in dpo.get(address).words
    assert released(dpo, address).status == 303


def test_a_charter_without_title_or_with_a_false_pdf_is_refused_and_nothing_is_kept(
    client: Clients, stage: Stage, db: Session
) -> None:
    dpo = client("dpo")
    usual = {"kind": "use", "legal_status": "public", "place": str(stage.establishments["CHA"])}
    page = dpo.post("/chartes/nouvelle", {**usual, "title": " ", "origin": "model"})
    assert (page.status, "Renseignez ce champ" in page.words) == (422, True)
    for upload in (b"PK\x03\x04 zip", b""):
        sent = {**usual, "title": "X", "origin": "pdf", "file": (BytesIO(upload), "charte.pdf")}
        page = dpo.post("/chartes/nouvelle", sent, content_type="multipart/form-data")
        assert page.status == 422
        assert "PDF" in page.words
    assert db.scalars(select(Charter)).all() == []


def test_a_pdf_is_kept_byte_for_byte(client: Clients, stage: Stage, db: Session) -> None:
    dpo, content = client("dpo"), b"%PDF-1.7\r\n\x00\xff fin"
    page = dpo.post(
        "/chartes/nouvelle",
        {
            "title": TITLE, "kind": "use", "legal_status": "public", "origin": "pdf",
            "place": str(stage.establishments["CHA"]), "file": (BytesIO(content), "charte.pdf"),
        },
        content_type="multipart/form-data",
    )  # fmt: skip
    assert page.status == 303
    address = page.location
    assert dpo.get(f"{address}/document").data == content
    other = content + b" bis"
    form = dpo.get(f"{address}/modifier/document").values(class_="form")
    sent = {**form, "file": (BytesIO(other), "bis.pdf")}
    assert dpo.post(f"{address}/modifier/document", sent, content_type="multipart/form-data").status == 303
    assert released(dpo, address).status == 303
    version = db.scalars(select(CharterVersion)).one()
    assert (version.body, version.sha256) == (other, hashlib.sha256(other).hexdigest())
    assert dpo.get(f"{address}/versions/1/texte-exact").data == other
    assert dpo.get(f"{address}/versions/1").status == 200
    booklet = dpo.post(f"{address}/versions/1/documents", {"document": "pdf"})
    assert booklet.data.startswith(b"%PDF")
    page = dpo.post(f"{address}/versions/1/documents", {"document": "courte"})
    assert (page.status, "n’a pas ce texte" in page.words) == (422, True)


def test_sections_are_added_edited_moved_and_removed(client: Clients, stage: Stage) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage, origin="nothing")
    added(dpo, address, title="Premier", text="Un.")
    added(dpo, address, title="Second", text="Deux, {numero_du_poste}.")
    page = dpo.get(address)
    assert "numero_du_poste" in page.words
    first, second = parts(page)
    assert dpo.post(f"{second}/deplacer", {"sens": "haut"}).status == 303
    assert parts(dpo.get(address)) == [second, first]
    form = dpo.get(second).values(class_="form")
    assert dpo.post(second, {**form, "text": "Deux <b>corrigé</b>.\nTrois."}).status == 303
    preview = dpo.get(f"{address}/apercu")
    assert "Article 1. Second Deux <b>corrigé</b>. Trois." in preview.words
    refused = dpo.post(second, {**dpo.get(second).values(class_="form"), "text": " "})
    assert refused.status == 422
    assert dpo.post(f"{first}/retirer").status == 303
    assert "Premier" not in dpo.get(f"{address}/apercu").words


def test_two_people_who_edit_the_same_article_lose_nothing(client: Clients, stage: Stage) -> None:
    dpo, rssi = client("dpo"), client("rssi")
    address = begun(dpo, stage, origin="nothing")
    added(dpo, address, title="Accès", text="Texte d’origine.")
    (part,) = parts(dpo.get(address))
    mine, theirs = dpo.get(part).values(class_="form"), rssi.get(part).values(class_="form")
    assert rssi.post(part, {**theirs, "text": "Texte du RSSI."}).status == 303
    page = dpo.post(part, {**mine, "text": "Texte de la DPO."})
    assert page.status == 409
    assert "Rachid Simon" in page.words
    kept = page.values(class_="form")
    assert kept["text"] == "Texte de la DPO."
    assert "Texte du RSSI." in dpo.get(f"{address}/apercu").words
    assert dpo.post(part, kept).status == 303
    assert "Texte de la DPO." in dpo.get(f"{address}/apercu").words


def test_two_people_who_edit_different_parts_do_not_hinder_each_other(client: Clients, stage: Stage) -> None:
    dpo, rssi = client("dpo"), client("rssi")
    address = begun(dpo, stage)
    choices = dpo.get(f"{address}/modifier/choix").values(class_="form")
    settings = rssi.get(f"{address}/modifier/reglages").values(class_="form")
    assert rssi.post(f"{address}/modifier/reglages", {**settings, "owner": "Le RSSI"}).status == 303
    assert dpo.post(f"{address}/modifier/choix", {**choices, "personal_devices": "forbidden"}).status == 303
    sentences = dpo.get(f"{address}/modifier/declarations").values(class_="form")
    done = dpo.post(f"{address}/modifier/declarations", {**sentences, "paper-statement": "Je soussigné {nom}."})
    assert done.status == 303
    words = dpo.get(address).words
    assert "Le RSSI" in words
    assert "Je soussigné {nom}." in words


def test_a_copy_has_the_text_of_its_model(client: Clients, stage: Stage) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage)
    page = dpo.post(f"{address}/copier", {"title": "Charte des externes"}, follow=True)
    assert page.title == "Charte des externes"
    assert "Secret professionnel et dossier du patient" in page.words
    assert dpo.post(f"{address}/copier", {"title": ""}).status == 422


# Consultation and publication


def test_a_consultation_is_recorded_once_and_counts_for_the_publication(
    client: Clients, stage: Stage, db: Session
) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage, origin="nothing")
    added(dpo, address, title="Accès", text="Personnel.")
    refused = released(dpo, address, unconsulted_reason="")
    assert (refused.status, "dites pourquoi" in refused.words) == (422, True)
    typed = {
        "number": "1",
        "body": "social_committee",
        "held_on": "2026-01-15",
        "opinion": "favourable",
        "votes": "9 pour",
    }
    assert dpo.post(f"{address}/consultations/nouvelle", typed).status == 303
    again = dpo.post(f"{address}/consultations/nouvelle", typed)
    assert (again.status, "déjà enregistrée" in again.words) == (422, True)
    future = dpo.post(f"{address}/consultations/nouvelle", {**typed, "held_on": LATER})
    assert (future.status, "passée" in future.words) == (422, True)
    held = db.scalars(select(Consultation)).one()
    edit = f"/chartes/consultations/{held.id}/modifier"
    changed = {**dpo.get(edit).values(class_="form"), "votes": "10 voix"}
    assert dpo.post(edit, changed).status == 303
    assert "10 voix" in dpo.get(f"{address}/consultations").words
    assert "10 voix" in dpo.get(f"/chartes/consultations/{held.id}").words
    done = released(dpo, address, unconsulted_reason="")
    assert done.status == 303
    assert "Comité social" in dpo.get(f"{address}/versions/1").words


def test_a_version_shows_exactly_its_frozen_bytes_with_their_digest(
    client: Clients, published: str, db: Session
) -> None:
    version = db.scalars(select(CharterVersion)).one()
    agent = client("agent")
    page = agent.get(f"{published}/versions/1")
    assert version.sha256 in page.words
    assert "Article 1. Accès Votre accès est personnel." in page.words
    exact = agent.get(f"{published}/versions/1/texte-exact").data
    assert hashlib.sha256(exact).hexdigest() == version.sha256
    told = db.scalars(select(Entry).where(Entry.verb == Verb.PUBLISHED)).one()
    assert told.detail == {"number": 1, "digest": version.sha256, "major": True, "row": version.seal()}
    attested = db.scalars(select(Checkpoint).where(Checkpoint.chain == told.chain)).one()
    assert attested.seq >= told.seq, "a publication is attested as soon as it is made"


@pytest.mark.parametrize("digest_too", [False, True])
def test_altered_bytes_are_refused_with_a_clear_page(
    client: Clients, app: Flask, published: str, digest_too: bool
) -> None:
    engine = app.extensions["engine"]
    forged = b"<body>\nfaux\n</body>"
    with writing(), engine.begin() as opened:
        for guard in ("charter_version_no_update", "charter_version_no_change"):
            on = " ON charter_version" if engine.dialect.name == "postgresql" else ""
            opened.execute(text(f"DROP TRIGGER IF EXISTS {guard}{on}"))
        opened.execute(
            text("UPDATE charter_version SET body = :body, size = :size"), {"body": forged, "size": len(forged)}
        )
        if digest_too:
            opened.execute(
                text("UPDATE charter_version SET sha256 = :digest"), {"digest": hashlib.sha256(forged).hexdigest()}
            )
    dpo = client("dpo")
    for address in ("versions/1", "versions/1/texte-exact"):
        page = dpo.get(f"{published}/{address}")
        assert (page.status, "n’est plus celui qui a été publié" in page.words) == (409, True)
        assert "faux" not in page.words
    assert dpo.post(f"{published}/versions/1/documents", {"document": "pdf"}).status == 409


def test_a_publication_on_a_text_that_somebody_changed_is_held_back(client: Clients, published: str) -> None:
    dpo, rssi = client("dpo"), client("rssi")
    form = dpo.get(f"{published}/publier").values(class_="form")
    added(rssi, published, title="Ajout", text="Du RSSI.")
    typed = {"is_major": "no", "effective_on": LATER, "accept_before": "", "note": "n", "unconsulted_reason": "r"}
    page = dpo.post(f"{published}/publier", {**form, **typed})
    assert (page.status, "Rachid Simon" in page.words) == (409, True)
    assert dpo.post(f"{published}/publier", {**page.values(class_="form"), **typed}).status == 303


def test_the_difference_between_two_versions_is_told_word_by_word(client: Clients, published: str) -> None:
    dpo = client("dpo")
    (part,) = parts(dpo.get(published))
    form = dpo.get(part).values(class_="form")
    assert dpo.post(part, {**form, "text": "Votre accès est strictement personnel."}).status == 303
    done = released(dpo, published, is_major="no", accept_before="", note="Un mot")
    assert done.status == 303
    page = dpo.get(f"{published}/comparer?de=1&a=2")
    assert ["".join(one.itertext()).split() for one in page.all("ins")][-1][-1] == "strictement"
    assert "Une partie diffère" in page.words
    assert "Aucune différence" in dpo.get(f"{published}/comparer?de=2&a=preparation").words
    assert dpo.get(f"{published}/comparer?de=9&a=x").status == 200
    old = dpo.get(f"{published}/versions/1")
    assert "Cette version est remplacée" in old.words


def test_every_document_of_a_version_is_made_and_told(client: Clients, stage: Stage, db: Session) -> None:
    dpo = client("dpo")
    address = begun(dpo, stage)
    filled(dpo, address)
    assert released(dpo, address).status == 303
    for kind, start in (
        ("pdf", b"%PDF"), ("docx", b"PK"), ("courte", b"%PDF"), ("simple", b"%PDF"), ("formulaire", b"%PDF"),
        ("liste", b"%PDF"),
    ):  # fmt: skip
        page = dpo.post(f"{address}/versions/1/documents", {"document": kind, "department": "Urgences"})
        assert page.status == 200
        assert page.data.startswith(start)
    assert dpo.post(f"{address}/versions/1/documents", {"document": "rien"}).status == 422
    told = db.scalars(select(Entry.detail).where(Entry.verb == Verb.EXPORTED)).all()
    assert [one["format"] for one in told] == ["pdf", "docx", "courte", "simple", "formulaire", "liste"]


def test_a_charter_is_closed_with_a_reason_replaced_and_reopened(
    client: Clients, stage: Stage, published: str, db: Session
) -> None:
    dpo = client("dpo")
    assert dpo.get(f"{published}/clore").status == 200
    assert dpo.post(f"{published}/clore", {"how": "archive", "reason": ""}).status == 422
    assert dpo.post(f"{published}/clore", {"how": "replace", "reason": "r"}).status == 422
    assert dpo.post(f"{published}/clore", {"how": "archive", "reason": "Refonte"}).status == 303
    assert "Refonte" in dpo.get(published).words
    assert TITLE not in dpo.get("/chartes/").words
    assert TITLE in dpo.get("/chartes/?etat=archived").words
    assert client("agent").get(f"{published}/versions/1").status == 200
    assert TITLE not in client("agent").get("/chartes/en-vigueur").words
    assert dpo.post(f"{published}/rouvrir").status == 303
    assert dpo.post(f"{published}/rouvrir").status == 422
    other = begun(dpo, stage, origin="nothing", title="Charte refondue")
    added(dpo, other, title="Accès", text="Tout autre.")
    assert released(dpo, other).status == 303
    successor = str(db.scalars(select(Charter.id).where(Charter.title == "Charte refondue")).one())
    done = dpo.post(f"{published}/clore", {"how": "replace", "replaced_by_id": successor, "reason": "Refonte"})
    assert done.status == 303
    assert "Charte refondue" in dpo.get(published).words


def test_everyone_reads_the_published_charters_of_her_hospital_and_no_other(client: Clients, published: str) -> None:
    assert TITLE in client("agent").get("/chartes/en-vigueur").words
    assert client("agent").get(f"{published}/versions/1").status == 200
    elsewhere = client("dpo-est")
    assert TITLE not in elsewhere.get("/chartes/en-vigueur").words
    assert elsewhere.get(f"{published}/versions/1").status == 404


def test_the_list_is_searched_and_filtered(client: Clients, published: str) -> None:
    dpo = client("dpo")
    assert TITLE in dpo.get("/chartes/?q=CHARTE&etat=published&nature=use").words
    for query in ("q=introuvable", "nature=telework", "etat=draft", "portee=groupe"):
        assert "Aucune charte" in dpo.get(f"/chartes/?{query}").words
    assert dpo.get("/chartes/?etat=inconnu&page=x").status == 200


def test_the_minutes_of_a_common_charter_are_attached_for_the_group_and_read_in_each_hospital(
    client: Clients, write: Write, stage: Stage, db: Session
) -> None:
    with write() as session:
        session.scalars(select(RoleGrant).where(RoleGrant.user_id == stage.users["dpo"])).one().establishment_id = None
        held = consulted(session, published_charter(session, None)).id
    address, sent = f"/pieces/charter_consultation/{held}/ajouter", {"files": [(BytesIO(PDF), "pv-cme.pdf")]}
    assert client("dpo-est").post(address, sent, content_type="multipart/form-data").status == 403
    sent = {"files": [(BytesIO(PDF), "pv-cme.pdf")]}
    done = client("dpo").post(address, sent, content_type="multipart/form-data", follow=True)
    assert (done.status, "pv-cme.pdf" in done.words) == (200, True)
    kept = db.scalars(select(Attachment)).one()
    assert kept.establishment_id is None
    for login in ("auditeur", "dpo-est"):
        assert "pv-cme.pdf" in client(login).get(f"/chartes/consultations/{held}").words
        assert client(login).get(f"/pieces/{kept.id}").data == PDF
    assert client("agent").get(f"/pieces/{kept.id}").status == 404


# The checks of application


def test_a_check_is_recorded_from_the_model_and_calls_for_the_next(
    client: Clients, stage: Stage, published: str, db: Session
) -> None:
    dpo = client("dpo")
    address = f"{published}/verifications/nouvelle?controle=CHK07"
    form = dpo.get(address).values(class_="form")
    assert form["title"] == "Sessions et postes sans surveillance"
    typed = {
        **form,
        "sample": "20",
        "found": "3",
        "finding": "partly",
        "checked_on": "2026-01-10",
        "next_on": "2026-03-01",
    }
    refused = dpo.post(address, typed)
    assert (refused.status, "Décrivez" in refused.words) == (422, True)
    assert dpo.post(address, {**typed, "observations": "Deux sessions ouvertes"}).status == 303
    done = db.scalars(select(Verification)).one()
    assert (done.code, done.found, done.establishment_id) == ("CHK07", 3, stage.establishments["CHA"])
    assert "Deux sessions ouvertes" in dpo.get(f"{published}/verifications").words
    assert "01/03/2026" in dpo.get("/chartes/verifications").words
    assert "en retard" in dpo.get("/chartes/").words
    edit = f"/chartes/verifications/{done.id}/modifier"
    changed = {**dpo.get(edit).values(class_="form"), "follow_up": "Rappel au service", "found": "2"}
    assert dpo.post(edit, changed).status == 303
    assert dpo.post(edit, {**changed, "found": "21"}).status == 422
    assert dpo.get("/chartes/verifications?q=sessions&constat=partly").words.count("2 / 20") == 1
    assert dpo.get("/chartes/verifications?constat=inconnu").words.count("2 / 20") == 1


def test_what_a_check_found_calls_for_an_action_that_leads_back(
    client: Clients, write: Write, stage: Stage, db: Session
) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        done = checked(session, published_charter(session, None), place, finding=Finding.PARTLY, observations="Deux")
        address = f"/chartes/verifications/{done.id}"
    dpo = client("dpo")
    page = dpo.get(address)
    assert "Aucune action." in page.words
    assert "Créer une action" not in client("auditeur").get(address).words
    raising = f"/plan/nouvelle?origine=charter_verification&fiche={address.rpartition('/')[2]}"
    assert dpo.get(raising).status == 200
    typed = {**dpo.get(raising).values(class_="form"), "title": "Rappeler le verrouillage", "priority": "normal"}
    made = dpo.post(raising, typed)
    assert made.status == 303, made.words
    assert db.scalars(select(Action.origin_type)).one() == "charter_verification"
    assert "Rappeler le verrouillage" in dpo.get(address).words
    assert address in dpo.get(made.location).text
    assert client("dpo-est").get(address).status == 404


def test_the_model_is_shown_with_its_sources(client: Clients) -> None:
    page = client("auditeur").get("/chartes/modele")
    for words in ("PGSSI-S", "Lu dans un texte officiel", "Usage courant, à vérifier"):
        assert words in page.words


def test_what_does_not_exist_is_not_found(client: Clients, published: str) -> None:
    dpo = client("dpo")
    for path in (
        f"/chartes/{uuid.uuid4()}", f"{published}/versions/9", f"{published}/modifier/rien",
        f"{published}/modifier/document", f"{published}/document", f"{published}/articles/{uuid.uuid4()}",
    ):  # fmt: skip
        assert dpo.get(path).status == 404
