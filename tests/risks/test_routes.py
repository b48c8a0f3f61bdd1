"""The room's doors, as the people of the cast use them."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.measures import Measure, MeasureState
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scenario import Scenario
from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]


def begun(who: HouseClient, title: str = "Analyse du SI", **more: str) -> str:
    """An analysis begun; gives its address."""
    typed = who.get("/risques/nouvelle").values(id="frame") | {"title": title, "start": "nothing", **more}
    page = who.post("/risques/nouvelle", typed)
    assert page.status == 303, page.words
    return page.location


def edited(who: HouseClient, address: str, form: str, **typed: object) -> Page:
    """A form opened, changed and sent to its own address."""
    return who.post(address, {**who.get(address).values(id=form), **typed})


def test_the_rssi_starts_an_analysis_from_the_catalogue(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi, "Analyse du SI 2026", start="catalogue")
    assert "Analyse du SI 2026" in rssi.get(address).title
    assert "45" in rssi.get("/risques/").words
    assert db.scalar(select(func.count()).select_from(Scenario)) == 45
    assert db.scalar(select(func.count()).select_from(Element)) == 25
    assert db.scalar(select(func.count()).select_from(Measure)) == 60
    first = db.scalars(select(Scenario).where(Scenario.number == 1)).one()
    assert (first.title, first.inherent_severity, first.inherent_likelihood) == (
        "Rançongiciel chiffrant serveurs et postes", 4, 3,
    )  # fmt: skip
    assert len(first.measures) == 10
    again = begun(rssi, "Deuxième", start="catalogue")
    assert again != address
    assert db.scalar(select(func.count()).select_from(Measure)) == 60, "the measures are shared"


def test_a_frame_is_refused_without_title_and_a_colleague_s_one_is_not_overwritten(client: Clients) -> None:
    rssi = client("rssi")
    typed = rssi.get("/risques/nouvelle").values(id="frame")
    page = rssi.post("/risques/nouvelle", {**typed, "title": " ", "scope": "Tout le SI"})
    assert page.status == 422
    assert "Renseignez ce champ" in page.words
    assert page.values(id="frame")["scope"] == "Tout le SI"
    page = rssi.post("/risques/nouvelle", {**typed, "title": "Suite", "start": "past", "past": ""})
    assert page.status == 422
    assert "Choisissez l’analyse à reprendre" in page.words
    address = begun(rssi)
    mine = rssi.get(f"{address}/modifier").values(id="frame")
    assert edited(rssi, f"{address}/modifier", "frame", scope="Le plateau technique").status == 303
    page = rssi.post(f"{address}/modifier", {**mine, "scope": "Les urgences"})
    assert page.status == 409
    assert "Le plateau technique" in page.words
    assert page.values(id="frame")["scope"] == "Les urgences"
    assert rssi.post(f"{address}/modifier", page.values(id="frame")).status == 303
    assert "Les urgences" in rssi.get(address).words
    assert "valeur changée, non affichée" in rssi.get(f"{address}/historique").words


def test_measures_are_kept_filtered_and_changed_together(client: Clients, db: Session) -> None:
    rssi, it = client("rssi"), client("dsi")
    new = it.get("/risques/mesures/nouvelle").values(id="measure")
    page = it.post("/risques/mesures/nouvelle", {**new, "title": "Cloisonner le biomédical", "due_on": "2020-01-31"})
    assert page.status == 303, page.words
    assert "Cloisonner le biomédical" in rssi.get("/risques/mesures?montrer=en-retard").words
    address = page.location
    assert "Scénarios auxquels elle répond" not in it.get(address).words, "the IT manager does not read the risks"
    dropped = edited(it, f"{address}/modifier", "measure", state="dropped")
    assert dropped.status == 422
    assert "Dites pourquoi cette mesure est écartée" in dropped.words
    mine = it.get(f"{address}/modifier").values(id="measure")
    assert edited(rssi, f"{address}/modifier", "measure", note="Trois zones").status == 303
    assert it.post(f"{address}/modifier", {**mine, "note": "Deux zones"}).status == 409
    identity = address.rsplit("/", 1)[1]
    assert rssi.post("/risques/mesures/lot", {"ids": [identity], "faire": "etat", "state": ""}).status == 422
    sent = rssi.post(
        "/risques/mesures/lot", {"ids": [identity], "faire": "etat", "state": "in_place", "liste": "q=bio"}
    )
    assert (sent.status, sent.headers["Location"]) == (303, "/risques/mesures?q=bio")
    assert db.scalars(select(Measure)).one().state is MeasureState.IN_PLACE
    assert client("agent").get(address).status == 403
    assert client("dpo-est").get(address).status == 404


def test_the_journal_tells_nothing_of_what_an_analysis_holds(client: Clients, db: Session) -> None:
    address = begun(client("rssi"), "Les faiblesses du bloc", start="catalogue")
    told = client("admin").get("/journal/").words
    assert "Analyse de risques AR-" in told
    assert "faiblesses" not in told
    assert "Rançongiciel" not in told
    assert client("admin").get(address).status == 403
    assert db.scalars(select(Analysis)).one().title == "Les faiblesses du bloc"
