"""A validated analysis: the database refuses to change it, and whoever does so by force is named."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from governance import signing, validations
from governance.database import writing
from models.base import now, today
from models.imports import BatchState, ImportBatch
from models.journal import Entry
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.sealing import tell_validated
from models.risks.snapshot import snapshot
from models.risks.words import Standing
from models.versions import publish
from tests.cast import Stage
from tests.client import HouseClient
from tests.house.risky import lay_risks
from tests.journal.test_tampering import administrator, found, run

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]

NAMED = "« Analyse de risques AR-2026-01 » a été modifiée dans la base depuis sa validation"
EDITS = {
    "UPDATE risk_scenario SET inherent_severity = 3": "UPDATE risk_scenario SET inherent_severity = 4",
    "UPDATE risk_scenario SET axis = 'nonsense'": "UPDATE risk_scenario SET axis = 'infrastructure'",
    "UPDATE risk_analysis SET review_on = NULL": "UPDATE risk_analysis SET review_on = :review",
    "UPDATE risk_element SET name = 'Onduleur'": "UPDATE risk_element SET name = 'Serveurs du bloc'",
    "UPDATE risk_interview SET summary = 'Rien'": "UPDATE risk_interview SET summary = 'Craint la panne du DPI.'",
    "DELETE FROM risk_scenario_element": None,
}


@pytest.fixture
def validated(write: Write, stage: Stage) -> None:
    """An analysis that the management validated."""
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        analysis, parts = made["analysis"], ([made["scenario"]], [made["element"]], [made["interview"]])
        with session.no_autoflush:
            analysis.approve("Claire Dubois", "Directrice", today(), today() + dt.timedelta(days=365), None)
            version = publish(session, analysis, snapshot(analysis, *parts), "Rachid Simon", now())
            analysis.freeze(version.digest, "Rachid Simon", now())
        tell_validated(session, version, analysis, *parts)


@pytest.fixture
def engine(app: Flask, validated: None) -> Engine:
    opened: Engine = app.extensions["engine"]
    return opened


def test_the_database_refuses_to_change_a_validated_analysis(engine: Engine, write: Write) -> None:
    edits = (*EDITS, "UPDATE version SET note = 'Autre'", "DELETE FROM version", "DELETE FROM risk_analysis")
    for statement in edits:
        with writing(), engine.connect() as connection, pytest.raises(DatabaseError):
            connection.execute(text(statement))
    with write() as session:
        session.scalars(select(Analysis)).one().standing = Standing.REPLACED


def test_an_analysis_edited_by_hand_is_named(app: Flask, engine: Engine) -> None:
    with app.app_context():
        keys = signing.trusted_keys()
    assert found(engine, keys) == []
    review = today() + dt.timedelta(days=365)
    for edit, back in EDITS.items():
        with administrator(engine) as connection:
            connection.execute(text(edit))
        ((_chain, _seq, reason),) = found(engine, keys)
        assert reason.startswith(NAMED), edit
        if back:
            with administrator(engine) as connection:
                connection.execute(text(back), {"review": review.isoformat()} if ":review" in back else {})
            assert found(engine, keys) == []
    with administrator(engine) as connection:
        connection.execute(text("UPDATE version SET content = '{}'"))
    assert validations.EDITED % (1, "Analyse de risques AR-2026-01") in [one[2] for one in found(engine, keys)]
    status, _said, complaint = run(app, "verify")
    assert (status, NAMED in complaint) == (1, True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_import_is_not_taken_back_once_its_scenarios_are_validated(
    client: Clients, stage: Stage, write: Write, db: Session
) -> None:
    with write() as session:
        analysis = lay_risks(session, stage.establishments["CHA"])["analysis"].id
    rssi, rows = client("rssi"), "Analyse;Référence;Scénario;Volet\nAR-2026-01;R09;Vol d’un portable;Risques majeurs\n"
    asked = rssi.post(
        "/imports/nouveau",
        {"objet": "risks", "file": (BytesIO(rows.encode("cp1252")), "failles-du-bloc.csv")},
        content_type="multipart/form-data",
    )
    if asked.location.endswith("/colonnes"):
        asked = rssi.post(asked.location, rssi.get(asked.location).values(action=asked.location))
    assert rssi.post(f"{asked.location}/confirmer").status == 303
    told = str([(one.subject_title, one.detail, one.changes) for one in db.scalars(select(Entry))])
    assert ("fichier.csv" in told, "failles" in told) == (True, False), "the name of the file is a weakness already"
    with write() as session:
        kept = session.get_one(Analysis, analysis)
        kept.approve("Claire Dubois", None, today(), today() + dt.timedelta(days=365), None)
        kept.freeze("0" * 64, "Rachid Simon", now())
    refused = rssi.post(f"{asked.location}/annuler")
    assert "validés depuis l’import" in (rssi.get(refused.location).words if refused.location else refused.words)
    assert db.scalars(select(Scenario.title).where(Scenario.number == 9)).one() == "Vol d’un portable"
    assert db.scalars(select(ImportBatch.state)).one() is BatchState.APPLIED
