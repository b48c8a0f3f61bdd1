"""Objections noted at the desk: their deadline, their answer, and who may know of them."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.notices.replies import offered, reply
from models.accounts import RoleGrant
from models.base import now, today
from models.journal import Entry
from models.permissions import Role
from models.rights import Capacity, DataSubjectRequest, Decision, ObjectedUse, RightKind, deadline
from models.rules import RuleBroken
from seed.notices import model
from tests.cast import Stage
from tests.client import HouseClient
from tests.notices import made

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
TYPED = {
    "kind": "objection", "received_on": today().isoformat(), "channel": "oral", "requester": "Jeanne Morvan",
    "contact": "4 rue des Lilas", "capacity": "self", "identity": "known", "uses": ["research_reuse"],
}  # fmt: skip


def test_an_objection_is_noted_extended_and_answered(client: Clients) -> None:
    dpo = client("dpo")
    refused = dpo.post("/information/demandes/nouvelle", {**TYPED, "uses": []})
    assert refused.status == 422
    assert "Cochez ce à quoi la personne s’oppose." in refused.words
    assert refused.one("input", name="requester").get("value") == "Jeanne Morvan"
    address = dpo.post("/information/demandes/nouvelle", TYPED).location
    shown = dpo.get(address)
    assert f"D-{today().year}-001" in shown.title
    assert "La réutilisation de ses données pour la recherche" in shown.words
    assert dpo.post(f"{address}/prolonger", {"extension_reason": ""}).status == 422
    assert dpo.post(f"{address}/prolonger", {"extension_reason": "Plusieurs services à entendre"}).status == 303
    assert f"{deadline(today(), 3):%d/%m/%Y}" in dpo.get(address).words
    typed = {"decision": "refused", "answered_on": today().isoformat(), "answer": ""}
    page = dpo.post(f"{address}/repondre", typed)
    assert page.status == 422
    assert "Écrivez les motifs" in page.words
    assert dpo.post(f"{address}/repondre", {**typed, "answer": "La loi l’impose."}).status == 303
    assert dpo.post(f"{address}/repondre", {**typed, "answer": "Encore."}).status == 422
    assert "Aucune demande" in dpo.get("/information/demandes?montrer=en-cours").words


def test_each_step_of_a_request_has_its_letter_and_the_records_it_is_about(
    client: Clients, write: Write, stage: Stage
) -> None:
    with write() as session:
        research = made.activity(session, stage.establishments["CHA"], "TP20")
        other = made.activity(session, stage.establishments["CHE"], "TP20")
        here, elsewhere = str(research.id), str(other.id)
        dpo_of_both = RoleGrant(
            user_id=stage.users["dpo"],
            role=Role.DPO,
            establishment_id=stage.establishments["CHE"],
            starts_on=today(),
            granted_at=now(),
        )
        session.add(dpo_of_both)
    dpo = client("dpo")
    foreign = {**TYPED, "etablissement": "CHA", "department_id": str(stage.departments["Laboratoire"])}
    assert dpo.post("/information/demandes/nouvelle", foreign).status == 422
    typed = {**TYPED, "uses": ["research_reuse", "satisfaction_survey"], "identity": "requested", "suspends": "y"}
    typed["etablissement"] = "CHA"
    refused = dpo.post("/information/demandes/nouvelle", {**typed, "activities": [elsewhere]})
    assert refused.status == 422
    assert "Choisissez des traitements de cet établissement." in refused.words
    address = dpo.post("/information/demandes/nouvelle", {**typed, "activities": [here]}).location
    assert dpo.get(address).one("a", href=f"/registre/{here}") is not None
    assert dpo.get(f"{address}/modifier").one("input", value=here).get("checked") is not None
    assert dpo.get(f"{address}/courriers/partial.pdf").status == 404
    day = today().isoformat()
    answer = {"decision": "partial", "answered_on": day, "applied_on": day, "answer": "La loi l’impose."}
    assert "Cochez ce qui est refusé" in dpo.post(f"{address}/repondre", answer).words
    assert dpo.post(f"{address}/repondre", {**answer, "refused_uses": ["research_reuse"]}).status == 303
    for code in ("receipt", "identity_request", "partial"):
        assert dpo.get(f"{address}/courriers/{code}.docx").data.startswith(b"PK")
    assert dpo.get(f"{address}/courriers/partial.pdf").data.startswith(b"%PDF")
    assert client("rssi").get(f"{address}/courriers/receipt.pdf").status == 403


def test_letters_say_what_was_decided_and_how_to_appeal(db: Session, stage: Stage) -> None:
    form = model()["opposition_form"]
    place = stage.establishments["CHA"]

    def letters(**more: object) -> dict[str, str]:
        found = made.request(db, place, reference=f"D-{len(kept):03d}", **more)
        kept.append(found)
        if "kind" in more:
            found.uses = None
        decided = found.kind, found.uses and len(found.uses)
        decision, uses = (Decision.PARTIAL, ["research_reuse"]) if decided[1] == 2 else (Decision.REFUSED, None)
        if found.kind is RightKind.ACCESS:
            decision = Decision.ACCEPTED
        found.extend("Plusieurs services à entendre.", today())
        found.settle(decision, "une loi nous impose cette utilisation", today(), today(), today(), uses)
        return {
            str(one["code"]): " ".join(line for part in reply(one, found, today()).parts for line in part.lines)
            for one in offered(found, form)
        }

    kept: list[DataSubjectRequest] = []
    refused = letters()
    assert set(refused) == {"receipt", "extension", "refused"}
    assert "la réutilisation de vos données pour la recherche" in refused["receipt"]
    assert "car plusieurs services à entendre" in refused["extension"]
    assert "une loi nous impose cette utilisation" in refused["refused"]
    assert "plainte à la CNIL" in refused["refused"]
    assert "tribunal" in refused["refused"]
    assert "juridiction compétente" in refused["refused"], "what nobody said is left to complete, by its name"
    kept[0].establishment.competent_court = "le tribunal administratif de Rennes"
    assert "saisir le tribunal administratif de Rennes." in letters()["refused"]
    assert "proposer" not in refused["refused"], "what was not offered is not announced"
    partial = letters(uses=["research_reuse", "satisfaction_survey"])["partial"]
    assert "Nous acceptons votre opposition pour : l’envoi de questionnaires." in partial
    access = letters(kind=RightKind.ACCESS)
    assert "opposition" not in " ".join(access.values())
    assert "Votre demande porte sur : accès." in access["granted"]


def test_only_those_who_answer_requests_know_of_them(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        address = f"/information/demandes/{made.request(session, stage.establishments['CHA']).id}"
    assert client("rssi").get(address).status == 403
    assert client("dpo-est").get(address).status == 404
    assert "Jeanne" not in client("rssi").get("/information/").words
    assert "Jeanne" in client("dpo").get("/information/demandes?q=morvan").words
    with write() as session:
        told = [str(entry.changes) + entry.subject_title for entry in session.scalars(select(Entry))]
        assert any("D-2026-001" in one for one in told)
        assert not any("Jeanne" in one or "Lilas" in one for one in told), "the journal keeps a request’s words back"


def test_two_who_edit_the_same_request_lose_nothing(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        address = f"/information/demandes/{made.request(session, stage.establishments['CHA']).id}"
    dpo = client("dpo")
    form = dpo.get(f"{address}/modifier").values(class_="form")
    assert dpo.post(f"{address}/modifier", {**form, "details": "Tous les essais"}).status == 303
    page = dpo.post(f"{address}/modifier", {**form, "details": "Un seul essai"})
    assert page.status == 409
    assert "Un seul essai" in page.words
    assert dpo.post(f"{address}/modifier", {**page.values(class_="form"), "received_on": "31/12/2199"}).status == 422


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2026-01-31", 1, "2026-03-02"),  # 28 February is a Saturday
        ("2026-03-14", 1, "2026-04-14"),
        ("2026-04-01", 1, "2026-05-04"),  # 1 May is a holiday, then a week-end
        ("2026-03-06", 1, "2026-04-07"),  # Easter Monday
        ("2026-10-30", 3, "2027-02-01"),
    ],
)
def test_a_deadline_goes_from_date_to_date_and_waits_for_a_working_day(received: str, months: int, due: str) -> None:
    assert deadline(dt.date.fromisoformat(received), months) == dt.date.fromisoformat(due)


def test_a_request_keeps_to_the_articles() -> None:
    day = dt.date(2026, 6, 1)

    def asked() -> DataSubjectRequest:
        return DataSubjectRequest(
            kind=RightKind.OBJECTION, received_on=day, capacity=Capacity.SELF, uses=[ObjectedUse.RESEARCH.value]
        )

    late = asked()
    late.receive(day)
    assert late.due_on == dt.date(2026, 7, 1)
    assert late.is_late(dt.date(2026, 7, 2))
    with pytest.raises(RuleBroken, match="premier mois est passé"):
        late.extend("Trop de services", dt.date(2026, 7, 2))
    late.extend("Trop de services", day)
    with pytest.raises(RuleBroken, match="une fois"):
        late.extend("Encore", day)
    with pytest.raises(RuleBroken, match="après la réception"):
        late.settle(Decision.ACCEPTED, None, dt.date(2026, 5, 1), None, day)
    for_another = asked()
    for_another.capacity = Capacity.PARENT
    with pytest.raises(RuleBroken, match="personne concernée"):
        for_another.receive(day)
    other = asked()
    other.uses = [ObjectedUse.OTHER.value]
    with pytest.raises(RuleBroken, match="Précisez"):
        other.receive(day)
