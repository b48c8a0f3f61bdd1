"""The search over all rooms of a big hospital against a small one: time, and queries."""

import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import insert

from governance.database import session
from governance.terms import terms
from models.base import now
from models.people import Person
from models.plan import Action, Priority, State
from models.search import fold
from tests.bench.asking import Pair
from tests.bench.data import plant
from tests.bench.grounds import Ground, application, hospital, planted
from tests.bench.measure import Figure

SMALL, BIG = (100, 200, 50), (10_000, 20_000, 5_000)
"""Activities, people, actions."""

ROUNDS = 15
GOAL = 3.0
FOUND = 'class="hit-title"'
QUESTIONS = {
    "rare": ("nom00042 prenom", FOUND),
    "common": ("action", FOUND),
    "nothing": ("introuvable", "Rien trouvé"),
}
"""What is typed, and what the answer holds."""

FAMILIES = ("Lefèvre", "Maréchal", "Garnier", "Hervé", "Aubert", "Besançon", "Château", "Léger")


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """What the DPO is answered for a rare word, a common one, and one that is nowhere."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with (
        planted(ground, folder, partial(_plant, *SMALL)) as little,
        planted(ground, folder, partial(_plant, *BIG)) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        pair = Pair(ground.kind, small, big, (SMALL, BIG), ROUNDS, GOAL)
        for name, (words, told) in QUESTIONS.items():
            yield from pair.page(f"search, {name}", f"/recherche/?{urlencode({'q': words})}", told)


def _plant(activities: int, people: int, actions: int) -> None:
    home = hospital()
    plant(session(), home, terms(), activities)
    session.connection().execute(insert(Person), [_person(home.id, number) for number in range(people)])
    session.connection().execute(insert(Action), [_action(home.id, number) for number in range(actions)])


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
