"""Posts to fill: ways compared, a decision, and applications that only HR and the jury read, and that are erased."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from models.base import today
from models.establishments import Establishment
from models.evidence import Attachment
from models.journal import Entry
from models.positions.candidate import Candidate, Interview
from models.positions.filling import Filling, FillingOption
from models.positions.words import FillingState, JobKind, Way
from models.rules import RuleBroken
from seed.positions import interview_grid, weights_of
from tests.cast import Stage
from tests.client import HouseClient
from tests.evidence.samples import PDF
from tests.positions.conftest import Port
from tests.positions.posts import applied, searched
from tests.positions.test_routes import held

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def told_in(file: bytes) -> str:
    """The words of a docx."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return re.sub(r"<[^>]+>", " ", package.read("word/document.xml").decode())


@pytest.fixture
def search(write: Write, port: Port) -> str:
    """The address of a search of the port with one application."""
    with write() as session:
        made = searched(session, session.get_one(Establishment, port.place))
        applied(session, made)
        return f"/postes/pourvoir/{made.id}"


def test_scores_follow_the_weights_of_the_model() -> None:
    for kind in (JobKind.DPO, JobKind.RSSI):
        assert sum(weights_of(kind).values()) == 100
    best = FillingOption(way=Way.SHARED, ratings=dict.fromkeys(weights_of(JobKind.DPO), 4))
    assert best.score(weights_of(JobKind.DPO)) == 100
    grid = interview_grid(JobKind.DPO)
    codes = [one["code"] for one in grid["questions"]]
    full = Interview(scores=dict.fromkeys(codes, 4))
    assert (full.score(grid), full.doubtful(grid)) == (100, [])
    assert Interview(scores={codes[0]: 2}).score(grid) == 50
    assert Interview(scores=dict.fromkeys(codes, 1)).doubtful(grid) == ["IG-C2", "IG-C5"]


def test_a_solution_without_independence_needs_a_remedy_for_a_dpo() -> None:
    search = Filling(kind=JobKind.DPO, state=FillingState.OPEN)
    search.options = [FillingOption(way=Way.INTERNAL, ratings={"independence": 0})]
    day = dt.date(2026, 1, 31)
    with pytest.raises(RuleBroken, match="Comparez d’abord"):
        search.decide(Way.SHARED, "Moins cher", None, "Rose Henry", day)
    with pytest.raises(RuleBroken, match="Motivez"):
        search.decide(Way.INTERNAL, None, None, "Rose Henry", day)
    with pytest.raises(RuleBroken, match="notée 0"):
        search.decide(Way.INTERNAL, "Sur place", None, "Rose Henry", day)
    search.decide(Way.INTERNAL, "Sur place", "Contrôle par un tiers", "Rose Henry", day)
    search.keep_months = 1
    assert search.erases_on == dt.date(2026, 2, 28)
    with pytest.raises(RuleBroken, match="close"):
        search.receive()
    search.reopen()
    assert search.erases_on is None


