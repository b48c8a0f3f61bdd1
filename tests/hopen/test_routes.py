"""HOP’EN as the people of the cast use it."""

import datetime as dt
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from exports.hopen.tracker import HEADINGS, NOT_EXPORTED
from models.base import now, today
from models.hopen.opinions import StepLink
from models.hopen.tracking import Pursuit, Step
from models.hopen.words import StepState
from models.inventory.application import Application
from models.plan import Action
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.hopen.made import pursued, tracked

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def begun(write: Write, stage: Stage, code: str = "CHA") -> dict[str, str]:
    """The tracking of a hospital; gives the address of each action's page."""
    with write() as session:
        return {one: f"/hopen/actions/{step.id}" for one, step in tracked(session, stage.establishments[code]).items()}


def sent(who: HouseClient, address: str, form: str, **typed: Any) -> Page:
    """A form of a page, sent with what makes it fresh."""
    page = who.get(address)
    fields = [one.get("value", "") for one in page.all("input") if (one.get("id") or "").endswith("-revision")]
    return who.post(f"{address}/{form}", {"revision": fields[0] if fields else "", **typed})


def figure(page: Page, label: str) -> int:
    """The number on a tile."""
    tile = next(one for one in page.all("a") if label in "".join(one.itertext()) and "tile" in one.get("class", ""))
    return int(re.sub(r"\D", "", next(iter(tile.itertext()))))


def test_the_rssi_begins_the_tracking_and_sees_where_the_hospital_stands(client: Clients, stage: Stage) -> None:
    rssi = client("rssi")
    assert "n’est pas commencé" in rssi.get("/hopen/").words
    home = stage.establishments["CHA"]
    assert client("dpo-est").post(f"/hopen/commencer/{home}").status == 404
    assert client("auditeur").post(f"/hopen/commencer/{home}").status == 403
    assert rssi.post(f"/hopen/commencer/{home}").status == 303
    page = rssi.get("/hopen/")
    assert "P3.6" in page.words
    assert "0 sur 125" in page.words
    assert "1 à 50 sur 125" in rssi.get("/hopen/actions").words
    assert "1 à 50 sur 50" in rssi.get("/hopen/objectifs").words
    assert "Usage courant" in rssi.get("/hopen/indicateurs/P1.1").words
    assert rssi.get("/hopen/indicateurs/P3.1").status == 404


