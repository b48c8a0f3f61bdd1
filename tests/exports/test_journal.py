"""The journal leaves as a workbook and as a table, in sentences."""

import csv
import datetime as dt
import io
import uuid

from openpyxl import load_workbook

from exports import journal
from models.journal import Entry, Verb
from tests.exports.samples import TERMS

ENTRIES = [
    Entry(
        chain="group",
        seq=7,
        at=dt.datetime(2026, 7, 14, 22, 30, tzinfo=dt.UTC),
        actor_name="Yann Le Goff",
        verb=Verb.CHANGED,
        subject_type="activity",
        subject_id=uuid.UUID(int=1),
        subject_title="REG-2026-001 Paie",
        changes=[
            {"part": None, "id": "1", "title": "", "field": "name", "before": "Paye", "after": "=Paie"},
            {"part": None, "id": "1", "title": "", "field": "sensitive", "before": None, "after": True},
        ],
        detail={},
        previous="",
        digest="ab" * 32,
    ),
    Entry(
        chain="group",
        seq=8,
        at=dt.datetime(2026, 1, 1, 12, 0, tzinfo=dt.UTC),
        actor_name="=cmd",
        verb=Verb.EXPORTED,
        subject_type="establishment",
        subject_id=uuid.UUID(int=2),
        subject_title="le registre",
        changes=[],
        detail={"format": "xlsx", "rows": 3, "public": True, "digest": "cd"},
        previous="",
        digest="cd" * 32,
    ),
]


def test_the_journal_as_a_workbook() -> None:
    with journal.workbook(ENTRIES, TERMS, "Journal", "Hôpital") as file:
        rows = [[cell.value for cell in row] for row in load_workbook(file)["Journal"].iter_rows()]
    assert rows[0] == [heading.title for heading in journal.HEADINGS]
    assert rows[1][:6] == [
        7,
        dt.datetime(2026, 7, 15, 0, 30),  # noqa: DTZ001 -- spreadsheets know no time zone
        "Yann Le Goff",
        "a modifié",
        "REG-2026-001 Paie",
        "Nom du traitement : Paye → =Paie\nDonnées sensibles : vide → Oui",
    ]
    assert rows[2][2:4] == ["'=cmd", "a exporté"]
    assert rows[2][6] == "format : xlsx ; fiches : 3 ; version publique : Oui ; empreinte : cd"


def test_the_journal_as_a_table() -> None:
    with journal.table(iter(ENTRIES), TERMS) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Empreinte"] for row in rows] == ["ab" * 32, "cd" * 32]
    assert rows[0]["Date et heure (Paris)"] == "2026-07-15 00:30:00"
    assert rows[1]["Personne"] == "'=cmd"
