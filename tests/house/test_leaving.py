"""Each list that leaves as a workbook holds what it shows, filtered alike, and the journal tells how much."""

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.journal import Entry, Verb
from tests.client import HouseClient
from tests.house.ground import Things

LISTS = (
    ("rssi", "/risques/scenarios", "Scénarios de risque"),
    ("rssi", "/risques/mesures", "Mesures de sécurité"),
    ("rssi", "/pssi/derogations", "Dérogations"),
    ("rssi", "/hopen/objectifs", "Objectifs HOP’EN"),
    ("dpo", "/information/supports", "Supports d’information"),
    ("dpo", "/information/demandes", "Demandes et oppositions"),
    ("rh", "/postes/", "Fiches de poste"),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_list_leaves_as_it_is_filtered(
    things: Things, client: Callable[[str | None], HouseClient], db: Session
) -> None:
    for login, path, title in LISTS:
        browser, told = client(login), len(_told(db))
        page = browser.get(path)
        shown = re.search(r"\d+ à \d+ sur (\d+)", page.words)
        address = page.one("form", action=f"{path.rstrip('/')}/exporter").get("action")
        for query in ("q=rien-de-tel&indicateur=P9", ""):
            answer = browser.post(address, {"liste": query})
            sheet = load_workbook(io.BytesIO(answer.data))[title[:31]]
            assert sheet.max_row - 1 == (int(shown[1]) if shown and not query else 0), (path, query)
        rows = [entry.detail["rows"] for entry in _told(db)[told:]]
        assert sum(rows) == sheet.max_row - 1, "what leaves is told once, nothing when nothing left"
        assert sheet["A1"].value == "Établissement"


def _told(db: Session) -> list[Entry]:
    db.expire_all()
    return list(db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED).order_by(Entry.at, Entry.seq)))
