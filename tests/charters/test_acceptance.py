"""Acceptances: everyone by a way that suits, once, with a receipt that anyone verifies; and every way to go wrong."""

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from exports import receipts
from governance import signing
from governance.charters import tokens
from governance.database import writing
from models.base import now, today
from models.chains import verify
from models.charters.acceptance import Acceptance, Decision, Trace
from models.charters.campaign import Answer, Campaign, Invitation
from models.charters.charter import Charter
from models.charters.collection import PaperForm, PersonalLink
from models.charters.words import Channel
from models.journal import Entry, Verb
from models.people import DepartureReason, Person
from tests.cast import Stage
from tests.charters.crowd import DESK_CODE, DESK_TOKEN, TOKEN, Crowd, gather, kiosk, link, text_of
from tests.charters.made import release
from tests.client import HouseClient, Page

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
LINK = f"/chartes/lien/{TOKEN}"
DESK = f"/chartes/borne/{DESK_TOKEN}"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def crowd(write: Write, stage: Stage) -> Crowd:
    with write() as session:
        return gather(session, stage)


@pytest.fixture
def seen(db: Session, crowd: Crowd) -> dict[str, str]:
    """What a confirmation sends."""
    return {"seen": text_of(db, crowd), "read": "y"}


def answers(db: Session, crowd: Crowd, name: str) -> list[Acceptance]:
    query = select(Acceptance).where(Acceptance.person_id == crowd.people[name])
    return list(db.scalars(query.order_by(Acceptance.at)))


def stands(db: Session, crowd: Crowd, name: str) -> Answer:
    return db.scalars(select(Invitation.answer).where(Invitation.id == crowd.asked[name])).one()


# Signed in


