"""Writing to a vendor, keeping the contact log, and what the night reminds of."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import docx
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from models.base import now, today
from models.inventory.criteria import LetterModel
from models.inventory.followup import Exchange
from models.inventory.words import Answer, Channel
from models.outbox import Message
from tests.client import HouseClient
from tests.inventory.test_assessments import assessed
from tests.inventory.test_routes import added, edited

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def lacking(it: HouseClient) -> str:
    """An application with a vendor, assessed and not compliant; gives its address."""
    form = {"name": "Éditeur du Nord", "contacts-0-name": "Nora Vidal", "contacts-0-email": "nora@nord.example"}
    vendor = it.post("/applications/editeurs/nouveau", form).location.rsplit("/", 1)[1]
    address = added(it, "Dossier patient", version="7.2", vendor_id=vendor)
    assessed(it, address, {"AUT01": Answer.COMPLIANT, "AUT05": Answer.NON_COMPLIANT, "AUT20": Answer.UNKNOWN})
    return address


def test_the_letter_lists_what_this_application_lacks(client: Clients) -> None:
    it = client("dsi")
    address = lacking(it)
    page = it.get(f"{address}/courrier")
    body = page.one("textarea", name="body").text
    assert "Dossier patient (7.2)" in body
    assert "AUT05 Renouvellement de mot de passe possible et imposable (critère principal)" in body
    assert "AUT20" in body, "what is not known is asked too"
    assert "AUT01 " not in body, "what is met is not asked"
    assert "AUT31" not in body
    assert page.one("input", name="recipient").get("value") == "nora@nord.example"


def test_every_letter_reads_whatever_the_establishment_is_called(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = lacking(it)
    for model in db.scalars(select(LetterModel)):
        named = [line.strip() for line in model.body.splitlines() if "{etablissement}" in line]
        assert named == ["{etablissement}"], f"{model.code}: the name signs, no sentence needs its article"
        page = it.get(f"{address}/courrier?modele={model.code}")
        assert "{" not in page.one("textarea", name="body").text
    other = added(it, "Paie", version="11", holds_health_data="no")
    body = it.get(f"{other}/courrier?modele=first_question").one("textarea", name="body").text
    assert "Notre établissement utilise Paie (11). Nous" in body, "no health data is said of it"


def test_the_letter_is_taken_as_a_docx_with_its_reply_form(client: Clients) -> None:
    it = client("dsi")
    address = lacking(it)
    sent = it.post(
        f"{address}/courrier", {"modele": "first_question", "subject": "Demande", "body": "Madame,\n\nMerci."}
    )
    assert sent.status == 200
    letter = docx.Document(io.BytesIO(sent.data))
    words = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "Objet : Demande" in words
    assert "Éditeur du Nord" in words
    assert "Formulaire de réponse" in words
    cells = {cell.text for table in letter.tables for row in table.rows for cell in row.cells}
    assert any(cell.startswith("AUT05") for cell in cells)
    assert it.post(f"{address}/courrier", {"modele": "first_question", "subject": "", "body": "x"}).status == 422


def test_the_letter_leaves_by_mail_and_the_log_keeps_it(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = lacking(it)
    form = {"modele": "first_question", "subject": "Demande", "body": "Madame,\nMerci.", "par": "courriel"}
    refused = it.post(f"{address}/courrier/envoyer", {**form, "recipient": ""})
    assert refused.status == 422
    assert "Donnez l’adresse" in refused.words
    blank = it.post(
        f"{address}/courrier/envoyer", {**form, "recipient": "nora@nord.example", "body": "Le [à compléter]."}
    )
    assert (blank.status, "Remplacez chaque « [à compléter] »" in blank.words) == (422, True)
    assert it.post(f"{address}/courrier/envoyer", {**form, "recipient": "nora@nord.example"}).status == 303
    message = db.scalars(select(Message)).one()
    assert (message.recipient, message.subject, message.body) == ("nora@nord.example", "Demande", "Madame,\nMerci.\n")
    exchange = db.scalars(select(Exchange)).one()
    assert (exchange.channel, exchange.asked_by) == (Channel.EMAIL, "Daniel Silva")
    reminder = {**form, "modele": "reminder_1", "recipient": "", "par": "courrier"}
    assert "Relance" in it.get(f"{address}/courrier").words
    assert it.post(f"{address}/courrier/envoyer", reminder).status == 303
    db.expire_all()
    assert db.scalars(select(Exchange)).one().reminded_on == today()


def test_the_log_tells_question_reminder_reply_and_promise(client: Clients, db: Session) -> None:
    it = client("dsi")
    address = lacking(it)
    question = {"asked_on": today().isoformat(), "channel": "phone", "question": "Quand ?"}
    assert it.post(f"{address}/suivi/echanges", {**question, "question": ""}).status == 422
    assert it.post(f"{address}/suivi/echanges", question).status == 303
    one = f"/applications/echanges/{db.scalars(select(Exchange.id)).one()}"
    assert it.post(f"{one}/tenir").status == 422, "nothing is promised yet"
    assert it.post(f"{one}/relancer").status == 303
    assert "Relancé" in it.get(f"{address}/suivi").words
    early = it.post(f"{one}/repondre", {"replied_on": "2001-01-01", "reply": "Non"})
    assert early.status == 422
    assert "précéder la question" in early.words
    reply = {"replied_on": today().isoformat(), "reply": "Version 8", "committed_on": today().isoformat()}
    assert it.post(f"{one}/repondre", reply).status == 303
    assert it.post(f"{one}/relancer").status == 422, "the vendor replied"
    with time_machine.travel(now() + dt.timedelta(days=2), tick=True):
        later = client("dsi")
        assert "Engagement dépassé" in later.get(f"{address}/suivi").words
        assert "Dossier patient" in later.get("/applications/?montrer=engagement-depasse").words
        assert later.post(f"{one}/tenir").status == 303
        assert "Dossier patient" not in later.get("/applications/?montrer=engagement-depasse").words


def test_the_night_of_monday_reminds_of_late_decisions(app: Flask, client: Clients, db: Session) -> None:
    lacking(client("dsi"))
    with app.app_context():
        later = today() + dt.timedelta(days=40)
        monday = later - dt.timedelta(days=later.weekday())
        done = {job.name: count for job, count in daily.run(monday)}
        assert done["reminders"] == 2, "the DSI and the RSSI"
    told = db.scalars(select(Message).where(Message.subject.startswith("Vigie : 1 "))).all()
    assert {message.recipient for message in told} == {"dsi@ght.example", "rssi@ght.example"}
    assert "Dossier patient" in told[0].body


def test_another_state_is_refused_on_the_followed_application(client: Clients) -> None:
    it = client("dsi")
    address = lacking(it)
    assert edited(it, address, "identite", status="").status == 422
