"""Bridges: what else a proof of the plan answers, and how far the plan covers other schemes."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.hopen.coverage import standing_of
from models.hopen.bridges import Bearing, Bridge, Requirement, Standing
from models.hopen.prerequisites import Indicator, Objective
from models.hopen.tracking import Step
from models.hopen.words import Reach, StepState
from models.register.words import Confidence
from seed.bridges import plant_bridges
from seed.catalogue import read
from tests.cast import MANAGER, Stage, enter
from tests.client import HouseClient, Page
from tests.hopen.made import bridged, tracked

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def finish(session: Session, stage: Stage, objective: str) -> None:
    """The actions of an objective, done in the hospital of the cast."""
    home = stage.establishments["CHA"]
    for step in session.scalars(
        select(Step).where(Step.establishment_id == home, Step.task_code.startswith(objective))
    ):
        step.state, step.done_on = StepState.DONE, dt.date(2026, 1, 5)


def manager(client: Clients, write: Write, stage: Stage) -> HouseClient:
    """Who keeps the plan of the whole group."""
    with write() as session:
        enter(session, stage, MANAGER)
    return client(MANAGER.login)


def cell(page: Page, scheme: str) -> str:
    """What the table of the bridges says of a scheme."""
    row = next(one for one in page.all("tr") if scheme in "".join(one.itertext()))
    return " ".join("".join(row.itertext()).split())


def test_one_answer_reached_covers_a_requirement_and_help_never_does() -> None:
    answers, helps = Bridge(bearing=Bearing.ANSWERS), Bridge(bearing=Bearing.HELPS)
    assert standing_of([]) is Standing.ALONE
    assert standing_of([(helps, Reach.DONE)]) is Standing.HELPED
    assert standing_of([(answers, None), (helps, Reach.DONE)]) is Standing.AWAITED
    assert standing_of([(answers, Reach.NOT_APPLICABLE)]) is Standing.AWAITED
    assert standing_of([(answers, Reach.DOING), (answers, Reach.DONE)]) is Standing.COVERED


def test_the_catalogue_marks_what_is_unsure_and_leads_from_the_plan(db: Session) -> None:
    bridges = list(db.scalars(select(Bridge)))
    codes = {*db.scalars(select(Indicator.code)), *db.scalars(select(Objective.code))}
    assert {one.plan_code for one in bridges} <= codes
    assert all(one.confidence in (Confidence.SECONDARY, Confidence.OWN_KNOWLEDGE) for one in bridges), (
        "no official text gives a bridge"
    )
    assert all(one.note and one.source for one in bridges)
    requirements = list(db.scalars(select(Requirement)))
    assert not [one for one in requirements if one.scheme_code == "has"], "no criterion of HAS is known"
    assert not [one for one in [*bridges, *requirements] if one.is_changed]


def test_what_people_changed_or_took_out_outlives_an_upgrade(write: Write, db: Session) -> None:
    told = read("bridges")
    newer = {**told, "bridges": [{**row, "note": row["note"] + " Revu."} for row in told["bridges"]]}
    with write() as session:
        changed = session.get_one(Bridge, bridged(session)["bridge_id"])
        changed.note = "Lu autrement ici"
        taken_out = session.get_one(Bridge, bridged(session, "recyf-41>P3.2-O1")["bridge_id"])
        taken_out.removed_on = dt.date(2026, 1, 5)
    with write() as session:
        report = plant_bridges(session, newer)
        assert (report.added, report.changed) == (0, len(told["bridges"]))
    with write() as session:
        assert plant_bridges(session, newer).changed == 0
    kept = db.get_one(Bridge, bridged(db)["bridge_id"])
    assert kept.note == "Lu autrement ici"
    words = dict(kept.catalogue_words())
    assert words == {"Précisions": "À condition que le dirigeant exécutif l’ait approuvée lui-même. Revu."}
    assert db.get_one(Bridge, bridged(db, "recyf-41>P3.2-O1")["bridge_id"]).removed_on == dt.date(2026, 1, 5)
    other = db.get_one(Bridge, bridged(db, "recyf-163>P2.4-O4")["bridge_id"])
    assert str(other.note).endswith("Revu.")
    assert not other.is_changed


def test_the_coverage_is_the_number_that_its_list_shows(client: Clients, write: Write, stage: Stage) -> None:
    rssi, reader = client("rssi"), client("auditeur")
    assert "0 sur 19" in cell(rssi.get("/hopen/passerelles"), "ReCyF")
    with write() as session:
        tracked(session, stage.establishments["CHA"])
        finish(session, stage, "P3.2-O1")
        finish(session, stage, "P2.4-O3")
    page = rssi.get("/hopen/passerelles")
    assert "2 sur 19" in cell(page, "ReCyF")
    assert "1 à atteindre" in cell(page, "ReCyF")
    assert "1 sur 11" in cell(page, "CaRE")
    assert "non calculable" in cell(page, "Certification HAS")
    shown = rssi.get("/hopen/passerelles/recyf?etablissement=CHA&montrer=covered")
    assert len(shown.all("th", scope="row")) == 2
    assert "Charte opposable" in shown.words
    assert "CHE" in reader.get("/hopen/passerelles").words
    sheet = load_workbook(BytesIO(rssi.post("/hopen/passerelles").response.data)).worksheets[0]
    rows = [[str(value) for value in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sum(row[1] == "ReCyF (NIS 2)" and row[4] == "Couverte" for row in rows) == 2
    assert "Répond : P3.2-O1" in next(row[5] for row in rows if row[3] == "Charte opposable à chaque utilisateur")
    assert client("dpo-est").get("/hopen/passerelles/recyf?etablissement=CHA").status == 404
    assert client("agent").get("/hopen/passerelles").status == 403
    assert rssi.get("/hopen/passerelles/inconnu").status == 404


def test_an_indicator_tells_what_else_its_proof_answers(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    rssi = client("rssi")
    page = rssi.get("/hopen/indicateurs/P3.2")
    assert "ReCyF (NIS 2) 4.1" in page.words
    assert "PGSSI-S 2.2.1.1" in page.words
    assert "Source secondaire" in page.words
    requirement = rssi.get(f"/hopen/passerelles/exigences/{bridged(db)['identity']}")
    assert "PSSI approuvée par le dirigeant exécutif" in requirement.words
    assert "P2.4-O3" in requirement.words


def test_the_group_keeps_its_bridges(client: Clients, write: Write, db: Session, stage: Stage) -> None:
    keeper, rssi = manager(client, write, stage), client("rssi")
    ids = bridged(db)
    page = f"/hopen/passerelles/exigences/{ids['identity']}"
    address = f"{page}/passerelles/{ids['bridge_id']}/modifier"
    assert "Modifier" not in rssi.get(page).words
    assert rssi.get(address).status == 403
    assert rssi.post(f"{page}/retirer").status == 403
    form = keeper.get(address)
    typed = {
        "plan_code": "P2.4-O3",
        "bearing": "helps",
        "source": "Relu avec le RSSI",
        "confidence": "stated",
        "revision": form.one("input", name="revision").get("value"),
    }
    refused = keeper.post(address, {**typed, "source": "", "bearing": "tout"})
    assert refused.status == 422
    assert "Source" in refused.words
    assert keeper.post(address, typed).status == 303
    shown = keeper.get(page)
    assert "Modifiée ici" in shown.words
    assert "Ce que dit le catalogue" in shown.words
    assert "Relu avec le RSSI" in shown.words
    stale = keeper.post(address, {**typed, "note": "Saisie tardive"})
    assert stale.status == 409
    assert "ajouté : Saisie tardive" in stale.words, "what differs, word by word"
    twice = keeper.post(f"{page}/passerelle", {**typed, "revision": ""})
    assert twice.status == 422
    assert "existe déjà" in twice.words
    assert keeper.post(f"{page}/passerelle", {**typed, "plan_code": "P9.9"}).status == 422
    assert keeper.post(f"{page}/passerelle", {**typed, "plan_code": "P2.4"}).status == 303
    assert "Ajoutée ici" in keeper.get(page).words
    assert keeper.post(f"{page}/passerelles/{ids['bridge_id']}/retirer").status == 303
    assert "Passerelles retirées" in keeper.get(page).words
    assert keeper.post(f"{page}/retirer").status == 303
    assert "sur 18" in cell(rssi.get("/hopen/passerelles"), "ReCyF")
    assert "Exigences retirées" in rssi.get("/hopen/passerelles/recyf").words
    assert keeper.post(f"{page}/retirer").status == 303


def test_a_criterion_of_certification_is_added_by_the_group(client: Clients, write: Write, stage: Stage) -> None:
    keeper, address = manager(client, write, stage), "/hopen/passerelles/has/nouvelle"
    typed = {"reference": "À préciser", "title": "Sécurité numérique", "source": "Visite", "confidence": "stated"}
    assert client("rssi").get(address).status == 403
    assert keeper.get(address).status == 200
    assert keeper.post(address, {**typed, "title": ""}).status == 422
    assert keeper.post(address, {**typed, "title": "x" * 201}).status == 422
    made = keeper.post(address, typed)
    assert made.status == 303
    assert keeper.post(address, typed).status == 422
    assert "0 sur 1" in cell(keeper.get("/hopen/passerelles"), "Certification HAS")
    page = keeper.get(made.location)
    assert "a créé" in page.words
    form = keeper.get(f"{made.location}/modifier")
    typed["revision"] = form.one("input", name="revision").get("value")
    assert keeper.post(f"{made.location}/modifier", {**typed, "reference": "1.2-03"}).status == 303
    assert keeper.post(f"{made.location}/modifier", typed).status == 409
