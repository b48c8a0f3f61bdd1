"""The dashboard and plan of 20 hospitals with 5,000 actions against one with 250; a pack against a zip."""

import datetime as dt
import os
import uuid
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import insert, select

from exports.hopen import pack as packs
from governance.database import session
from models.accounts import RoleGrant, User
from models.base import now, today
from models.establishments import Establishment
from models.hopen.prerequisites import Objective
from models.hopen.tracking import Pursuit, Step, begin_tracking
from models.hopen.words import StepState
from models.permissions import Role
from models.plan import Action, Priority, State
from tests.bench.asking import Pair
from tests.bench.grounds import Ground, application, hospital, planted
from tests.bench.measure import Figure, in_turn, middle, ratio, took

ALONE, GROUP, EACH = 1, 20, 250
ROUNDS, GOAL = 40, 1.5
PAGES = {
    "start page": ("/", "Bonjour"),
    "side by side": ("/pilotage", "Pilotage"),
    "hopen": ("/hopen/", "HOP’EN"),
    "plan": ("/plan/", "Plan d’action"),
}
DOCUMENTS, BYTES = 500, 60_000


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Each page as somebody who reads the whole group sees it, asked of the application in this process."""
    return [*(figure for ground in grounds for figure in _on(ground, folder)), _pack(folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with (
        planted(ground, folder, partial(_plant, ALONE)) as little,
        planted(ground, folder, partial(_plant, GROUP)) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        pair = Pair(ground.kind, small, big, (ALONE, GROUP), ROUNDS, GOAL)
        for name, (path, word) in PAGES.items():
            yield from pair.page(name, path, word)


def _plant(hospitals: int) -> None:
    first, at = hospital(), now()
    person = session.scalars(select(User)).one()
    session.add(RoleGrant(user_id=person.id, role=Role.DPO, starts_on=at.date(), granted_at=at))
    places = [first]
    for number in range(1, hospitals):
        one = Establishment(
            group_id=first.group_id, code=f"CH{number:02}", name=f"CH n° {number}", dpo_name="Diane Petit"
        )
        session.add(one)
        places.append(one)
    session.flush()
    known = list(session.scalars(select(Objective).order_by(Objective.position)))
    for place in places:
        begin_tracking(session(), place, known)
        _advance(place, at)


def _advance(place: Establishment, at: dt.datetime) -> None:
    """Objectives begun, some late; one action in three done; 250 actions of the plan, half of them raised by a step."""
    pursuits = list(session.scalars(select(Pursuit).where(Pursuit.establishment_id == place.id)))
    for number, pursuit in enumerate(pursuits):
        pursuit.schedule(today() - dt.timedelta(days=20 * (number % 12)), None)
    steps = [step for pursuit in pursuits for step in pursuit.steps]
    for number, step in enumerate(steps):
        if number % 3 == 0:
            step.decide(StepState.DONE, "Diane Petit", at, on=at.date())
    session.flush()
    session.connection().execute(insert(Action), [_action(place.id, number, steps, at) for number in range(EACH)])


def _action(place: uuid.UUID, number: int, steps: list[Step], at: dt.datetime) -> dict[str, object]:
    step = steps[number % len(steps)] if number % 2 else None
    return {
        "id": uuid.uuid4(),
        "created_at": at,
        "establishment_id": place,
        "title": f"Action {number}",
        "priority": Priority.NORMAL,
        "state": State.DOING if number % 4 else State.TODO,
        "progress": 0,
        "owner_name": f"Agent {number % 30}" if number % 5 else None,
        "due_on": today() + dt.timedelta(days=number % 60 - 20),
        "origin_type": Step.__tablename__ if step else None,
        "origin_id": step.id if step else None,
        "origin_title": step.task_code if step else None,
        "origin_needs": Step.evidence_read if step else None,
        "confidential": False,
        "created_by": "Diane Petit",
        "revision": 1,
        "words": f"action {number}",
    }


def _pack(folder: Path) -> Figure:
    """A pack of 500 documents against zipping the same bytes and making its own PDF."""
    home = folder / "documents"
    home.mkdir(exist_ok=True)
    for number in range(DOCUMENTS):
        (home / f"{number}.bin").write_bytes(os.urandom(BYTES // 2) + b"preuve " * (BYTES // 14))
    paths = sorted(home.iterdir())
    head = packs.Head("HOP’EN", "CH du Banc", "Diane Petit", now().replace(microsecond=0), [("P1.1", "En cours (1/9)")])

    def ours() -> None:
        with TemporaryFile() as target:
            pieces = [packs.Piece(f"P1.1/{one.name}", one.name, "P1.1", one) for one in paths]
            made = packs.write(target, head, pieces)
            packs.seal(target, {"document": packs.manifest(head, made)})

    def bare() -> None:
        with TemporaryFile() as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for one in paths:
                archive.write(one, f"P1.1/{one.name}")
            files = [packs.Packed(f"P1.1/{one.name}", one.name, "P1.1", "0" * 64, BYTES) for one in paths]
            archive.writestr("index.pdf", packs.index(head, files, []))

    rounds = in_turn(5, partial(took, bare), partial(took, ours))
    times = f"{middle(rounds, 0):.2f} s bare, {middle(rounds, 1):.2f} s ours"
    return Figure(f"pack of {DOCUMENTS} documents", "disk", ratio(rounds, 1, 0), GOAL, note=times)
