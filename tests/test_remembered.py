"""Figures remembered until the journal moves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from governance.remembered import until_the_journal_moves
from models.establishments import Department, DepartmentKind
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]


def test_a_figure_is_counted_again_only_once_something_changed_where_it_counts(
    app: Flask, database: Any, stage: Stage, write: Write
) -> None:
    here, elsewhere = list(stage.establishments.values())[:2]
    asked: list[int] = []

    def count() -> int:
        asked.append(1)
        return len(asked)

    def ask(key: str = "services") -> int:
        with app.app_context():
            return until_the_journal_moves(key, [here], count)

    def found(place: Any, name: str) -> None:
        with write() as session:
            session.add(Department(establishment_id=place, kind=DepartmentKind.SERVICE, name=name))

    assert (ask(), ask()) == (1, 1)
    assert ask("another question") == 2
    found(elsewhere, "Service d’ailleurs")
    assert ask() == 1, "what changes elsewhere does not count here"
    found(here, "Service d’ici")
    assert ask() == 3