def test_hr_opens_a_search_compares_and_decides(client: Clients, db: Session, port: Port) -> None:
    hr = client("rh")
    form = hr.get(f"/postes/pourvoir/nouveau?fiche={port.description}")
    backwards = hr.post("/postes/pourvoir/nouveau", held(form, needed_by="2020-01-01", context="Un départ"))
    assert backwards.status == 422
    assert "avant l’ouverture" in backwards.words
    assert "Un départ" in "".join(backwards.one("textarea", name="context").itertext())
    address = hr.post("/postes/pourvoir/nouveau", held(form, context="Un départ")).location
    compared = hr.get(f"{address}/modifier/comparaison")
    typed = held(compared, shared_considered=[], internal_independence="0", recruitment_euros="150000")
    assert hr.post(f"{address}/modifier/comparaison", typed).status == 303
    spread = {"notices-0-place": "Intranet", "notices-0-spread_on": today().isoformat()}
    assert (
        hr.post(f"{address}/modifier/diffusion", held(hr.get(f"{address}/modifier/diffusion")) | spread).status == 303
    )
    offer = {"offers-0-company": "Conseil Varenne", "offers-0-days": "40", "offers-0-days_on_site": "90"}
    assert "dépasser les jours par an" in hr.post(f"{address}/modifier/offres", offer).words
    both = {f"offers-{place}-{name}": "y" for place in (0, 1) for name in ("company", "retained")}
    assert "Une seule offre peut être retenue" in hr.post(f"{address}/modifier/offres", both).words
    offer = {"offers-0-company": "Conseil Varenne", "offers-0-price": "46000"}
    assert hr.post(f"{address}/modifier/offres", held(hr.get(f"{address}/modifier/offres")) | offer).status == 303
    shown = hr.get(address).words
    assert "150 000 €" in shown
    assert "Conseil Varenne" in shown
    assert "Intranet" in shown
    assert hr.get(f"{address}/avis.pdf").data.startswith(b"%PDF")
    assert "aucune solution n’est encore retenue" in told_in(hr.get(f"{address}/decision.docx").data)
    refused = hr.post(f"{address}/decider", {"chosen": "internal", "decision_reason": "Sur place"})
    assert refused.status == 422
    assert "notée 0 sur l’indépendance" in refused.words
    assert "Comparez d’abord" in hr.post(f"{address}/decider", {"chosen": "shared", "decision_reason": "x"}).words
    assert hr.post(f"{address}/decider", {"chosen": "recruitment", "decision_reason": "Compétence"}).status == 303
    (next_step,) = [one.get("href") for one in hr.get(address).all("a") if "recherche=" in (one.get("href") or "")]
    assert hr.get(next_step).one("input", name="title").get("value") == hr.get(address).title
    found = db.scalars(select(Filling)).one()
    assert (found.state, found.chosen) == (FillingState.DECIDED, Way.RECRUITMENT)
    assert found.scores is not None
    assert "Désignation en interne 65" in found.scores
    kept = told_in(hr.get(f"{address}/decision.docx").data)
    assert all(word in kept for word in ("Recrutement", "Compétence", "Rose Henry", "150\u00a0000", "Conseil Varenne"))
    closed = hr.post(f"{address}/modifier/besoin", held(hr.get(f"{address}/modifier/besoin")))
    assert "close" in closed.words
    assert hr.post(f"{address}/rouvrir").status == 303
    assert hr.post(f"{address}/abandonner", {"drop_reason": " "}).status == 422
    assert hr.post(f"{address}/abandonner", {"drop_reason": "Budget refusé"}).status == 303


def test_two_editors_of_a_search_lose_nothing(client: Clients, db: Session, search: str) -> None:
    hr, dpo = client("rh"), client("dpo")
    mine, theirs = (held(who.get(f"{search}/modifier/comparaison")) for who in (hr, dpo))
    assert dpo.post(f"{search}/modifier/comparaison", theirs | {"internal_note": "Deux agents"}).status == 303
    conflict = hr.post(f"{search}/modifier/comparaison", mine | {"internal_note": "Personne"})
    assert conflict.status == 409
    assert "Personne" in "".join(conflict.one("textarea", name="internal_note").itertext())
    assert "Deux agents" in [one.note for one in db.scalars(select(FillingOption))]


def test_an_application_needs_the_period_after_which_it_is_erased(
    client: Clients, db: Session, write: Write, port: Port
) -> None:
    with write() as session:
        made = searched(session, session.get_one(Establishment, port.place), keep_months=None)
        address = f"/postes/pourvoir/{made.id}/candidatures/nouvelle"
    hr, who = client("rh"), {"given_name": "Ysée", "family_name": "Lorcan", "received_on": today().isoformat()}
    refused = hr.post(address, who | {"keep_months": ""})
    assert refused.status == 422
    assert "combien de mois" in refused.words
    assert refused.one("input", name="family_name").get("value") == "Lorcan"
    assert hr.post(address, who | {"keep_months": "24"}).status == 303
    assert db.scalars(select(Candidate)).one().number == 1
    assert db.scalars(select(Filling)).one().keep_months == 24
    assert all(one.get("name") != "keep_months" for one in hr.get(address).all("input"))


def test_hr_meets_a_candidate_with_the_grid(client: Clients, db: Session, search: str) -> None:
    hr = client("rh")
    address = f"/postes/candidatures/{db.scalars(select(Candidate.id)).one()}"
    empty = hr.post(f"{address}/entretien", {"held_on": today().isoformat(), "jury": "Rose Henry"})
    assert "Notez au moins une question" in empty.words
    typed = {"held_on": today().isoformat(), "jury": "Rose Henry", "ig_c1": "4", "ig_c2": "1", "opinion": "Hésite"}
    assert "date passée" in hr.post(f"{address}/entretien", typed | {"held_on": "2199-01-01"}).words
    assert hr.post(f"{address}/entretien", typed).status == 303
    shown = hr.get(address).words
    assert "Indépendance ou discrétion à revoir" in shown
    assert "44 sur 100" in shown
    assert hr.post(f"{address}/etat", {"state": "chosen"}).status == 303
    assert hr.post(f"{address}/modifier", held(hr.get(f"{address}/modifier"), phone="06")).status == 303
    assert "Retenue" in hr.get(f"{search}/candidatures").words


