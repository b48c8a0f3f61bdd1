"""The demonstration: a fictional hospital group, its people, processors, thirty records in every state, charters."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from models.journal import Actor
from models.register.catalogue import TypicalProcessing
from seed.demo.bridges import bridge_steps
from seed.demo.charters import CharterStory
from seed.demo.group import KEEPERS, MakeUser, Scene
from seed.demo.hopen import hopen_steps
from seed.demo.inventory import Park
from seed.demo.notices import InformationStory
from seed.demo.people import Directory
from seed.demo.plan import plan_steps
from seed.demo.policy import PolicyStory
from seed.demo.positions import PositionStory
from seed.demo.risks import risk_steps
from seed.demo.steps import Step
from seed.demo.story import Story

ADDRESS = "http://127.0.0.1:8000"
PLANTER = Actor(None, "Mise en place de la démonstration")


def plant_demo(
    session: Session | scoped_session[Any], *, at: dt.datetime, make_user: MakeUser, address: str = ADDRESS
) -> Iterator[Step]:
    """The steps that plant the demonstration in a database that holds the catalogue and nothing else.

    Nothing is random, and every date is counted from `at`. The caller runs each step before asking for the next, always
    on `session`, and commits after each: the journal then tells it under the name of the step's actor. `address`: where
    the house answers.
    """
    contents = {row.code: row.content for row in session.scalars(select(TypicalProcessing))}
    scene = Scene(at, make_user)
    yield Step(PLANTER, scene.found)
    yield Step(scene.actors["admin"], scene.give_roles)
    yield Step(scene.actors["admin"], scene.take_roles_back)
    yield Step(scene.actors["admin"], Directory(scene).fill)
    for code, login in KEEPERS.items():
        yield Step(scene.actors[login], partial(scene.fill_directory, code))
    yield from Story(scene, contents).steps()
    yield from CharterStory(scene).steps()
    yield from plan_steps(scene)
    yield from Park(scene).steps()
    yield from risk_steps(scene)
    yield from hopen_steps(scene)
    yield from bridge_steps(scene)
    yield from PositionStory(scene).steps()
    yield from PolicyStory(scene).steps()
    yield from InformationStory(scene, address).steps()
    for login in dict.fromkeys(KEEPERS.values()):
        yield Step(scene.actors[login], partial(scene.save_views, login))
    for login in scene.group["reminders"]:
        yield Step(scene.actors[login], partial(scene.choose_reminders, login))
