"""Tools, diffusion, checks: what reaches patients, and how one makes sure of it."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import today
from models.charters.words import Frequency
from models.evidence import Attachment
from models.notices.campaign import DiffusionCampaign, DiffusionCount
from models.notices.check import InformationCheck
from models.notices.diffusion import DiffusionProcedure
from models.notices.tool import InformationTool
from models.notices.words import CampaignState, ProcedureStatus
from models.rules import RuleBroken
from models.versions import Version
from tests.cast import Stage
from tests.client import HouseClient
from tests.evidence.samples import PDF, PNG
from tests.notices import made

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
TOOL = {"title": "Affiche des urgences", "kind": "poster", "state": "in_use", "edition": "2", "places": "Accueil"}
CHECK = {"method": "interviews", "checked_on": today().isoformat(), "checked_by": "Diane Petit", "asked": "20"}


def test_a_tool_enters_the_inventory_and_is_validated_by_a_pdf(client: Clients, write: Write) -> None:
    dpo = client("dpo")
    missing = dpo.post("/information/supports/nouveau", {**TOOL, "places": ""})
    assert missing.status == 422
    assert "Dites où les patients trouvent ce support." in missing.words
    assert missing.one("input", name="title").get("value") == TOOL["title"]
    page = dpo.post("/information/supports/nouveau", {**TOOL, "languages": ["fr", "lsf", "martien"]})
    assert page.status == 303, page.words
    address = page.location
    shown = dpo.get(address)
    assert "Langue des signes française" in shown.words
    assert "Version à faire valider" in shown.words
    typed = {"edition": "2", "body": "users_committee", "held_on": today().isoformat(), "opinion": "favourable"}
    refused = dpo.post(f"{address}/valider", {**typed, "minutes": "PV 12", "document": (BytesIO(PNG), "affiche.png")})
    assert refused.status == 422
    assert "il faut un fichier .pdf" in refused.words
    assert refused.one("input", name="minutes").get("value") == "PV 12"
    assert dpo.post(f"{address}/valider", {**typed, "document": (BytesIO(PDF), "affiche.pdf")}).status == 303
    assert "Version validée" in dpo.get(address).words
    with write() as session:
        assert session.scalars(select(Attachment)).one().kept


def test_two_who_edit_the_same_tool_lose_nothing(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        address = f"/information/supports/{made.tool(session, stage.establishments['CHA']).id}"
    dpo = client("dpo")
    form = dpo.get(f"{address}/modifier").values(class_="form")
    assert dpo.post(f"{address}/modifier", {**form, "edition": "4"}).status == 303
    page = dpo.post(f"{address}/modifier", {**form, "edition": "5"})
    assert page.status == 409
    assert page.one("input", name="edition").get("value") == "5"
    assert dpo.post(f"{address}/modifier", page.values(class_="form")).status == 303


def test_a_check_counts_no_more_informed_than_asked(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        tool = made.tool(session, stage.establishments["CHA"], frequency=Frequency.QUARTERLY, next_check_on=today())
        identity, elsewhere = tool.id, made.tool(session, stage.establishments["CHE"]).id
    dpo = client("dpo")
    stray = dpo.post("/information/verifications/nouvelle", {**CHECK, "tool_id": str(elsewhere), "informed": "15"})
    assert "Choisissez une valeur de la liste." in stray.words, "a check is of a tool of its own establishment"
    page = dpo.post("/information/verifications/nouvelle", {**CHECK, "tool_id": str(identity), "informed": "21"})
    assert page.status == 422
    assert "Ce nombre ne peut pas dépasser" in page.words
    assert page.one("input", name="informed").get("value") == "21"
    page = dpo.post("/information/verifications/nouvelle", {**CHECK, "tool_id": str(identity), "informed": "15"})
    assert page.status == 303, page.words
    assert "75 %" in dpo.get("/information/verifications").words
    assert "À améliorer" in dpo.get(page.location).words
    form = dpo.get(f"{page.location}/modifier").values(class_="form")
    assert dpo.post(f"{page.location}/modifier", {**form, "aware": "30"}).status == 422
    assert dpo.post(f"{page.location}/modifier", {**form, "aware": "12", "informed": "18"}).status == 303
    with write() as session:
        check = session.scalars(select(InformationCheck)).one()
        assert (check.rate, check.aware) == (90, 12)
        following = session.get_one(InformationTool, identity).next_check_on
        assert following is not None
        assert following > today() + dt.timedelta(days=80)


def test_a_procedure_is_validated_and_frozen(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        found = made.lay(session, stage.establishments["CHA"])
        address, tool = f"/information/procedures/{found['procedure'].id}", found["tool"].id
    dpo = client("dpo")
    late = {"body": "medical_committee", "validated_on": (today() + dt.timedelta(days=1)).isoformat()}
    assert dpo.post(f"{address}/valider", late).status == 422
    assert dpo.post(f"{address}/valider", {**late, "validated_on": today().isoformat()}).status == 303
    form = dpo.get(f"{address}/modifier").values(class_="form")
    assert dpo.post(f"{address}/modifier", {**form, "instructions": "Remettre et expliquer."}).status == 303
    shown = dpo.get(address)
    assert "Remettre et expliquer." in shown.words
    assert "Remettre le livret." in shown.words, "the frozen version stays readable"
    with write() as session:
        assert session.scalars(select(DiffusionProcedure)).one().status is ProcedureStatus.DRAFT
        assert session.scalars(select(Version).where(Version.subject_type == "diffusion_procedure")).one().number == 1
    for where in ("document.pdf", "versions/1/document.docx"):
        assert dpo.get(f"{address}/{where}").status == 200
    asked = dpo.get("/information/procedures/nouvelle?etape=arrival")
    assert "dire les quatre messages" in asked.words
    typed = {**asked.values(class_="form"), "tool_id": str(uuid.uuid4())}
    assert dpo.post("/information/procedures/nouvelle", typed).status == 422
    assert dpo.post("/information/procedures/nouvelle", {**typed, "tool_id": str(tool)}).status == 303


def test_a_campaign_goes_from_its_plan_to_its_outcome(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        tool = made.tool(session, stage.establishments["CHA"]).id
    dpo, now_, before = client("dpo"), today(), today() - dt.timedelta(days=9)
    typed = {
        "title": "Affichage d’automne", "tool_id": str(tool), "population": "all", "planned": "40",
        "starts_on": before.isoformat(), "ends_on": (before - dt.timedelta(days=1)).isoformat(),
        "places": "Accueil\nUrgences",
    }  # fmt: skip
    page = dpo.post("/information/campagnes/nouvelle", typed)
    assert page.status == 422
    assert "ne peut pas finir avant de commencer" in page.words
    assert page.one("input", name="planned").get("value") == "40"
    address = dpo.post("/information/campagnes/nouvelle", {**typed, "ends_on": now_.isoformat()}).location
    assert "aucune procédure" in dpo.get(address).words
    counted = {"handed": "20", "counted_on": before.isoformat(), "place": "Accueil", "counted_by": "Diane Petit"}
    for wrong, said in (
        ({"handed": "0"}, "un nombre entier entre 1"),
        ({"counted_on": (now_ + dt.timedelta(days=1)).isoformat()}, "une date passée"),
        ({"counted_on": (before - dt.timedelta(days=1)).isoformat()}, "avant le début"),
    ):
        page = dpo.post(f"{address}/compter", {**counted, **wrong})
        assert page.status == 422
        assert said in page.words
        assert page.one("input", name="place").get("value") == "Accueil"
    assert dpo.post(f"{address}/compter", counted).status == 303
    assert dpo.post(f"{address}/compter", {**counted, "handed": "30", "counted_on": now_.isoformat()}).status == 303
    shown = dpo.get(address)
    assert "plus que prévu" in shown.words
    assert "125" in shown.words
    with write() as session:
        last = session.scalars(select(DiffusionCount).order_by(DiffusionCount.counted_on.desc())).first()
        assert last is not None
        wrong_one = last.id
    assert dpo.post(f"{address}/comptages/{wrong_one}/retirer", {}).status == 303
    assert "20 sur 40" in dpo.get("/information/diffusion").words
    closing = {"closed_on": now_.isoformat(), "done": "38", "outcome": ""}
    page = dpo.post(f"{address}/clore", closing)
    assert page.status == 422
    assert page.one("input", name="done").get("value") == "38"
    assert dpo.post(f"{address}/clore", {**closing, "outcome": "Deux affiches manquent."}).status == 303
    shown = dpo.get(address)
    assert "Deux affiches manquent." in shown.words
    assert "Urgences" in shown.words, "the place of which nothing was counted is named"
    assert dpo.post(f"{address}/compter", counted).status == 422, "a closed campaign does not change"
    assert dpo.post(f"{address}/rouvrir", {}).status == 303
    assert dpo.post(f"{address}/compter", {**counted, "place": "Urgences"}).status == 303


def test_the_rate_of_a_campaign_is_told_over_time() -> None:
    first = dt.date(2026, 3, 2)
    one = DiffusionCampaign(starts_on=first, ends_on=first, planned=50, places="Accueil\nBloc", title="Affiches")
    for after, place, handed in ((0, "Accueil", 10), (3, "Accueil", 5), (3, "Urgences", 10)):
        on = first + dt.timedelta(days=after)
        one.count(DiffusionCount(counted_on=on, handed=handed, place=place, counted_by="A"), today())
    assert one.state(today()) is CampaignState.TO_CLOSE
    one.close(first + dt.timedelta(days=5), 45, "Fait.", "Diane Petit", today())
    assert [rate for _day, rate in one.course()] == [20, 50, 90]
    assert one.by_place() == [("Accueil", 15), ("Urgences", 10)]
    assert one.places_left() == ["Bloc"]
    with pytest.raises(RuleBroken):
        one.close(first, 1, "Encore.", "Diane Petit", today())
