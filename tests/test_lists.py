"""Lists: paged in the database, their length counted no more often than it changes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from models.base import now
from models.register.activity import Activity
from tests.bench.measure import counting
from tests.cast import Stage
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def _add(write: Write, stage: Stage, numbers: range, **more: Any) -> None:
    with write() as session:
        for number in numbers:
            place = {"establishment_id": stage.establishments["CHA"], "reference": f"T-{number:03}"}
            session.add(activity := Activity(name=f"Fiche {number}", **place, **more))
            activity.touch("Diane Petit", now())


def _counts(app: Flask, who: HouseClient, *addresses: str) -> int:
    """How often the database counted the list while she went through these pages."""
    with counting(app.extensions["engine"]) as sent:
        for address in addresses:
            assert who.get(address).status == 200
    return sum("count(*)" in statement for statement in sent)


def test_a_page_beyond_the_last_is_the_last(write: Write, stage: Stage, client: Clients) -> None:
    _add(write, stage, range(50))
    assert "1 à 50 sur 50" in client("dpo").get("/registre/?page=2").words
    _add(write, stage, range(50, 60))
    for page in ("2", "3", "9999"):
        assert "51 à 60 sur 60" in client("dpo").get(f"/registre/?page={page}").words
    assert "Aucune fiche ne répond à ces filtres" in client("dpo").get("/registre/?page=3&q=introuvable").words


def test_the_length_of_a_list_is_counted_once_for_its_pages_and_sorts(
    app: Flask, write: Write, stage: Stage, client: Clients
) -> None:
    _add(write, stage, range(110))
    dpo = client("dpo")
    assert _counts(app, dpo, "/registre/", "/registre/?page=2", "/registre/?tri=-nom", "/registre/?page=3") == 1
    assert _counts(app, dpo, "/registre/?q=fiche") == 1, "another question is counted for itself"
    _add(write, stage, range(110, 111))
    assert "1 à 50 sur 111" in dpo.get("/registre/").words
    with write() as session:
        session.delete(session.query(Activity).filter_by(reference="T-007").one())
    assert "1 à 50 sur 110" in dpo.get("/registre/").words


def test_who_sees_less_has_a_length_of_her_own(write: Write, stage: Stage, client: Clients) -> None:
    _add(write, stage, range(70))
    _add(write, stage, range(70, 130), department_id=stage.departments["Urgences"])
    assert "1 à 50 sur 130" in client("dpo").get("/registre/").words
    assert "1 à 50 sur 60" in client("referent").get("/registre/").words
    assert "Aucune fiche" in client("dpo-est").get("/registre/").words


def test_a_short_list_needs_no_counting(app: Flask, write: Write, stage: Stage, client: Clients) -> None:
    _add(write, stage, range(49))
    assert _counts(app, client("dpo"), "/registre/") == 0
    assert "1 à 49 sur 49" in client("dpo").get("/registre/").words
