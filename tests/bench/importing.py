"""Imports of xlsx, from the file to the database, against openpyxl only reading that file."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from openpyxl import load_workbook
from sqlalchemy import func, select

from exports import sheets
from exports.inventory import APPLICATION_COLUMNS
from exports.tables import records
from governance.database import session
from governance.imports import commands
from governance.terms import terms
from models.inventory.application import Application
from models.inventory.words import Criticality, Domain, Hosting, Link, Procedure, Status
from models.register.activity import Activity
from tests.bench.data import flat_table
from tests.bench.grounds import CODE, HERE, Ground, application
from tests.bench.measure import Figure, in_turn, middle, ratio, took

ACTIVITIES, APPLICATIONS = 10_000, 2_000
ROUNDS = 5
GOAL = 2.0


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Each import goes into a fresh copy of the empty hospital: read, understood, planned, written, journaled."""
    register, inventory = folder / "registre.xlsx", folder / "applications.xlsx"
    with application(grounds[0], folder) as app, app.app_context():
        flat_table(terms(), ACTIVITIES, str(register))
        _list_of_applications(inventory)
    return [
        *_measured("register", Activity, ACTIVITIES, register, grounds, folder),
        *_measured("inventory", Application, APPLICATIONS, inventory, grounds, folder),
    ]


def _measured(
    subject: str, model: type[Activity | Application], count: int, file: Path, grounds: list[Ground], folder: Path
) -> Iterator[Figure]:
    works = [lambda ground=ground: _import(subject, model, count, ground, folder, file) for ground in grounds]
    rounds = in_turn(ROUNDS, lambda: took(lambda: _only_read(file, count)), *works)
    for number, ground in enumerate(grounds, 1):
        note = f"{middle(rounds, number):.2f} s against {middle(rounds, 0):.2f} s"
        yield Figure(f"{subject} import, time", ground.kind, ratio(rounds, number, 0), GOAL, note=note)


def _import(
    subject: str, model: type[Activity | Application], count: int, ground: Ground, folder: Path, file: Path
) -> float:
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context():
            seconds = took(lambda: commands.from_file(subject, file, CODE, HERE, lambda _: None, dry_run=False))
            assert session.scalar(select(func.count()).select_from(model)) == count
    finally:
        copy.drop()
    return seconds


def _only_read(file: Path, count: int) -> None:
    book = load_workbook(file, read_only=True)
    found = sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) if any(row))
    book.close()
    assert found > count


def _list_of_applications(path: Path) -> None:
    """Write an inventory of applications as it leaves Vigie: the columns that a hospital usually fills."""
    rows = (_application(number) for number in range(APPLICATIONS))
    sheet = records("Applications", APPLICATION_COLUMNS, rows, terms(), frozen=3)
    with sheets.xlsx([sheet], "Inventaire", "CH") as made:
        path.write_bytes(made.read())


def _application(number: int) -> SimpleNamespace:
    said = {
        "id": uuid.UUID(int=number),
        "reference": f"A-2026-{number:04d}",
        "name": f"Application {number:04d}",
        "version": f"{number % 9}.{number % 5}",
        "description": f"Logiciel du service {number % 40} : suivi des dossiers et des rendez-vous.",
        "domain": list(Domain)[number % 4],
        "status": Status.PRODUCTION,
        "owner_name": f"Responsable {number % 60}",
        "criticality": list(Criticality)[number % 4],
        "in_production_on": dt.date(2020, 1, 1) + dt.timedelta(days=number),
        "vendor": f"Éditeur {number % 80}",
        "contract_reference": f"M-{number:05d}",
        "contract_ends_on": dt.date(2027, 1, 1) + dt.timedelta(days=number % 900),
        "hosting": list(Hosting)[number % 3],
        "host_name": f"Hébergeur {number % 12}",
        "users_count": number % 700,
        "holds_health_data": number % 3 > 0,
        "identity_link": list(Link)[number % 4],
        "manages_ins": number % 2 > 0,
        "restart_procedure": list(Procedure)[number % len(Procedure)],
        "availability_target": 99.5,
        "notes": f"Relevé de l’année {2020 + number % 6}.",
    }
    return SimpleNamespace(**{column.key: None for column in APPLICATION_COLUMNS} | said)
