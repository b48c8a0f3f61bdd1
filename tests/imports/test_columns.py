"""What the columns of a table mean: said once, shown in the preview, said otherwise when it was wrong."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.imports import ImportBatch
from tests.client import HouseClient, Page
from tests.imports.test_routes import brought, count

Clients = Callable[[str | None], HouseClient]

UNKNOWN = "Rubrique;Intitulé libre;Pour quoi faire\nA;Paie;Payer les agents\nB;Badges;Ouvrir les portes\n".encode()
WRONG = {"0-0": "name", "0-1": "", "0-2": "purposes"}
RIGHT = {"0-0": "", "0-1": "name", "0-2": "purposes"}


def read_with(dpo: HouseClient, meanings: dict[str, str]) -> str:
    """A table of unknown titles, read with these meanings; gives the import's address."""
    asked = brought(dpo, UNKNOWN, "registre.csv")
    done = dpo.post(asked.location, meanings)
    assert done.status == 303, done.words
    return done.location


def chosen(page: Page) -> dict[str, str]:
    """What each column is said to mean on the screen of the columns."""
    found = {one.get("name"): one for one in page.all("select")}
    picked = {name: [o.get("value") for o in one.iter("option") if o.get("selected") is not None]
              for name, one in found.items() if name and name.startswith("0-")}  # fmt: skip
    return {name: (values or [""])[0] for name, values in picked.items()}


def test_the_preview_says_what_each_column_was_taken_for(client: Clients) -> None:
    dpo = client("dpo")
    words = dpo.get(read_with(dpo, WRONG)).words
    assert "Rubrique : Nom du traitement" in words
    assert "Intitulé libre : non importée" in words
    assert "Pour quoi faire : Finalités" in words


def test_a_wrong_meaning_is_changed_from_the_preview(client: Clients) -> None:
    dpo = client("dpo")
    address = read_with(dpo, WRONG)
    leads = [one.get("href") for one in dpo.get(address).all("a") if "Changer les colonnes" in "".join(one.itertext())]
    assert leads == [f"{address}/colonnes"]
    assert chosen(dpo.get(leads[0])) == WRONG
    assert dpo.post(leads[0], RIGHT).location == address
    words = dpo.get(address).words
    assert "Intitulé libre : Nom du traitement" in words
    assert "Badges" in words


def test_a_remembered_meaning_is_shown_changed_and_remembered_anew(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    read_with(dpo, WRONG)
    again = brought(dpo, UNKNOWN, "registre.csv").location
    page = dpo.get(again)
    assert "Rubrique : Nom du traitement" in page.words
    assert "la dernière fois" in page.words
    assert chosen(dpo.get(f"{again}/colonnes")) == WRONG
    dpo.post(f"{again}/colonnes", RIGHT)
    third = brought(dpo, UNKNOWN, "registre.csv").location
    assert "Intitulé libre : Nom du traitement" in dpo.get(third).words
    dpo.post(f"{third}/confirmer")
    assert count(db) == 2


def test_the_columns_of_an_import_that_is_done_do_not_change(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    address = read_with(dpo, RIGHT)
    dpo.post(f"{address}/confirmer")
    assert dpo.get(f"{address}/colonnes").status == 404
    assert dpo.post(f"{address}/colonnes", WRONG).status == 422
    assert db.scalars(select(ImportBatch.payload)).all() == [None]


def test_the_columns_of_a_file_that_is_no_table_are_not_asked(client: Clients) -> None:
    dpo = client("dpo")
    address = brought(dpo, dpo.post("/registre/exporter", {"format": "json"}).data, "registre.json").location
    assert "Changer les colonnes" not in dpo.get(address).words
    assert dpo.get(f"{address}/colonnes").status == 404


def test_a_refused_meaning_keeps_the_choices_made(client: Clients) -> None:
    dpo = client("dpo")
    address = brought(dpo, UNKNOWN, "registre.csv").location
    nameless = {"0-0": "reference", "0-1": "", "0-2": "purposes"}
    page = dpo.post(address, nameless)
    assert page.status == 422
    assert "Dites quelle colonne contient le nom du traitement" in page.words
    assert chosen(page) == nameless


def test_two_columns_are_not_both_the_name(client: Clients) -> None:
    dpo = client("dpo")
    address = brought(dpo, UNKNOWN, "registre.csv").location
    page = dpo.post(address, {"0-0": "name", "0-1": "name", "0-2": "purposes"})
    assert page.status == 422
    assert "« Nom du traitement » est donné à deux colonnes, « Rubrique » et « Intitulé libre »" in page.words
    assert page.one("select", name="0-1").get("aria-invalid") == "true"
    assert chosen(page)["0-2"] == "purposes"


def test_two_columns_may_both_tell_purposes(client: Clients) -> None:
    dpo = client("dpo")
    assert read_with(dpo, {"0-0": "purposes", "0-1": "name", "0-2": "purposes"})
