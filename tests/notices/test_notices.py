"""Notices as the DPO makes them: chosen at the register, refused while it is incomplete, published, revised."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance import concordance, signing
from models.establishments import Establishment
from models.notices.notice import NoticeVersion, PatientNotice
from models.notices.words import NoticeStatus
from models.register.activity import Activity
from models.register.parts import Recipient
from tests.cast import Stage
from tests.client import HouseClient
from tests.journal.test_tampering import administrator
from tests.notices import made

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
PHONE = "02 98 00 00 00"


@pytest.fixture
def record(write: Write, stage: Stage) -> str:
    """The identity of a validated record of the medical record, in a hospital that can be reached."""
    with write() as session:
        session.get_one(Establishment, stage.establishments["CHA"]).dpo_phone = PHONE
        return str(made.activity(session, stage.establishments["CHA"]).id)


def begun(who: HouseClient, *activities: str, **typed: Any) -> str:
    """A notice begun; gives its address."""
    page = who.post(
        "/information/nouvelle", {"title": "Vos données", "audience": "adult", "activities": list(activities), **typed}
    )
    assert page.status == 303, page.words
    return page.location


def completed(who: HouseClient, address: str) -> None:
    form = who.get(f"{address}/modifier").values(class_="form")
    page = who.post(f"{address}/modifier", {**form, "champ_service_acces_dossier": made.DESK})
    assert page.status == 303, page.words


def published(who: HouseClient, address: str, note: str = "") -> Any:
    form = who.get(f"{address}/publier").values(class_="form")
    return who.post(f"{address}/publier", {**form, "note": note})


def test_a_notice_goes_from_the_register_to_everybody(client: Clients, record: str, write: Write) -> None:
    dpo, stranger = client("dpo"), client(None)
    address = begun(dpo, record)
    public = "/information/lire/cha-vos-donnees"
    assert stranger.get(public).status == 404
    page = dpo.get(address)
    assert "tenir votre dossier médical" in page.words
    assert "mots sur 230" in page.words
    assert "pages A4 sur 4" in page.words
    assert "Renseignez le champ « Service chargé des demandes de dossier médical »" in page.words
    refused = published(dpo, address)
    assert refused.status == 422
    assert "Renseignez le champ" in refused.words
    completed(dpo, address)
    assert published(dpo, address).status == 303
    served = stranger.get(public)
    assert served.status == 200
    assert "VOUS" not in served.title
    assert "Comment vous opposer" in served.words
    assert PHONE in served.words
    with write() as session:
        version = session.scalars(select(NoticeVersion)).one()
        assert version.is_intact()
        assert version.sources[0].seen == 1


def test_a_published_notice_edited_by_hand_is_named(app: Flask, stage: Stage, write: Write) -> None:
    with write() as session:
        made.published_notice(session, stage.establishments["CHA"])
    engine = app.extensions["engine"]

    def told() -> list[str]:
        with app.app_context(), engine.connect() as connection:
            return [fault.reason for fault in concordance.verify(connection, signing.trusted_keys())]

    assert told() == []
    other = "'" + "0" * 64 + "'"
    for edit, said in (
        ("title = 'Autre titre'", concordance.ROW_EDITED % (1, "Autre titre")),
        (f"title = '{made.TITLE}', sha256 = {other}", concordance.TEXT_EDITED % (1, made.TITLE)),
        ("number = 7", concordance.TEXT_GONE % 1),
    ):
        with administrator(engine) as connection:
            connection.execute(text(f"UPDATE notice_version SET {edit}"))  # noqa: S608 -- our own words
        assert said in told()


def test_a_notice_is_refused_for_a_record_not_validated(client: Clients, record: str, write: Write) -> None:
    dpo = client("dpo")
    address = begun(dpo, record)
    with write() as session:
        one = session.get_one(Activity, uuid.UUID(record))
        one.recipients = []
        one.touch("Diane Petit", one.updated_at)
    page = dpo.post("/information/nouvelle", {"title": "Une autre", "audience": "adult", "activities": [record]})
    assert page.status == 422
    assert "À valider d’abord au registre : T-2026-101" in page.words
    assert page.one("input", name="title").get("value") == "Une autre"
    shown = dpo.get(address).words
    assert "Validez cette fiche" in shown
    assert "Indiquez au moins un destinataire." in shown
    completed_form = dpo.get(f"{address}/modifier").values(class_="form")
    page = dpo.post(f"{address}/modifier", {**completed_form, "title": "Mon titre"})
    assert page.status == 422
    assert page.one("input", name="title").get("value") == "Mon titre"


def test_a_change_of_the_register_shows_what_to_revise(client: Clients, record: str, write: Write) -> None:
    dpo = client("dpo")
    address = begun(dpo, record)
    completed(dpo, address)
    assert published(dpo, address).status == 303
    assert "À réviser" not in dpo.get("/information/").words.replace("Montrer Toutes À réviser", "")
    with write() as session:
        one = session.scalars(select(Activity).where(Activity.reference == "T-2026-101")).one()
        one.recipients.append(Recipient(kind="external", category="insurer", position=9))
        one.touch("Diane Petit", one.updated_at)
        session.flush()
        made.revalidate(session, one)
    assert "à réviser : le registre ou les contacts ont changé" in dpo.get("/information/").words
    page = dpo.get(f"{address}/comparer")
    assert "l’assureur de l’établissement" in page.words
    assert dpo.post(f"{address}/confirmer").status == 422
    assert published(dpo, address).status == 422
    assert published(dpo, address, "L’assureur s’ajoute.").status == 303
    assert "dit ce que disent le registre et les contacts" in dpo.get(f"{address}/comparer").words


def test_two_who_edit_the_same_notice_lose_nothing(client: Clients, record: str) -> None:
    dpo = client("dpo")
    address = begun(dpo, record)
    form = dpo.get(f"{address}/modifier").values(class_="form")
    assert dpo.post(f"{address}/modifier", {**form, "title": "La première"}).status == 303
    page = dpo.post(f"{address}/modifier", {**form, "title": "La seconde"})
    assert page.status == 409
    assert page.one("input", name="title").get("value") == "La seconde"
    assert dpo.post(f"{address}/modifier", page.values(class_="form")).status == 303
    assert "La seconde" in dpo.get(address).title


def test_what_is_retired_or_altered_is_no_longer_served(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        notice = made.published_notice(session, stage.establishments["CHA"])
        address, public = f"/information/{notice.id}", f"/information/lire/{notice.slug}"
    dpo, stranger = client("dpo"), client(None)
    assert stranger.get(public).status == 200
    assert dpo.post(f"{address}/retirer", {"reason": ""}).status == 422
    assert dpo.post(f"{address}/retirer", {"reason": "Doublon"}).status == 303
    assert stranger.get(public).status == 404
    assert "Doublon" in dpo.get(address).words
    with write() as session:
        assert session.scalars(select(PatientNotice)).one().status is NoticeStatus.RETIRED
