"""What the rooms give to packs: enough to prove, and what tells weaknesses only to who asks for it and may."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.hopen import pack as packs
from exports.risks.proof import NONE, Proved, proof
from governance import backup as backups
from governance import files
from governance.database import open_engine
from governance.packing import GIVERS, givers
from models.base import now, today
from models.consulting import GovernanceBody, Opinion
from models.hopen.opinions import StepOpinion
from models.hopen.pack import Audience, Pack
from models.journal import Entry, Verb
from models.risks.analysis import Analysis
from models.risks.words import Standing
from tests.cast import Stage
from tests.client import HouseClient
from tests.exports.opened import pdf_text
from tests.hopen.made import kept_up, tracked
from tests.hopen.test_packs import keys, made, proved
from tests.notices.made import published_notice
from tests.policy.made import followed, published_policy, rules_of
from tests.risks.made import analysis as analysis_alone
from tests.risks.made import scale

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
BOTH = ["policy:export", "risks:export"]


def steered(write: Write, stage: Stage) -> None:
    """A tracking with an opinion and a follow-up, a policy with a finding, a validated analysis, a notice."""
    with write() as session:
        home = stage.establishments["CHA"]
        opinion = StepOpinion(
            body=GovernanceBody.EXECUTIVE_BOARD, held_on=today(), opinion=Opinion.APPROVED, minutes="PV-2026-4",
            recorded_by="Rachid Simon",
        )  # fmt: skip
        opinion.step = tracked(session, home)["P2.4-O3-A1"]
        policy = published_policy(session, home)
        followed(session, next(iter(rules_of(session, policy).values())))
        analysis = Analysis(
            establishment_id=home, reference="AR-2026-01", title="Système d’information", begun_on=today(),
            standing=Standing.VALIDATED, approved_by="Anne Ker", approved_on=today(), validated_at=now(),
            validated_by="Rachid Simon", digest="a" * 64, updated_at=now(), updated_by="Rachid Simon",
        )  # fmt: skip
        analysis.take_scale("ebios_rm_4x4", scale())
        session.add_all([opinion, analysis, kept_up(home)])
        published_notice(session, home)


def opened(who: HouseClient, address: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(who.post(f"{address}/prendre").data))


@only_sqlite
def test_a_pack_proves_the_analysis_and_the_audits_and_keeps_their_findings(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    steered(write, stage)
    rssi, dsi = client("rssi"), client("dsi")
    archive = opened(rssi, made(rssi))
    names = {*archive.namelist()}
    assert {
        "00-suivi/suivis.pdf",
        "politique-de-securite/pssi-v1.pdf",
        "politique-de-securite/procedure-incident.pdf",
        "politique-de-securite/regles.pdf",
        "plan-d-action/plan-d-action.pdf",
        "politique-de-securite/audits-et-reunions.pdf",
        "politique-de-securite/sensibilisation.pdf",
        "analyses-de-risques/analyses-validees.pdf",
        "fiches-de-poste-et-nominations/dpo-nominations.pdf",
        "fiches-de-poste-et-nominations/rssi-nominations.pdf",
        "information-des-patients/suivi-information.pdf",
    } <= names
    assert not [name for name in names if "rapport" in name or "constats" in name or "derogations" in name]
    assert [room.title for room in givers(Audience.CNIL)] == [
        "Chartes",
        "Information des patients",
        "Demandes de droits",
        "Fiches de poste et nominations",
        "Registre des traitements",
    ]
    dsi.post("/hopen/dossiers", {"audience": "hopen", "reserved": BOTH})
    asked = [one for one in db.scalars(select(Pack)) if "risks:export" in one.needs]
    assert not asked, "she may not export what she asks for"


@only_sqlite
def test_weaknesses_leave_with_who_asks_for_them_and_the_pack_says_so(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    steered(write, stage)
    rssi = client("rssi")
    address = rssi.post("/hopen/dossiers", {"audience": "hopen", "reserved": BOTH}).location
    page = rssi.get(address)
    assert "Diffusion restreinte" in page.words
    assert "Le rapport complet des analyses de risques validées" in page.words
    assert {
        "politique-de-securite/regles-et-derogations.xlsx",
        "politique-de-securite/constats.pdf",
        "analyses-de-risques/rapport-ar-2026-01.pdf",
    } <= {name.lower() for name in opened(rssi, address).namelist()}
    assert {*BOTH} <= {*db.scalars(select(Pack)).one().needs}
    told = [one.subject_title for one in db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED))]
    assert any("-restreint-" in title for title in told), "the journal, like the file's name, says that it was handed"
    rights = [room.needs for room in GIVERS if room.reserved]
    assert not [room.title for room in GIVERS if room.needs in rights and not room.reserved]
    assert client("dsi").get(address).status == 404


@only_sqlite
def test_a_restored_installation_still_serves_its_packs(
    app: Flask, client: Clients, write: Write, db: Session, stage: Stage, tmp_path: Path
) -> None:
    proved(write, stage)
    dpo = client("dpo")
    assert "pv.txt" in dpo.get("/hopen/dossiers").words, "what is gone is said before the pack is made"
    made(dpo, "cnil")
    digest = db.scalars(select(Pack.sha256)).one()
    with app.app_context():
        data = app.extensions["settings"].data_dir
        saved = backups.backup(app.extensions["engine"], data, tmp_path / "vigie.zip")
        empty = open_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}")
        assert backups.restore(empty, tmp_path / "there", tmp_path / "vigie.zip").files == saved.files
        empty.dispose()
    with files.place(digest, tmp_path / "there" / "packs").open("rb") as content:
        assert packs.check(content, keys(app)).status == 0


def test_the_proof_of_an_analysis_tells_no_scenario() -> None:
    one: Any = analysis_alone(digest="b" * 64)
    told = proof([Proved(one, 12)], one.establishment, today())
    rows = {row[0]: row[1] for row in told.parts[0].tables[0].rows}
    assert (rows["Scénarios étudiés"], rows["Empreinte SHA-256"]) == ("12", "b" * 64)
    assert proof([], one.establishment, today()).parts[0].lines == (NONE,)


def test_the_index_names_what_bodies_said_and_what_is_restricted(tmp_path: Path) -> None:
    said = [("P2.4-O3-A1", "Directoire", "02/01/2026", "Décision prise", "PV-2026-4")]
    head = packs.Head("HOP’EN", "CH de l’Anse", "Diane", AT, opinions=said, reserved=["Le rapport complet"])
    told = " ".join(pdf_text(packs.index(head, [], []), tmp_path).split())
    assert "Directoire" in told
    assert "PV-2026-4" in told
    assert "Diffusion restreinte" in told
    assert packs.manifest(head, packs.Made([], []))["reserved"] == ["Le rapport complet"]
