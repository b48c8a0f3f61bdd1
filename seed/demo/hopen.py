"""The HOP’EN tracker of the fictional group: three establishments, each at its own point of the plan."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base import day_of
from models.charters.charter import Charter
from models.consulting import GovernanceBody, Opinion
from models.hopen.opinions import StepLink, StepOpinion
from models.hopen.prerequisites import Objective
from models.hopen.tracking import Pursuit, Step, begin_tracking
from models.hopen.upkeep import EVERY, USUAL, Result, Upkeep, UpkeepEntry, UpkeepKind
from models.hopen.words import StepState, Variant
from models.inventory.application import Application
from models.plan import Action, Priority
from models.register.activity import Activity
from seed.demo import steps
from seed.demo.content import read
from seed.demo.group import Scene

LINKED: dict[str, tuple[Any, Any]] = {
    "charter": (Charter, Charter.title),
    "activity": (Activity, Activity.name),
    "application": (Application, Application.name),
}
"""The kinds of records that the demonstration points to, and the title by which it finds them."""


def hopen_steps(scene: Scene) -> Iterator[steps.Step]:
    """For each establishment: its tracking begun, then what was done, said and entrusted since."""
    for code, told in read("hopen", scene.today).items():
        journey = _Journey(scene, code, told)
        for stage in (journey.begin, journey.walk, journey.prove, journey.keep_up, journey.entrust):
            yield steps.Step(scene.actors[told["by"]], stage)


class _Journey:
    def __init__(self, scene: Scene, code: str, told: dict[str, Any]) -> None:
        self.scene, self.home, self.told = scene, scene.places[code], told
        self.name = scene.people[told["by"]].name
        self.pursuits: dict[str, Pursuit] = {}
        self.steps: dict[str, Step] = {}

    def begin(self, session: Session) -> None:
        known = list(session.scalars(select(Objective).order_by(Objective.position)))
        begin_tracking(session, self.home, known)
        for one in session.scalars(select(Pursuit).where(Pursuit.establishment_id == self.home.id)):
            one.created_at = self.scene.day(self.told["day"])
            self.pursuits[one.objective_code] = one
            self.steps |= {step.task_code: step for step in one.steps}

    def walk(self, session: Session) -> None:
        """The opinions first: an action that wants one is not done without."""
        for code, body, day, opinion, minutes in self.told.get("opinions", ()):
            said = {"body": GovernanceBody(body), "opinion": Opinion(opinion), "minutes": minutes}
            held = self.scene.day(day)
            session.add(StepOpinion(step=self.steps[code], held_on=day_of(held), recorded_by=self.name, **said))
        for code, row in self.told["objectives"].items():
            self._pursue(self.pursuits[code], row)

    def prove(self, session: Session) -> None:
        """What the actions point to: records of the other rooms, found by the beginning of their title."""
        for code, kind, words in self.told.get("links", ()):
            model, title = LINKED[kind]
            here = or_(model.establishment_id == self.home.id, model.establishment_id.is_(None))
            thing = session.scalars(select(model).where(here, title.startswith(words)).order_by(title).limit(1)).one()
            said = {"kind": kind, "record_id": thing.id, "title": thing.journal_title()[:200]}
            session.add(StepLink(step=self.steps[code], linked_by=self.name, **said))

    def _pursue(self, pursuit: Pursuit, row: dict[str, Any]) -> None:
        at = self.scene.day(row.get("start", self.told["day"]))
        pursuit.schedule(day_of(at) if "start" in row else None, self._day(row.get("due")))
        if "variant" in row:
            pursuit.choose(Variant(row["variant"]), self.name, at)
        reasons = {**row.get("none", {}), **row.get("blocked", {})}
        for step in pursuit.steps:
            short = step.task_code.rpartition("-")[2]
            state = _state(short, row)
            if state is not None and step.kept_state is None:
                when = self.scene.day(row["done"]) if state is StepState.DONE else at
                step.decide(state, self.name, when, on=day_of(when), reason=reasons.get(short))

    def _day(self, days: int | None) -> dt.date | None:
        return None if days is None else self.scene.date(days)

    def keep_up(self, session: Session) -> None:
        """What is kept alive, with what was held, updated, tested or taken since."""
        for row in self.told.get("upkeep", ()):
            made = Upkeep(
                establishment=self.home,
                kind=UpkeepKind(row["kind"]),
                title=row.get("title", UpkeepKind(row["kind"]).label),
                keeper=row.get("keeper"),
                members=row.get("members"),
                description=row.get("description"),
                every_months=EVERY[UpkeepKind(row["kind"])],
                begun_on=self.scene.date(row["begun"]),
            )
            for day, summary, more in row.get("entries", ()):
                kept = {name: Result(value) if name == "result" else value for name, value in more.items()}
                entry = UpkeepEntry(nature=USUAL[made.kind], held_on=self.scene.date(day), summary=summary, **kept)
                entry.written_by = self.name
                made.entries.append(entry)
            made.settle()
            session.add(made)

    def entrust(self, session: Session) -> None:
        for code, login, title, due, priority in self.told.get("actions", ()):
            action = Action.raised_by(self.steps[code], title, self.name, priority=Priority(priority))
            action.entrust(self.scene.people[login])
            action.due_on = self._day(due)
            session.add(action)


def _state(short: str, row: dict[str, Any]) -> StepState | None:
    """How an action of an objective is, from its number."""
    if short in row.get("none", {}):
        return StepState.NOT_APPLICABLE
    if short in row.get("blocked", {}):
        return StepState.BLOCKED
    if short in row.get("doing", ()):
        return StepState.DOING
    return StepState.DONE if "done" in row and short in row.get("of", [short]) else None
