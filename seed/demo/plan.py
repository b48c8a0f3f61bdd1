"""The plan of the fictional group: actions late, coming, done and given up, some called for by a processor's record."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.plan import Action, ActionComment, Priority
from models.register.processor import Processor
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step


def plan_steps(scene: Scene) -> Iterator[Step]:
    """Each action, raised and followed in one step of the person who raised it."""
    for row in read("plan", scene.today):
        yield Step(scene.actors[row["by"]], partial(_plan, scene, row))


def _plan(scene: Scene, row: dict[str, Any], session: Session) -> None:
    action = _raised(scene, row, session)
    action.created_at = scene.day(row["day"])
    action.priority = Priority(row["priority"])
    action.note = row.get("note")
    action.due_on = scene.date(row["due"]) if "due" in row else None
    action.entrust(scene.people.get(row.get("owner", "")), row.get("name"))
    session.add(action)
    session.flush()
    if "progress" in row:
        action.follow(row["progress"], scene.date(row["day"]))
    for login, day, text in row.get("comments", ()):
        said = ActionComment(text=text, written_by=scene.people[login].name, created_at=scene.day(day))
        action.comments.append(said)
    if "done" in row:
        action.finish(scene.date(row["done"]))
    if "dropped" in row:
        action.drop(row["dropped"])


def _raised(scene: Scene, row: dict[str, Any], session: Session) -> Action:
    place, by = scene.places[row["establishment"]], scene.people[row["by"]].name
    if "processor" not in row:
        return Action(establishment_id=place.id, title=row["title"], created_by=by)
    wanted = select(Processor).where(Processor.establishment_id == place.id, Processor.name == row["processor"])
    return Action.raised_by(session.scalars(wanted).one(), row["title"], by)
