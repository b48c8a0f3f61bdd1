"""The doors: the table of who is answered what, and what every address must be."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Blueprint, Flask

import governance
from governance.config import Settings
from governance.doors import SAFE, UndeclaredDoor, requires
from governance.rooms import ROOMS, Room
from models.base import now
from models.permissions import Permission, allows
from tests.cast import CAST
from tests.house import access
from tests.house.access import Asker
from tests.house.ground import Things

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("room", [room.word for room in ROOMS])
def test_everyone_is_answered_as_the_table_says(room: str, app: Flask, things: Things, asker: Asker) -> None:
    found = access.lines(app, things, asker, room)
    if os.environ.get("VIGIE_WRITE_ACCESS"):
        access.write(room, found)
    kept = access.read().get(room, [])
    wrong = [f"- {line}" for line in kept if line not in found] + [f"+ {line}" for line in found if line not in kept]
    assert kept == found, "\n".join(
        [
            f"Room {room}: access.txt has the lines marked -, the application answers the lines marked +.",
            f"Mend the code, or have the change reviewed and run: {access.REWRITE}",
            *wrong,
        ]
    )


def test_the_table_has_no_room_that_does_not_exist() -> None:
    assert list(access.read()) == [room.word for room in ROOMS], f"run: {access.REWRITE}"


@on_sqlite
def test_a_sensitive_door_asks_again_for_a_code(app: Flask, things: Things, asker: Asker) -> None:
    with time_machine.travel(now().timestamp() + 11 * 60):
        for room in ROOMS:
            for question in access.questions(app, things, room.word):
                door: Any = getattr(app.view_functions[question.rule.endpoint], "door", None)
                if door.fresh:
                    person = next(
                        one.login
                        for one in CAST
                        if not door.needs or any(allows(one.role, need) for need in door.needs)
                    )
                    assert asker.ask(person, question) == "code", f"{question.method} {question.path}"


def house_with(view: Any, methods: list[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> Flask:
    """The application with one more room, whose only view is `view`."""
    blueprint = Blueprint("cellar", __name__)
    blueprint.add_url_rule("/cave", "index", view, methods=methods)
    monkeypatch.setattr(governance, "ROOMS", (*ROOMS, Room("cellar", "Cave", "/cave", blueprint, "home")))
    return governance.create_app(Settings(environment="local", data_dir=folder, secret_key="k" * 40))


def test_a_view_without_a_door_keeps_the_house_from_opening(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UndeclaredDoor, match=r"cellar\.index"):
        house_with(lambda: "", ["GET"], monkeypatch, tmp_path)


def test_a_right_to_read_opens_no_door_that_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    view = requires(Permission.REGISTER_READ)(lambda: "")
    assert "cellar.index" in house_with(view, ["GET"], monkeypatch, tmp_path).view_functions
    view = requires(Permission.REGISTER_READ)(lambda: "")
    with pytest.raises(UndeclaredDoor, match="right to read"):
        house_with(view, ["GET", "POST"], monkeypatch, tmp_path)


def test_only_get_and_post_are_spoken(app: Flask) -> None:
    strange = {rule.rule: rule.methods for rule in access.rules(app) if (rule.methods or set()) - SAFE - {"POST"}}
    assert not strange, f"state changes are POST, the rest is GET: {strange}"


UNTYPED = {"token": "a secret of any shape: a wrong one gets the page of an ended link"}


def test_every_part_of_an_address_says_its_type(app: Flask) -> None:
    bare = {
        rule.rule for rule in access.rules(app) for name in re.findall(r"<([a-z_]+)>", rule.rule) if name not in UNTYPED
    }
    assert not bare, f"write <uuid:…>, <int:…> or <string(maxlength=…):…>: {sorted(bare)}"


SAID_ELSEWHERE = {".well-known"}
"""What a standard decides (RFC 8615)."""

SAME_IN_BOTH_LANGUAGES = {
    "audits",
    "catalogue",
    "code",
    "consultations",
    "derogations",
    "diffusion",
    "document",
    "elements",
    "hopen",
    "imports",
    "incident",
    "journal",
    "nominations",
    "plan",
    "scenarios",
    "theme",
    "trace",
    "verifications",
}


def test_addresses_are_french_and_kebab_case(app: Flask) -> None:
    for rule in access.rules(app):
        parts = {part for part in re.sub(r"\.?<[^>]+>(\.json)?", "", rule.rule).split("/") if part} - SAID_ELSEWHERE
        odd = {part for part in parts if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.(json|ics))?", part)}
        assert not odd, f"{rule.rule}: {odd} is not kebab-case without accents"
        said = parts & {name.replace("_", "-") for name in rule.endpoint.split(".")} - SAME_IN_BOTH_LANGUAGES
        assert not said, f"{rule.rule}: {said} is the English of the view’s name, people read French"
