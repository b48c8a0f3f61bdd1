"""The directory as a file: the same people in each format, no formula alive, and a trace of what left."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from exports.people import COLUMNS, NOT_EXPORTED
from models.journal import Entry, Verb
from models.people import Person
from tests.client import HouseClient
from tests.people.conftest import Enter, ago

Clients = Callable[[str | None], HouseClient]


def exported(client: HouseClient, kind: str, **values: str) -> bytes:
    page = client.post("/personnes/exporter", {"format": kind, **values})
    assert page.status == 200
    return bytes(page.data)


def test_every_column_of_a_person_leaves_or_says_why_not() -> None:
    labelled = set(Person.journal_fields())
    assert labelled <= {column.key for column in COLUMNS} | NOT_EXPORTED.keys()
    assert not NOT_EXPORTED.keys() - set(inspect(Person).column_attrs.keys())


def test_the_three_formats_say_the_same_with_stable_identities(client: Clients, enter: Enter, db: Session) -> None:
    head = enter("Yann Le Goff", department="Urgences")
    identity = enter(manager_id=head, arrived_on=ago(3), employee_number="007", company="=1+1")
    hr = client("rh")
    titles = [column.title for column in COLUMNS]
    book = openpyxl.load_workbook(io.BytesIO(exported(hr, "xlsx"))).worksheets[0]
    sheet = [[cell.value for cell in row] for row in book.iter_rows()]
    rows = list(csv.reader(io.StringIO(exported(hr, "csv").decode("utf-8-sig")), delimiter=";"))
    people: list[dict[str, Any]] = json.loads(exported(hr, "json"))["people"]
    assert sheet[0] == rows[0] == titles
    place = {column.key: position for position, column in enumerate(COLUMNS)}
    for found in (sheet[1], rows[1]):
        assert found[place["id"]] == str(identity)
        assert found[place["manager_id"]] == str(head)
        assert found[place["manager"]] == "Yann Le Goff"
        assert found[place["employee_number"]] == "007"
        assert found[place["kind"]] == "Prestataire"
        assert found[place["company"]] == "'=1+1"
    assert people[0] | {"id": str(identity), "kind": "contractor", "arrived_on": ago(3).isoformat()} == people[0]
    assert [one["department"] for one in people] == [None, "Urgences"]


def test_only_what_the_list_shows_leaves_and_the_journal_keeps_its_digest(
    client: Clients, enter: Enter, db: Session
) -> None:
    enter()
    enter("Noé Kerbrat", left_on=ago(9))
    enter("Zoé Étienne", place="CHE")
    data = exported(client("auditeur"), "json", liste="montrer=partis", etablissement="CHA")
    assert [one["family_name"] for one in json.loads(data)["people"]] == ["Kerbrat"]
    told = db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).one()
    assert (told.detail["rows"], told.detail["digest"]) == (1, hashlib.sha256(data).hexdigest())
    assert "l’annuaire des personnes" in told.subject_title


def test_an_export_without_format_or_establishment_is_refused(client: Clients) -> None:
    assert client("rh").post("/personnes/exporter", {"format": "exe"}).status == 422
    page = client("auditeur").post("/personnes/exporter", {"format": "csv"})
    assert (page.status, "Choisissez l’établissement" in page.words) == (422, True)