def test_applications_are_read_by_hr_and_the_jury_only(
    client: Clients, db: Session, write: Write, stage: Stage, search: str
) -> None:
    address = f"/postes/candidatures/{db.scalars(select(Candidate.id)).one()}"
    for login, status in (("dpo", 404), ("rssi", 404), ("auditeur", 404), ("agent", 404), ("dpo-est", 404)):
        assert client(login).get(address).status == status, login
    for login, status in (("dpo", 403), ("auditeur", 403), ("agent", 404), ("dpo-est", 404)):
        assert client(login).get(f"{search}/candidatures").status == status, login
    assert "Lorcan" not in client("dpo").get(search).words
    assert client("dpo").get(f"{search}/modifier/recrutement").status == 403
    hr = client("rh")
    members = held(hr.get(f"{search}/modifier/recrutement"), members=[str(stage.users["agent"])])
    assert hr.post(f"{search}/modifier/recrutement", members).status == 303
    agent = client("agent")
    assert "Lorcan" in agent.get(f"{search}/candidatures").words
    assert "DPO du port" in agent.get("/").words
    assert agent.get(address).status == 200
    assert agent.get(f"{address}/modifier").status == 200
    assert agent.post(f"{address}/effacer").status == 403
    assert agent.get(f"{search}/modifier/besoin").status == 403
    assert "DPO du port" in agent.get("/postes/pourvoir").words


def test_the_journal_says_that_an_application_changed_and_never_whose(
    client: Clients, db: Session, search: str
) -> None:
    hr = client("rh")
    address = f"/postes/candidatures/{db.scalars(select(Candidate.id)).one()}"
    hr.post(f"{address}/modifier", held(hr.get(f"{address}/modifier"), note="Excellente analyse"))
    hr.post(
        f"{address}/entretien", {"held_on": today().isoformat(), "jury": "Jury", "ig_c1": "4", "opinion": "Brillante"}
    )
    attach(hr, address)
    told = db.scalars(select(Entry).where(Entry.subject_type == "candidate")).all()
    assert {one.subject_title for one in told} == {"Candidature n° 1"}
    whole = " ".join(f"{one.subject_title} {one.changes} {one.detail}" for one in db.scalars(select(Entry)))
    assert not any(word in whole for word in ("Lorcan", "Ysée", "Excellente", "Brillante", "cv-lorcan"))


def attach(hr: HouseClient, address: str) -> None:
    """Put a file on an application."""
    identity = address.rsplit("/", 1)[1]
    files = {"files": (io.BytesIO(PDF), "cv-lorcan.pdf")}
    assert hr.post(f"/pieces/candidate/{identity}/ajouter", files).status == 303


def test_applications_are_erased_after_the_period_and_only_their_number_stays(
    client: Clients, db: Session, write: Write, search: str
) -> None:
    hr = client("rh")
    address = f"/postes/candidatures/{db.scalars(select(Candidate.id)).one()}"
    attach(hr, address)
    hr.post(f"{address}/entretien", {"held_on": today().isoformat(), "jury": "Jury", "ig_c1": "4"})
    assert hr.post(f"{search}/decider", {"chosen": "recruitment", "decision_reason": "Compétence"}).status == 303
    found = db.scalars(select(Filling)).one()
    due = found.erases_on
    assert due is not None
    with write():
        assert daily.erase_applications(due - dt.timedelta(days=1)) == 0
    with write():
        assert daily.erase_applications(due) == 1
    with write():
        assert daily.erase_applications(due) == 0
    for model in (Candidate, Interview, Attachment):
        assert db.scalars(select(model)).all() == []
    db.expire_all()
    assert (found.erased_count, found.erased_on) == (1, due)
    told = db.scalars(select(Entry).where(Entry.subject_type == "filling")).all()[-1]
    assert any(one.get("field") == "erased_count" and one.get("after") == 1 for one in told.changes)
    assert "Déjà effacées" in hr.get(search).words


def test_hr_erases_one_application_when_its_author_asks(client: Clients, db: Session, search: str) -> None:
    hr = client("rh")
    address = f"/postes/candidatures/{db.scalars(select(Candidate.id)).one()}"
    assert hr.post(f"{address}/effacer").status == 303
    assert hr.get(address).status == 404
    who: dict[str, Any] = {"given_name": "Nour", "family_name": "Castellan", "received_on": today().isoformat()}
    assert hr.post(f"{search}/candidatures/nouvelle", who).status == 303
    assert db.scalars(select(Candidate)).one().number == 2
