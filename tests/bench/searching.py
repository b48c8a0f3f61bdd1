"""The search over all rooms of a big hospital against a small one: time, and queries."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from governance.database import session, transaction
from governance.terms import terms
from models.base import now
from models.people import Person
from models.plan import Action, Priority, State
from models.search import fold
from tests.bench.data import plant
from tests.bench.grounds import HERE, Ground, application, cookie, gather_statistics, hospital
from tests.bench.measure import Figure, counting, in_turn, middle, ratio, took

SMALL, BIG = (100, 200, 50), (10_000, 20_000, 5_000)
"""Activities, people, actions."""

ROUNDS = 15
GOAL = 3.0
QUESTIONS = {"rare": "nom00042 prenom", "common": "action", "nothing": "introuvable"}
FAMILIES = ("Lefèvre", "Maréchal", "Garnier", "Hervé", "Aubert", "Besançon", "Château", "Léger")


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """What the DPO is answered for a rare word, a common one, and one that is nowhere."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with (
        _filled(ground, folder, SMALL) as little,
        _filled(ground, folder, BIG) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        for name, words in QUESTIONS.items():
            ask_small, ask_big = _asker(small, words), _asker(big, words)
            few, many = _queries(small, ask_small), _queries(big, ask_big)
            rounds = in_turn(ROUNDS, partial(took, ask_small), partial(took, ask_big))
            times = f"{middle(rounds, 0) * 1000:.0f} ms with {SMALL}, {middle(rounds, 1) * 1000:.0f} ms with {BIG}"
            yield Figure(f"search, {name}", ground.kind, ratio(rounds, 1, 0), GOAL, note=times)
            yield Figure(f"search, {name}, queries", ground.kind, many, few, unit="queries")


def _asker(app: Flask, words: str) -> Callable[[], None]:
    browser, headers = app.test_client(use_cookies=False), {"Cookie": cookie(app)}

    def ask() -> None:
        answer = browser.get("/recherche/", query_string={"q": words}, headers=headers)
        assert answer.status_code == 200, answer.status

    return ask


def _queries(app: Flask, ask: Callable[[], None]) -> int:
    ask()
    with counting(app.extensions["engine"]) as sent:
        ask()
    return len(sent)


@contextmanager
def _filled(ground: Ground, folder: Path, size: tuple[int, int, int]) -> Iterator[Ground]:
    activities, people, actions = size
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context():
            with transaction(HERE):
                home = hospital().id
                plant(session(), hospital(), terms(), activities)
                session.connection().execute(insert(Person), [_person(home, number) for number in range(people)])
                session.connection().execute(insert(Action), [_action(home, number) for number in range(actions)])
            gather_statistics(app.extensions["engine"])
        yield copy
    finally:
        copy.drop()


def _person(home: uuid.UUID, number: int) -> dict[str, object]:
    family, email = f"Nom{number:05}", f"prenom.{number}@hopital.example"
    told = f"{family} Prénom {email} Infirmière {FAMILIES[number % len(FAMILIES)]}"
    return {
        "id": uuid.uuid4(), "created_at": now(), "establishment_id": home, "kind": "staff", "family_name": family,
        "given_name": "Prénom", "email": email, "function_title": "Infirmière", "sort_name": fold(family),
        "words": fold(told), "revision": 1,
    }  # fmt: skip


def _action(home: uuid.UUID, number: int) -> dict[str, object]:
    title, note = f"Action {number}", "Vérifier avec le service que la consigne est suivie, puis le dire au comité."
    return {
        "id": uuid.uuid4(), "created_at": now(), "establishment_id": home, "title": title, "note": note,
        "priority": Priority.NORMAL, "state": State.TODO, "progress": 0, "confidential": False, "created_by": "Banc",
        "revision": 1, "words": fold(f"{title} {note}"),
    }  # fmt: skip