def test_an_action_is_followed_from_its_beginning_to_its_proof(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    address = begun(write, stage)["P2.1-O1-A1"]
    rssi = client("rssi")
    refused = sent(rssi, address, "etat", state="blocked")
    assert refused.status == 422
    assert "Dites pourquoi" in refused.words
    assert sent(rssi, address, "etat", state="blocked", reason="Éditeur muet").status == 303
    assert "Éditeur muet" in rssi.get(address).words
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    assert sent(rssi, address, "etat", state="done", done_on=tomorrow).status == 422
    assert sent(rssi, address, "etat", state="done").status == 303
    assert figure(rssi.get("/hopen/"), "Faites sans preuve") == 1
    with write() as session:
        application = Application(establishment_id=stage.establishments["CHA"], reference="A-1", name="Dossier patient")
        application.touch("Daniel Silva", now())
        session.add(application)
        session.flush()
        where = f"http://vigie.example/applications/{application.id}"
    assert rssi.post(f"{address}/liens", {"address": "/applications/ailleurs"}).status == 422
    assert rssi.post(f"{address}/liens", {"address": where}).status == 303
    assert rssi.post(f"{address}/liens", {"address": where}).status == 422
    assert "Dossier patient" in rssi.get(address).words
    assert figure(rssi.get("/hopen/"), "Faites sans preuve") == 0
    assert "Aucune action" in rssi.get("/hopen/actions?montrer=sans-preuve").words
    link = db.scalars(select(StepLink)).one()
    assert rssi.post(f"{address}/liens/{link.id}/retirer").status == 303
    assert figure(rssi.get("/hopen/"), "Faites sans preuve") == 1


def test_an_action_that_wants_an_opinion_is_not_done_without(client: Clients, write: Write, stage: Stage) -> None:
    address = begun(write, stage)["P3.2-O1-A3"]
    dpo = client("dpo")
    assert figure(dpo.get("/hopen/"), "Avis d’instance attendu") == 6
    page = sent(dpo, address, "etat", state="done")
    assert page.status == 422
    assert "avis d’une instance" in page.words
    said = {"body": "medical_committee", "held_on": today().isoformat(), "opinion": "favourable", "minutes": "CME 4"}
    assert dpo.post(f"{address}/avis", {**said, "minutes": ""}).status == 422
    assert dpo.post(f"{address}/avis", {**said, "held_on": "2190-01-01"}).status == 422
    assert dpo.post(f"{address}/avis", {**said, "body": "other"}).status == 422
    assert dpo.post(f"{address}/avis", said).status == 303
    assert dpo.post(f"{address}/avis", said).status == 422
    assert sent(dpo, address, "etat", state="done").status == 303
    assert "CME 4" in dpo.get(address).words


def test_a_variant_is_not_changed_unawares_once_something_was_done(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    steps = begun(write, stage)
    pursuit = db.scalars(select(Pursuit).where(Pursuit.objective_code == "P3.6-O1")).one()
    address, dpo = f"/hopen/objectifs/{pursuit.id}", client("dpo")
    assert sent(dpo, address, "variante", variant="recrutement_interne").status == 422
    assert sent(dpo, address, "variante", variant="dpo_interne").status == 303
    assert "Sans objet" in dpo.get(steps["P3.6-O1-A3"]).words
    assert sent(dpo, steps["P3.6-O1-A2"], "etat", state="done").status == 303
    refused = sent(dpo, address, "variante", variant="dpo_externe")
    assert refused.status == 422
    assert "P3.6-O1-A2" in refused.words
    assert sent(dpo, address, "variante", variant="dpo_externe", confirmed="y").status == 303
    assert sent(dpo, address, "variante", variant="dpo_interne").status == 303
    db.expire_all()
    states = {one.task_code: one.state for one in db.scalars(select(Step).where(Step.pursuit_id == pursuit.id))}
    assert states["P3.6-O1-A2"] is StepState.DONE
    assert states["P3.6-O1-A3"] is StepState.NOT_APPLICABLE


def test_what_is_late_is_counted_and_listed_alike(client: Clients, write: Write, stage: Stage) -> None:
    steps = begun(write, stage)
    with write() as session:
        objective = pursued(session, stage.establishments["CHA"], "P2.1-O2")
        address = f"/hopen/objectifs/{objective.id}"
    rssi = client("rssi")
    wrong = sent(rssi, address, "dates", started_on="2026-03-02", due_on="2026-03-01", note="Gardé")
    assert wrong.status == 422
    assert "précède le début" in wrong.words
    assert "Gardé" in "".join(wrong.one("textarea", name="note").itertext())
    assert sent(rssi, address, "dates", started_on="2020-03-02").status == 303
    page = rssi.get("/hopen/")
    assert figure(page, "Objectifs en retard") == 1
    assert figure(page, "Actions en retard") == 3
    assert "1 à 3 sur 3" in rssi.get("/hopen/actions?montrer=en-retard").words
    assert "1 à 1 sur 1" in rssi.get("/hopen/objectifs?montrer=en-retard").words
    assert "En retard" in rssi.get(steps["P2.1-O2-A1"]).words
    assert sent(rssi, steps["P2.1-O2-A1"], "dates", due_on="2190-01-01").status == 303
    assert "1 à 2 sur 2" in rssi.get("/hopen/actions?montrer=en-retard&indicateur=P2.1&acteur=dsio").words
    stale = rssi.post(f"{address}/dates", {"revision": "0", "started_on": "2021-01-01"})
    assert stale.status == 409
    assert "entre-temps" in stale.words


def test_an_action_entrusted_is_in_the_one_plan_with_its_origin(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    address = begun(write, stage)["P1.1-O1-A1"]
    dpo = client("dpo")
    kind, identity = "hopen_step", address.rpartition("/")[2]
    planned = {"title": "Répertorier", "priority": "normal", "owner_id": str(stage.users["agent"])}
    assert dpo.post(f"/plan/nouvelle?origine={kind}&fiche={identity}", planned).status == 303
    action = db.scalars(select(Action)).one()
    assert (action.origin_type, str(action.origin_id)) == (kind, identity)
    assert "Agathe Roux" in dpo.get("/hopen/actions?q=P1.1-O1-A1").words
    assert "Répertorier" in dpo.get(address).words
    assert figure(dpo.get("/hopen/"), "confiées à personne") == 124
    assert "P1.1-O1-A1" in dpo.get("/plan/?origine=hopen_step").words
    assert client("agent").get(address).status == 403


def test_the_tracker_leaves_as_it_is_listed(client: Clients, write: Write, stage: Stage) -> None:
    begun(write, stage)
    begun(write, stage, "CHE")
    auditor = client("auditeur")
    page = auditor.post("/hopen/exporter", {"format": "xlsx", "liste": "indicateur=P3.6"})
    rows = list(load_workbook(BytesIO(page.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 1 + 7 * 2
    assert rows[0][0] == "Établissement"
    told = json.loads(client("dpo").post("/hopen/exporter", {"format": "json"}).data)
    assert len(told["actions"]) == 125
    assert {one["État"] for one in told["actions"]} == {"À faire"}
    assert client("dpo").post("/hopen/exporter", {"format": "csv"}).data.startswith(b"\xef\xbb\xbf")
    assert client("dpo").post("/hopen/exporter", {"format": "pdf", "liste": "indicateur=P4.3"}).data[:5] == b"%PDF-"
    assert client("dpo").post("/hopen/exporter", {"format": "exe"}).status == 422
    assert client("rh").post("/hopen/exporter", {"format": "csv"}).status == 403


def test_every_column_of_a_step_leaves_or_says_why_not() -> None:
    labels = {one.title for one in HEADINGS}
    told = {key: column.columns[0].info.get("label") for key, column in inspect(Step).column_attrs.items()}
    named = {"task_code": "Action", "deadline_on": "Échéance", "decided_by": "Dit par"}
    left = {key for key, label in told.items() if (named.get(key) or label) not in labels and key != "id"}
    assert left == NOT_EXPORTED.keys()


def test_another_hospital_sees_nothing(client: Clients, write: Write, stage: Stage) -> None:
    address = begun(write, stage)["P1.1-O1-A1"]
    other = client("dpo-est")
    assert other.get(address).status == 404
    assert other.post(f"{address}/etat", {"state": "done"}).status == 404
    assert "Aucune action" in other.get("/hopen/actions").words
    assert client("rh").post(f"{address}/etat", {"state": "doing"}).status == 403
    assert client("agent").get("/hopen/").status == 403