def test_an_agent_accepts_from_her_account_and_takes_her_receipt(
    app: Flask, client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    agent = client("agent")
    assert "À lire avant" in agent.get("/chartes/miennes").words
    path = f"/chartes/miennes/{crowd.asked['Agathe']}"
    page = agent.get(path)
    assert "Agathe Roux" in page.words
    assert "consentement au sens du RGPD" in page.words
    assert "signature électronique simple" in page.words
    receipt = agent.post(path, seen, follow=True)
    kept = answers(db, crowd, "Agathe")
    assert [one.channel for one in kept] == [Channel.SIGNED_IN]
    assert kept[0].number in receipt.title
    assert "Agathe Roux" in kept[0].statement
    assert stands(db, crowd, "Agathe") is Answer.ACCEPTED
    signed = agent.get(f"/chartes/recus/{kept[0].id}/recu.json").data
    with app.app_context():
        verdict = receipts.verify(signed, signing.trusted_keys())
        pdf = receipts.verify(agent.get(f"/chartes/recus/{kept[0].id}/recu.pdf").data, signing.trusted_keys())
    assert (verdict.status, pdf.status) == (0, 0)
    assert verdict.document is not None
    assert verdict.document["charter"]["sha256"] == kept[0].sha256


def test_the_receipt_names_its_entry_in_the_journal(
    app: Flask, client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    kept = answers(db, crowd, "Agathe")[0]
    place = kept.receipt["document"]["journal"]
    entry = db.scalars(select(Entry).where(Entry.chain == place["chain"], Entry.seq == place["seq"])).one()
    assert (entry.verb, entry.digest, entry.actor_name) == (Verb.ACKNOWLEDGED, place["digest"], "Agathe Roux")
    assert entry.subject_id == kept.id
    assert kept.number.endswith(f"{place['seq']:06}")
    with app.extensions["engine"].connect() as connection:
        assert list(verify(connection)) == []


def test_accepting_twice_gives_the_same_receipt(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    agent, path = client("agent"), f"/chartes/miennes/{crowd.asked['Agathe']}"
    first, second = agent.post(path, seen), agent.post(path, seen)
    assert first.location == second.location
    assert len(answers(db, crowd, "Agathe")) == 1


@pytest.mark.parametrize("missing", ["seen", "read"])
def test_nothing_is_accepted_without_the_box_or_the_text(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str], missing: str
) -> None:
    page = client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {**seen, missing: ""})
    assert page.status == 422
    assert answers(db, crowd, "Agathe") == []


def test_the_box_is_never_ticked_beforehand(client: Clients, crowd: Crowd) -> None:
    page = client("agent").get(f"/chartes/miennes/{crowd.asked['Agathe']}")
    assert page.one("input", name="read").get("checked") is None


def test_nobody_opens_the_page_of_somebody_else(client: Clients, crowd: Crowd, seen: dict[str, str]) -> None:
    path = f"/chartes/miennes/{crowd.asked['Agathe']}"
    for login in ("rh", "dpo", "admin"):
        assert client(login).get(path).status == 404
        assert client(login).post(path, seen).status == 404


def test_hr_and_the_dpo_take_a_receipt_that_a_colleague_may_not(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    path = f"/chartes/recus/{answers(db, crowd, 'Agathe')[0].id}"
    assert client("rh").get(path).status == client("dpo").get(path).status == 200
    assert client("dsi").get(path).status == client("dpo-est").get(path).status == 404


def test_a_refusal_stays_and_a_confirmation_may_follow(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    agent, path = client("agent"), f"/chartes/miennes/{crowd.asked['Agathe']}"
    agent.post(path + "/refus", {"seen": seen["seen"], "reason": "Je veux en parler d’abord."})
    assert stands(db, crowd, "Agathe") is Answer.REFUSED
    agent.post(path, seen)
    kept = answers(db, crowd, "Agathe")
    assert [one.decision for one in kept] == [Decision.REFUSED, Decision.ACCEPTED]
    assert kept[0].reason == "Je veux en parler d’abord."
    assert "Je veux en parler d’abord." in kept[0].statement
    db.expire_all()
    assert stands(db, crowd, "Agathe") is Answer.ACCEPTED
    agent.post(path + "/refus", {"seen": seen["seen"]})
    assert len(answers(db, crowd, "Agathe")) == 2


# By link


def test_opening_a_link_accepts_nothing(client: Clients, db: Session, crowd: Crowd) -> None:
    page = client(None).get(LINK)
    assert "Karim Benali" in page.words
    assert answers(db, crowd, "Karim") == []
    assert db.scalars(select(PersonalLink.used_at)).one() is None


def test_a_contractor_accepts_by_link_once(client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]) -> None:
    stranger = client(None)
    page = stranger.post(LINK, seen, follow=True)
    assert page.title == "Merci, c’est enregistré"
    assert stranger.get(LINK + "/recu.pdf").data.startswith(b"%PDF")
    stranger.post(LINK, seen)
    kept = answers(db, crowd, "Karim")
    assert [one.channel for one in kept] == [Channel.LINK]
    assert db.scalars(select(PersonalLink.used_at)).one() is not None
    trace = db.get_one(Trace, kept[0].id)
    assert trace.address == "127.0.0.0/24"


def test_a_used_link_later_says_only_that_it_served(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(None).post(LINK, seen)
    monkeypatch.setattr("governance.charters.links.SHOWN_FOR", dt.timedelta(0))
    page = client(None).get(LINK)
    assert page.title == "Ce lien a déjà servi"
    assert "Karim" not in page.words
    assert client(None).get(LINK + "/recu.pdf").status == 404


@pytest.mark.parametrize("token", ["inconnu", TOKEN[:-1], TOKEN + "x", "%00", "é" * 40])
def test_a_forged_link_says_nothing_of_anyone(client: Clients, crowd: Crowd, seen: dict[str, str], token: str) -> None:
    for page in (client(None).get(f"/chartes/lien/{token}"), client(None).post(f"/chartes/lien/{token}", seen)):
        assert page.status == 404
        assert "Karim" not in page.words


def test_an_expired_link_takes_nothing(
    client: Clients, db: Session, write: Write, crowd: Crowd, seen: dict[str, str]
) -> None:
    with write() as session:
        session.scalars(select(PersonalLink)).one().expires_at = now() - dt.timedelta(minutes=1)
    assert client(None).get(LINK).status == client(None).post(LINK, seen).status == 404
    assert answers(db, crowd, "Karim") == []


def test_a_link_with_a_second_code_needs_it(
    app: Flask, client: Clients, db: Session, write: Write, crowd: Crowd, seen: dict[str, str]
) -> None:
    with app.app_context():
        code = tokens.personal_code(crowd.campaign, crowd.people["Karim"])
    with write() as session:
        session.add(
            link(crowd.campaign, crowd.people["Karim"], "avec-code", code_digest=tokens.token_digest(code, "code"))
        )
    path = "/chartes/lien/avec-code"
    wrong = client(None).post(path, {**seen, "code": "000000" if code != "000000" else "111111"})
    assert wrong.status == 422
    assert "n’est pas celui qui vous a été remis" in wrong.words
    assert answers(db, crowd, "Karim") == []
    client(None).post(path, {**seen, "code": f"{code[:3]} {code[3:]}"})
    assert answers(db, crowd, "Karim")[0].means == ["link", "code"]


def test_codes_cannot_be_tried_for_ever(client: Clients, write: Write, crowd: Crowd, seen: dict[str, str]) -> None:
    with write() as session:
        session.add(link(crowd.campaign, crowd.people["Karim"], "avec-code", code_digest="0" * 64))
    pages = [client(None).post("/chartes/lien/avec-code", {**seen, "code": "123456"}) for _ in range(12)]
    assert "Trop d’essais" in pages[-1].words


# At a kiosk


@pytest.fixture
def desk(write: Write, stage: Stage, crowd: Crowd) -> None:
    with write() as session:
        kiosk(session, stage, crowd.campaign)


WHO = {"number": "10234", "name": "le goff", "code": DESK_CODE}


def confirmed(client: Clients, who: dict[str, str], seen: dict[str, str]) -> Page:
    browser = client(None)
    page = browser.post(DESK, who)
    seal = page.all("input", name="seal")[0].get("value")
    return browser.post(DESK + "/confirmer", {**seen, "seal": seal})


@pytest.mark.usefixtures("desk")
def test_somebody_without_mail_accepts_at_the_kiosk(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    assert "Louise" not in client(None).get(DESK).text
    page = confirmed(client, WHO, seen)
    kept = answers(db, crowd, "Louise")
    assert kept[0].number in page.words
    assert (kept[0].channel, kept[0].operator_name) == (Channel.KIOSK, "Rose Henry")
    assert kept[0].receipt["document"]["auth"]["means"] == ["staff_number", "identity_seen"]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("wrong", [{"number": "10235"}, {"name": "Roux"}, {"code": "0000"}])
def test_the_kiosk_says_the_same_whatever_is_wrong(client: Clients, crowd: Crowd, wrong: dict[str, str]) -> None:
    page = client(None).post(DESK, {**WHO, **wrong})
    assert page.status == 422
    assert "ne correspondent à personne d’attendu ici" in page.words
    assert "Louise" not in page.text


@pytest.mark.usefixtures("desk")
def test_a_seal_of_one_kiosk_is_worth_nothing_when_forged(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    page = client(None).post(DESK + "/confirmer", {**seen, "seal": "faux"}, follow=True)
    assert "dites à nouveau qui vous êtes" in page.words
    assert db.scalar(select(func.count()).select_from(Acceptance)) == 0


def test_a_closed_kiosk_says_so(client: Clients, write: Write, stage: Stage, crowd: Crowd) -> None:
    with write() as session:
        kiosk(session, stage, crowd.campaign, expires_at=now() - dt.timedelta(minutes=1))
    assert client(None).get(DESK).title == "Cette borne est fermée"
    assert client(None).post(DESK, WHO).status == 404


def test_hr_opens_a_kiosk_and_closes_it(client: Clients, db: Session, stage: Stage, crowd: Crowd) -> None:
    hr = client("rh")
    values = {
        "campaign": str(crowd.campaign), "establishment": str(stage.establishments["CHA"]), "place": "Accueil B",
        "hours": "3",
    }  # fmt: skip
    page = hr.post("/chartes/bornes", values)
    assert page.title == "La borne est ouverte"
    assert page.text.count('class="segno"') == 1
    listed = hr.get("/chartes/bornes")
    assert "Accueil B" in listed.words
    action = next(form.get("action") for form in listed.all("form") if (form.get("action") or "").endswith("/fermer"))
    assert "Aucune borne n’est ouverte" in hr.post(action, follow=True).words
    assert hr.post("/chartes/bornes", {**values, "hours": "99"}).status == 422


# On paper


def entered(client: Clients, crowd: Crowd, scan: bytes = PDF, **changed: Any) -> Page:
    values = {
        "signed_on": today().isoformat(), "original": "Armoire 4", "scan": (io.BytesIO(scan), "scan.pdf"), **changed,
    }  # fmt: skip
    return client("rh").post(f"/chartes/personnes/{crowd.asked['Louise']}/papier", values)


def test_a_signed_form_counts_only_after_a_second_person(client: Clients, db: Session, crowd: Crowd) -> None:
    page = entered(client, crowd)
    path = page.location
    assert answers(db, crowd, "Louise") == []
    own = client("rh").post(path + "/compter")
    assert own.status == 422
    assert "une autre personne doit le relire" in own.words
    assert client("dpo").post(path + "/compter").status == 303
    kept = answers(db, crowd, "Louise")[0]
    assert (kept.channel, kept.operator_name, kept.checked_by) == (Channel.PAPER, "Rose Henry", "Diane Petit")
    assert kept.signed_on == today()
    assert "Armoire 4" in client("dpo").get(path).words


def test_a_form_that_does_not_match_is_put_aside(client: Clients, db: Session, crowd: Crowd) -> None:
    path = entered(client, crowd).location
    assert client("dpo").post(path + "/ecarter", {"reason": ""}).status == 422
    assert client("dpo").post(path + "/ecarter", {"reason": "Signature absente."}).status == 303
    assert client("dpo").post(path + "/compter").status == 422
    assert answers(db, crowd, "Louise") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed_on": (today() + dt.timedelta(days=1)).isoformat()},
        {"signed_on": "2001-01-01"},
        {"original": ""},
        {"scan": b"bonjour"},
    ],
    ids=["future", "before the version", "no original", "no scan"],
)
def test_an_entry_that_cannot_be_is_refused(client: Clients, db: Session, crowd: Crowd, wrong: dict[str, Any]) -> None:
    assert entered(client, crowd, **wrong).status == 422
    assert db.scalars(select(PaperForm)).all() == []


def test_the_database_itself_refuses_that_one_person_enters_and_checks(
    app: Flask, client: Clients, db: Session, crowd: Crowd
) -> None:
    entered(client, crowd)
    with writing(), app.extensions["engine"].connect() as raw, pytest.raises(DBAPIError):
        raw.execute(text("UPDATE charter_paper SET state = 'counted', checked_by_id = entered_by_id"))


# On behalf


ASSISTED = {
    "assistance": "language", "detail": "Portugais", "witness": "Paul Témoin", "witness_title": "Cadre",
    "declared": "y", "present": "y",
}  # fmt: skip


def test_a_declaration_with_a_witness_names_both(client: Clients, db: Session, crowd: Crowd) -> None:
    client("rh").post(f"/chartes/personnes/{crowd.asked['Louise']}/assistance", ASSISTED)
    kept = answers(db, crowd, "Louise")[0]
    assert (kept.operator_name, kept.witness_name) == ("Rose Henry", "Paul Témoin (Cadre)")
    assert "Rose Henry" in kept.statement
    assert "Paul Témoin" in kept.statement


@pytest.mark.parametrize("witness", ["Rose Henry", "louise le goff", "Helene Noel"])
def test_the_witness_is_somebody_else(client: Clients, db: Session, crowd: Crowd, witness: str) -> None:
    path = f"/chartes/personnes/{crowd.asked['Louise']}/assistance"
    assert client("rh").post(path, {**ASSISTED, "witness": witness}).status == 422
    assert answers(db, crowd, "Louise") == []


def test_hr_notes_a_refusal_with_its_reason(client: Clients, db: Session, crowd: Crowd) -> None:
    path = f"/chartes/personnes/{crowd.asked['Louise']}/refus"
    assert client("rh").post(path, {"handed_on": today().isoformat(), "reason": ""}).status == 422
    client("rh").post(path, {"handed_on": today().isoformat(), "reason": "Non précisé"})
    kept = answers(db, crowd, "Louise")[0]
    assert (kept.decision, kept.reason) == (Decision.REFUSED, "Non précisé")


# What cannot be


def test_somebody_who_left_is_asked_nothing(
    client: Clients, db: Session, write: Write, crowd: Crowd, seen: dict[str, str]
) -> None:
    with write() as session:
        gone = session.get_one(Person, crowd.people["Agathe"])
        gone.leave(today() - dt.timedelta(days=1), DepartureReason.RETIRED)
    page = client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    assert page.status == 409
    assert "votre présence" in page.words.lower()
    assert answers(db, crowd, "Agathe") == []


def test_a_closed_campaign_takes_no_answer(
    client: Clients, db: Session, write: Write, crowd: Crowd, seen: dict[str, str]
) -> None:
    with write() as session:
        session.get_one(Campaign, crowd.campaign).close(today(), "Terminée")
    assert client(None).get(LINK).status == 409
    assert "close" in client(None).post(LINK, seen).title
    assert answers(db, crowd, "Karim") == []


def test_a_version_replaced_in_between_takes_no_answer(
    client: Clients, db: Session, write: Write, crowd: Crowd, seen: dict[str, str]
) -> None:
    with write() as session:
        release(session, session.get_one(Charter, crowd.charter))
    page = client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    assert page.title == "Ce texte vient d’être remplacé"
    assert answers(db, crowd, "Agathe") == []


def test_the_text_that_was_on_the_screen_is_the_one_agreed_to(
    client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    page = client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {**seen, "seen": "0" * 64}, follow=True)
    assert "Le texte a changé pendant votre lecture" in page.words
    assert answers(db, crowd, "Agathe") == []


FORBIDDEN = (
    "UPDATE charter_acceptance SET person_name = 'x'",
    "UPDATE charter_acceptance SET decision = 'refused'",
    "DELETE FROM charter_acceptance",
)


def test_the_database_refuses_to_change_an_acceptance(
    app: Flask, client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    engine = app.extensions["engine"]
    replaced = "INSERT OR REPLACE INTO charter_acceptance SELECT * FROM charter_acceptance"
    last = replaced if engine.dialect.name == "sqlite" else "TRUNCATE charter_acceptance CASCADE"
    for statement in (*FORBIDDEN, last):
        with writing(), engine.connect() as raw, pytest.raises(DBAPIError, match="ne se modifient pas"):
            raw.execute(text(statement))
    assert len(answers(db, crowd, "Agathe")) == 1


def test_a_receipt_altered_by_one_letter_is_named(
    app: Flask, client: Clients, db: Session, crowd: Crowd, seen: dict[str, str]
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", seen)
    kept = answers(db, crowd, "Agathe")[0]
    told = json.loads(receipts.file(kept.receipt))
    told["document"]["person"]["name"] = "Somebody Else"
    with app.app_context():
        assert receipts.verify(json.dumps(told).encode(), signing.trusted_keys()).status == 1


def test_an_unknown_receipt_is_not_found(client: Clients, crowd: Crowd) -> None:
    assert client("agent").get(f"/chartes/recus/{uuid.uuid4()}").status == 404
