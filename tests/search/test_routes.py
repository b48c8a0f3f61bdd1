"""The search as the people of the cast use it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import files
from governance.visitor import Visitor
from models.base import now
from models.measures import Measure, MeasureState
from models.people import Person
from models.plan import Action
from models.register.activity import Activity
from tests.cast import Stage
from tests.charters.made import published_charter, uploaded_charter
from tests.client import HouseClient, Page
from tests.house.risky import lay_risks
from tests.house.test_queries import counted

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def search(who: HouseClient, typed: str, **more: str) -> Page:
    page = who.get(f"/recherche/?q={quote(typed)}" + "".join(f"&{name}={value}" for name, value in more.items()))
    assert page.status == 200
    return page


def titles(page: Page) -> list[str]:
    """The titles of what was found, in the order of the page."""
    found = page.all("p", class_="hit-title")
    return ["".join(link.itertext()) for one in found for link in one if link.get("href")]


def groups(page: Page) -> list[str]:
    """The natures found, each with its count."""
    return [" ".join("".join(one.itertext()).split()) for one in page.all("h2") if one.get("id")]


def activity(place: uuid.UUID, reference: str, name: str, description: str | None = None) -> Activity:
    made = Activity(establishment_id=place, reference=reference, name=name, description=description)
    made.touch("Diane Petit", now())
    return made


def test_the_dpo_finds_by_words_in_any_order_whatever_the_accents(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        here, other = stage.establishments["CHA"], stage.establishments["CHE"]
        session.add_all(
            [
                activity(here, "T-2026-002", "Œdème aigu", "Voir aussi T-2026-001."),
                activity(here, "T-2026-001", "Évaluation des œdèmes"),
                activity(here, "T-2026-003", "Paie", "Évaluer l’œdème du bulletin."),
                activity(other, "T-2026-001", "Œdèmes de l’Est"),
                *(activity(here, f"T-2027-{n:03}", f"Vigilance {n}") for n in range(1, 8)),
                Person(establishment_id=here, given_name="Zoé", family_name="Œdémann", function_title="Évaluatrice"),
            ]
        )
    dpo = client("dpo")
    assert titles(search(dpo, "oedeme")) == ["Évaluation des œdèmes", "Œdème aigu", "Paie"], "titles come first"
    assert titles(search(dpo, "ÉVALU œdem")) == ["Évaluation des œdèmes", "Paie", "Zoé Œdémann"]
    assert titles(search(dpo, "t-2026-001")) == ["Évaluation des œdèmes", "Œdème aigu"], "the very reference first"
    marks = ["".join(one.itertext()) for one in search(dpo, "evaluer").all("mark")]
    assert marks == ["Évaluer"]

    many = search(dpo, "vigilance")
    assert groups(many) == ["Traitements 7"]
    assert len(titles(many)) == 5
    whole = next(one.get("href") for one in many.all("a") if "Tout voir (7)" in "".join(one.itertext()))
    assert len(titles(dpo.get(whole))) == 7
    assert "1 à 7 sur 7" in dpo.get(whole).words
    assert "1 à 7 sur 7" in dpo.get("/registre/?etat=toutes&q=vigilance").words, "the list says the same number"

    assert groups(search(client("dpo-est"), "oedeme")) == ["Traitements 1"]
    everywhere = client("auditeur")
    assert groups(search(everywhere, "oedemes est")) == ["Traitements 1"]
    assert groups(search(everywhere, "oedeme", etablissement="CHE")) == ["Traitements 1"]
    assert groups(search(everywhere, "oedeme", etablissement="CHA")) == ["Traitements 3"]


@on_sqlite
def test_a_question_that_finds_nothing_or_harms_is_answered_by_a_sentence(
    client: Clients, write: Write, stage: Stage
) -> None:
    with write() as session:
        session.add(activity(stage.establishments["CHA"], "T-1", "Paie"))
    dpo = client("dpo")
    assert "Tapez un ou plusieurs mots" in search(dpo, "").words
    assert "au moins 2 lettres" in search(dpo, "p").words
    long = search(dpo, "é" * 1000)
    assert "compte 1000 caractères : gardez-en 200" in long.words
    assert long.values(aria_label="Chercher dans toutes les pièces")["q"] == "é" * 200, "what was typed stays"
    for typed in ("%%__", "' OR 1=1 --", "<script>alert(1)</script>\0", "🏥🏥 \\% {{7*7}}", "ﷺ" * 200):
        page = search(dpo, typed)
        assert groups(page) == [], typed
        assert "Rien trouvé" in page.words, typed
    assert groups(search(dpo, "paie", nature="inconnue", etablissement="NUL", page="-3")) == ["Traitements 1"]
    assert titles(search(dpo, "paie", nature="traitements", page="99999999")) == ["Paie"]
    assert client(None).get("/recherche/?q=paie").location == "/connexion"


@on_sqlite
def test_the_staff_finds_what_binds_her_and_her_own_actions(client: Clients, write: Write, stage: Stage) -> None:
    here = stage.establishments["CHA"]
    with write() as session:
        charter = published_charter(session, here, "Charte d’usage numérique")
        published_charter(session, stage.establishments["CHE"], "Charte numérique de l’Est")
        renamed = published_charter(session, None, "Charte commune")
        renamed.title = "Charte de la fusion numérique"
        uploaded_charter(session, here).title = "Charte numérique en préparation"
        own = Action(establishment_id=here, title="Ranger l’armoire numérique", created_by="Diane")
        own.owner_id = stage.users["agent"]
        session.add_all(
            [
                own,
                Action(establishment_id=here, title="Vendre l’armoire numérique", created_by="Diane"),
                activity(here, "T-1", "Armoire numérique"),
                Person(establishment_id=here, given_name="Zoé", family_name="Numérique"),
            ]
        )
        found = charter.id
    page = search(client("agent"), "numerique")
    assert titles(page) == ["Ranger l’armoire numérique", "Charte d’usage numérique"]
    assert f"/chartes/{found}/versions/1" in [one.get("href") for one in page.all("a")]
    offered = " ".join("".join(one.itertext()) for one in page.all("option"))
    for nature in ("Traitements", "Personnes", "Analyses", "Comptes", "Mesures", "Chartes\n"):
        assert nature not in offered
    assert "Charte numérique en préparation" in titles(search(client("dpo"), "numerique"))
    for login, reads in (("rh", True), ("dsi", False), ("referent", False)):
        assert ("Zoé Numérique" in titles(search(client(login), "zoe numerique"))) == reads, login


@on_sqlite
def test_pieces_are_found_by_those_who_read_what_they_prove(client: Clients, write: Write, stage: Stage) -> None:
    here = stage.establishments["CHA"]
    with write() as session:
        made = lay_risks(session, here)
        group = Measure(reference="MS77", title="Bunker commun", state=MeasureState.PLANNED)
        group.touch("Rachid Simon", now())
        secret = Action.raised_by(made["scenario"], "Renforcer le bunker", "Rachid Simon")
        own = Action(establishment_id=here, title="Mur", created_by="Diane", owner_id=stage.users["agent"])
        owners = {"registre": activity(here, "T-1", "Paie"), "mesure": group, "secret": secret, "mur": own}
        session.add_all(owners.values())
        session.flush()
        for name, owner in {**owners, "scenario": made["scenario"]}.items():
            upload = files.Upload.of_bytes(b"Lu.", f"bunker-{name}.txt")
            files.attach(owner, upload, who=Visitor(name="Diane Petit"), title=f"Pièce du bunker {name}")
    seen = {
        "agent": {"mur"}, "admin": set(), "referent": set(), "dpo-est": {"mesure"},
        "rh": {"mur"}, "dsi": {"mur", "mesure", "registre"},
        "rssi": {"mur", "mesure", "registre", "secret", "scenario"},
    }  # fmt: skip
    for login, expected in seen.items():
        page = search(client(login), "bunker", nature="pieces")
        assert {title.split()[-1] for title in titles(page)} == expected, login
        assert ("Renforcer le bunker" in titles(search(client(login), "renforcer bunker"))) == (login == "rssi"), login
    assert titles(search(client("admin"), "anse")) == ["CH de l’Anse", "CH de l’Est"], "by name, then by town"
    assert titles(search(client("admin"), "urgences")) == ["Urgences"]
    assert groups(search(client("admin"), "petit")) == ["Comptes 1"]
    assert groups(search(client("rh"), "petit")) == [], "the accounts are for who administers them"


def test_the_search_asks_as_much_however_much_there_is_and_nothing_of_what_one_does_not_read(
    app: Flask, client: Clients, write: Write, stage: Stage
) -> None:
    here, asked = stage.establishments["CHA"], dict[tuple[str, str], list[int]]()
    browsers = {login: client(login) for login in ("dpo", "agent")}
    for numbers in (range(51), range(51, 160)):
        with write() as session:
            session.add_all([activity(here, f"T-{n}", f"Paie {n}") for n in numbers])
            session.add_all([Action(establishment_id=here, title=f"Paie {n}", created_by="Diane") for n in numbers])
        for login, browser in browsers.items():
            for path in ("/recherche/?q=paie", "/recherche/?q=paie&nature=actions"):
                browser.client.get(path)
                with counted(app) as sent:
                    browser.client.get(path)
                asked.setdefault((login, path), []).append(len(sent))
    assert all(len(set(counts)) == 1 for counts in asked.values()), asked
    assert asked["agent", "/recherche/?q=paie"][0] < 8
    assert asked["dpo", "/recherche/?q=paie"][0] < 35
