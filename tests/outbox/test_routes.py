"""The page « Courriels »: what waits and what failed, why, and sending it again; no further than one may see."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.outbox import Delivery, MailFault, Message
from tests.cast import Stage
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(autouse=True)
def outbox(write: Write, stage: Stage) -> None:
    """One message in each state."""

    def message(name: str, state: Delivery, fault: MailFault | None = None, **values: Any) -> Message:
        address = f"{name}@ght.example"
        return Message(recipient=address, subject=f"Objet {name}", body="secret", state=state, fault=fault, **values)

    with write() as session:
        place = stage.establishments["CHA"]
        session.add_all(
            [
                message("attend", Delivery.WAITING, establishment_id=place),
                message("panne", Delivery.WAITING, MailFault.SERVER_DOWN, last_error="Connection refused"),
                message("refus", Delivery.FAILED, MailFault.ADDRESS_REFUSED, last_error="550 <b>no such person</b>"),
                message("tordu", Delivery.FAILED, MailFault.NOT_WRITABLE),
                message("parti", Delivery.SENT),
            ]
        )


def state_of(db: Session, name: str) -> Delivery:
    db.expire_all()
    return db.scalars(select(Message.state).where(Message.recipient == f"{name}@ght.example")).one()


def identity(db: Session, name: str) -> Any:
    return db.scalars(select(Message.id).where(Message.recipient == f"{name}@ght.example")).one()


def test_an_administrator_sees_what_failed_and_why_but_no_text(client: Clients) -> None:
    page = client("admin").get("/courriels/")
    assert "2 en attente" in page.words
    assert "2 en échec" in page.words
    assert "1 envoyés" in page.words
    assert "Adresse refusée" in page.words
    assert "corrigez l’adresse de la personne" in page.words
    assert "550 <b>no such person</b>" in page.words
    assert "secret" not in page.words


def test_the_list_is_filtered_by_state_and_words(client: Clients) -> None:
    admin = client("admin")
    failed = admin.get("/courriels/?etat=echec").words
    assert "Objet refus" in failed
    assert "Objet parti" not in failed
    assert "Objet parti" in admin.get("/courriels/?etat=envoye&q=PARTI").words
    assert "Aucun courriel" in admin.get("/courriels/?etat=envoye&q=rien").words
    assert "Objet attend" in admin.get("/courriels/?etat=danser&tri=x&page=-3").words


def test_a_failed_message_is_sent_again_once(client: Clients, db: Session) -> None:
    admin, address = client("admin"), f"/courriels/{identity(db, 'refus')}/renvoyer"
    assert admin.post(address, {}).status == 303
    assert state_of(db, "refus") is Delivery.WAITING
    again = admin.post(address, {}, follow=True)
    assert "il n’y a rien à renvoyer" in again.text
    assert admin.post(f"/courriels/{identity(db, 'parti')}/renvoyer", {}).status == 303
    assert state_of(db, "parti") is Delivery.SENT


def test_all_failures_are_sent_again_but_those_that_cannot_be(client: Clients, db: Session) -> None:
    assert "1 courriel repart" in client("admin").post("/courriels/renvoyer", {}, follow=True).text
    assert state_of(db, "refus") is Delivery.WAITING
    assert state_of(db, "tordu") is Delivery.FAILED


@pytest.mark.parametrize("login", ["dpo", "rssi", "agent", "auditeur"])
def test_others_see_no_mail(client: Clients, db: Session, login: str) -> None:
    assert client(login).get("/courriels/").status == 403
    assert client(login).post(f"/courriels/{identity(db, 'refus')}/renvoyer", {}).status in (403, 404)
