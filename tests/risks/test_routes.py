"""The room's doors, as the people of the cast use them."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import today
from models.measures import Measure, MeasureState
from models.plan import Action
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
    action = db.scalars(select(Action)).one()
    assert (action.title, action.is_late(today()), action.confidential) == ("Cloisonner le biomédical", True, True)
    assert edited(it, f"{address}/modifier", "measure", title="Cloisonner", due_on="2099-01-31").status == 303
    db.refresh(action)
    assert (action.title, action.is_late(today())) == ("Cloisonner", False), "the action follows its measure"
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
    db.refresh(action)
    assert (action.is_open, len(db.scalars(select(Action)).all())) == (False, 1)
    record = client("dpo").post("/registre/nouvelle", {"name": "Biologie", "purpose": "Soigner", "kind": "controller"})
    fiche = record.location.rsplit("/", 1)[1]
    assert "Biologie" in rssi.get(f"{address}/traitements?q=biologie").words
    assert rssi.post(f"{address}/traitements", {"fiche": fiche}).status == 303
    assert "Biologie" in rssi.get(address).words
    assert rssi.post(f"{address}/traitements", {"fiche": fiche, "faire": "delier"}).status == 303
    assert rssi.post(f"{address}/traitements", {"fiche": "?"}).status == 303
    assert "Aucune fiche du registre" in rssi.get(address).words
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


def scenario(who: HouseClient, address: str, title: str = "Panne du DPI", **more: object) -> Page:
    """A scenario typed in the form of an analysis."""
    typed = who.get(f"{address}/scenarios/nouveau").values(id="scenario")
    return who.post(f"{address}/scenarios/nouveau", {**typed, "title": title, **more})


def test_a_scenario_says_all_that_p24_asks(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    assert edited(rssi, f"{address}/elements/nouveau", "element", name="Serveurs du DPI", kind="serveurs").status == 303
    met = {"name": "Claire Le Goff", "function": "Directrice des soins", "summary": "Craint la panne du DPI"}
    assert edited(rssi, f"{address}/entretiens/nouveau", "interview", **met).status == 303
    element = str(db.scalars(select(Element.id)).one())
    form = rssi.get(f"{address}/scenarios/nouveau")
    interview = next(one.get("value") for one in form.all("option") if "Claire" in "".join(one.itertext()))
    page = scenario(
        rssi, address, axis="major", threat="Baie de stockage en panne", sources=["technical"], criteria=["D", "I"],
        elements=[element], interview_id=interview, inherent_severity="4", inherent_likelihood="3",
        current_severity="4", current_likelihood="2", residual_severity="3", residual_likelihood="1",
        treatment="reduce", planned_measures="Seconde baie", owner_name="Daniel Silva", due_on="2030-06-30",
    )  # fmt: skip
    assert page.status == 303, page.words
    words = rssi.get(page.location).words
    for shown in ("Baie de stockage", "Défaillance technique", "Disponibilité, Intégrité", "Serveurs du DPI", "Élevé",
                  "Claire Le Goff", "Seconde baie", "Daniel Silva", "30/06/2030", "Traitement prévu"):  # fmt: skip
        assert shown in words, shown
    assert "Panne du DPI" in rssi.get(f"{address}/scenarios?phase=current&gravite=4&vraisemblance=2").words
    assert "Aucun scénario" in rssi.get(f"{address}/scenarios?phase=current&gravite=1&vraisemblance=1").words
    assert "Panne du DPI" not in rssi.get(f"{address}/scenarios?element={element}&montrer=sans-reponse").words
    assert "Panne du DPI" in rssi.get(address).words
    assert "un scénario" in rssi.get(f"{address}/entretiens").words


def test_what_is_wrong_in_a_scenario_is_said_beside_the_field(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    wrong = [
        ({"inherent_severity": "7"}, "valeur de la liste"),
        ({"inherent_severity": "3"}, "Donnez la gravité et la vraisemblance"),
        ({"inherent_severity": "2", "inherent_likelihood": "2", "residual_severity": "3", "residual_likelihood": "2"},
         "Le risque résiduel ne dépasse pas le risque brut"),
        ({"inherent_severity": "2", "inherent_likelihood": "2", "current_severity": "2", "current_likelihood": "3"},
         "Le risque actuel ne dépasse pas le risque brut"),
        ({"accepted_on": "2026-01-05", "accepted_reason": "Coût"}, "porte le nom de qui accepte"),
        ({"accepted_by": "M. Le Bihan", "accepted_on": "2199-01-05", "accepted_reason": "Coût"}, "dans le futur"),
        ({"title": " "}, "Renseignez ce champ"),
    ]  # fmt: skip
    for typed, sentence in wrong:
        page = scenario(rssi, address, **{"title": "Panne", "threat": "Ce que j’ai écrit", **typed})
        assert page.status == 422, typed
        assert sentence in page.words, typed
        assert page.values(id="scenario")["threat"] == "Ce que j’ai écrit"
    assert db.scalars(select(Scenario)).all() == []


def test_two_people_edit_the_same_scenario_and_the_second_loses_nothing(client: Clients) -> None:
    rssi = client("rssi")
    address = scenario(rssi, begun(rssi)).location
    mine = rssi.get(f"{address}/modifier").values(id="scenario")
    assert edited(rssi, f"{address}/modifier", "scenario", threat="Incendie").status == 303
    page = rssi.post(f"{address}/modifier", {**mine, "threat": "Inondation"})
    assert page.status == 409
    assert "Incendie" in page.words
    assert page.values(id="scenario")["threat"] == "Inondation"
    assert rssi.post(f"{address}/modifier", page.values(id="scenario")).status == 303
    assert "Inondation" in rssi.get(address).words


def test_ratings_are_typed_in_the_list(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    for title in ("Panne", "Vol"):
        assert scenario(rssi, address, title, inherent_severity="4", inherent_likelihood="3").status == 303
    page = rssi.get(f"{address}/cotation")
    typed = page.values(id="cotation")
    first, second = (str(one) for one in db.scalars(select(Scenario.id).order_by(Scenario.number).limit(2)))
    typed |= {f"{first}-current_severity": "4", f"{first}-current_likelihood": "2", f"{first}-treatment": "reduce"}
    typed |= {"rows": [row.get("value") for row in page.all("input", name="rows")]}
    sent = rssi.post(f"{address}/cotation", typed)
    assert sent.status == 303, sent.words
    kept = db.scalars(select(Scenario).where(Scenario.number == 1)).one()
    assert (kept.current_severity, kept.current_likelihood, kept.treatment) == (4, 2, "reduce")
    for values, sentence in (
        ({f"{second}-current_severity": "9", f"{second}-current_likelihood": "1"}, "pas dans l’échelle"),
        ({f"{second}-current_severity": "4", f"{second}-current_likelihood": "4"}, "ne dépasse pas le risque brut"),
        ({f"{second}-current_severity": "1"}, "Donnez la gravité et la vraisemblance"),
    ):
        fresh = rssi.get(f"{address}/cotation").values(id="cotation") | {"rows": typed["rows"], **values}
        refused = rssi.post(f"{address}/cotation", fresh)
        assert refused.status == 422
        assert sentence in refused.words
    torn = rssi.post(f"{address}/cotation", {**typed, f"{first}-current_likelihood": "1"})
    assert torn.status == 409
    assert "l’a enregistré pendant votre saisie" in torn.words
    assert torn.values(id="cotation")[f"{first}-current_likelihood"] == "1"


def test_several_scenarios_are_changed_at_once_or_taken_out(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi, start="catalogue")
    ids = [str(one) for one in db.scalars(select(Scenario.id).order_by(Scenario.number).limit(3))]
    measure = str(db.scalars(select(Measure.id).where(Measure.reference == "M60")).one())
    assert rssi.post(f"{address}/lot", {"ids": ids, "faire": "traitement", "treatment": ""}).status == 422
    assert rssi.post(f"{address}/lot", {"ids": ids, "faire": "traitement", "treatment": "reduce"}).status == 303
    assert rssi.post(f"{address}/lot", {"ids": ids, "faire": "mesure", "measure": measure}).status == 303
    assert rssi.post(f"{address}/lot", {"ids": ids, "faire": "responsable", "owner_name": "Daniel Silva"}).status == 303
    found = db.scalars(select(Scenario).order_by(Scenario.number).limit(3)).all()
    assert {(one.treatment, one.owner_name) for one in found} == {("reduce", "Daniel Silva")}
    assert all("M60" in [one.reference for one in scenario.measures] for scenario in found)
    assert rssi.post(f"{address}/lot", {"ids": ids, "faire": "retirer"}).status == 303
    assert db.scalar(select(func.count()).select_from(Scenario)) == 42
    page = rssi.get(f"{address}/catalogue")
    assert page.words.count("déjà dans l’analyse") == 42
    assert rssi.post(f"{address}/catalogue", {"codes": ["R01", "R02"]}).status == 303
    assert db.scalar(select(func.count()).select_from(Scenario)) == 44


def test_elements_without_scenario_are_shown_and_never_turn_in_a_circle(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    for name in ("Onduleur", "Salle serveurs"):
        assert edited(rssi, f"{address}/elements/nouveau", "element", name=name).status == 303
    page = rssi.get(f"{address}/elements")
    assert "2 éléments ne sont regardés par aucun scénario" in page.words
    fresh = next(one.get("href") for one in page.all("a") if "scenarios/nouveau" in one.get("href", ""))
    start = rssi.get(fresh).values(id="scenario")
    assert (start["axis"], start["elements"]) == ("infrastructure", [fresh[-36:]])
    assert edited(rssi, f"{address}/elements/nouveau", "element", name="Onduleur").status == 422
    ups, room = (
        str(db.scalars(select(Element.id).where(Element.name == n)).one()) for n in ("Onduleur", "Salle serveurs")
    )
    assert edited(rssi, f"/risques/elements/{room}/modifier", "element", rests_on_id=ups).status == 303
    page = edited(rssi, f"/risques/elements/{ups}/modifier", "element", rests_on_id=room, note="Vieux")
    assert page.status == 422
    assert "en boucle" in page.words
    assert page.values(id="element")["note"] == "Vieux"
    assert rssi.post(f"/risques/elements/{ups}/retirer").status == 303
    assert [one.name for one in db.scalars(select(Element))] == ["Salle serveurs"]
    future = edited(rssi, f"{address}/entretiens/nouveau", "interview", name="Paul", held_on="2199-01-01")
    assert future.status == 422
    assert "dans le futur" in future.words


def test_the_management_validates_once_every_high_risk_is_answered(client: Clients, db: Session) -> None:
    rssi = client("rssi")
    address = begun(rssi)
    grave = {"inherent_severity": "4", "inherent_likelihood": "4"}
    one = scenario(rssi, address, **grave).location
    assert "sans réponse" in rssi.get(one).words
    page = edited(rssi, f"{address}/valider", "approve", approved_by="Marie Kerbrat")
    assert page.status == 422
    assert "une mesure prévue ou une acceptation signée" in page.words
    said = {"accepted_by": "Marie Kerbrat", "accepted_on": "2026-01-05", "accepted_reason": "Budget 2027"}
    assert edited(rssi, f"{one}/modifier", "scenario", **said).status == 303
    assert edited(rssi, f"{address}/valider", "approve", review_on="2019-01-01").status == 422
    assert edited(rssi, f"{address}/valider", "approve", approved_by="Marie Kerbrat").status == 303
    analysis = db.scalars(select(Analysis)).one()
    assert (analysis.digest or "?") in rssi.get(f"{address}/valide").words
    assert "L’empreinte correspond" in rssi.get(f"{address}/valide").words
    assert edited(rssi, f"{one}/modifier", "scenario", threat="Trop tard").status == 422
    assert rssi.post(f"{one}/retirer").status == 422
    assert edited(rssi, f"{address}/modifier", "frame", title="Autre").status == 422
    following = rssi.post(f"{address}/suivante")
    assert following.status == 303
    assert (
        "Budget 2027"
        in rssi.get(rssi.get(f"{following.location}/scenarios").all("th", scope="row")[0][0].get("href")).words
    )
    assert rssi.post(f"{following.location}/abandonner").status == 303
    assert db.scalars(select(Analysis)).one().reference == analysis.reference
