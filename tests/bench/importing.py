"""The import of 10,000 activities as xlsx, from the file to the database, against openpyxl only reading that file."""

from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import func, select

from governance.database import session
from governance.imports import commands
from governance.terms import terms
from models.register.activity import Activity
from tests.bench.data import flat_table
from tests.bench.grounds import CODE, HERE, Ground, application
from tests.bench.measure import Figure, in_turn, middle, ratio, took

ACTIVITIES = 10_000
ROUNDS = 3
GOAL = 2.0


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Each import goes into a fresh copy of the empty register: read, understood, planned, written, journaled."""
    file = folder / "registre.xlsx"
    with application(grounds[0], folder) as app, app.app_context():
        flat_table(terms(), ACTIVITIES, str(file))
    works = [lambda ground=ground: _import(ground, folder, file) for ground in grounds]
    rounds = in_turn(ROUNDS, lambda: took(lambda: _only_read(file)), *works)
    return [
        Figure(
            "xlsx import, time", ground.kind, ratio(rounds, number, 0), GOAL,
            note=f"{middle(rounds, number):.1f} s against {middle(rounds, 0):.1f} s",
        )
        for number, ground in enumerate(grounds, 1)
    ]  # fmt: skip


def _import(ground: Ground, folder: Path, file: Path) -> float:
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context():
            seconds = took(lambda: commands.from_file("register", file, CODE, HERE, lambda _: None, dry_run=False))
            assert session.scalar(select(func.count()).select_from(Activity)) == ACTIVITIES
    finally:
        copy.drop()
    return seconds


def _only_read(file: Path) -> None:
    book = load_workbook(file, read_only=True)
    count = sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) if any(row))
    book.close()
    assert count == ACTIVITIES + 1
