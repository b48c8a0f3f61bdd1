"""The fictional group's applications: what runs, how each was assessed, what was asked of vendors and decided."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import day_of
from models.inventory.application import Application, AvailabilityMonth
from models.inventory.assessment import Assessment
from models.inventory.criteria import Criterion
from models.inventory.followup import Arbitration, Exchange
from models.inventory.vendor import Vendor, VendorContact
from models.inventory.words import (
    Answer,
    Channel,
    Choice,
    Criticality,
    Domain,
    Hosting,
    IdentitySource,
    Link,
    PasswordCase,
    Place,
    Procedure,
    RemoteAccess,
    Renewal,
    Status,
)
from models.register.activity import Activity
from seed.demo.content import read
from seed.demo.group import Scene
from seed.demo.steps import Step

KEEPERS = {"CHVA": "dsi", "CHEA": "rssi", "HLHO": "rssi"}
"""Who keeps the inventory of each establishment: a login, by the establishment's code."""

WORDS: dict[str, Any] = {
    "status": Status, "domain": Domain, "criticality": Criticality, "hosting": Hosting,
    "identity_source": IdentitySource, "remote_access": RemoteAccess, "identity_link": Link, "stays_link": Link,
    "structure_link": Link, "feeds_dmp": Link, "restart_procedure": Procedure, "recovery_procedure": Procedure,
    "degraded_procedure": Procedure, "return_procedure": Procedure, "password_case": PasswordCase,
    "renewal": Renewal, "idle_place": Place, "channel": Channel, "choice": Choice,
}  # fmt: skip
"""The fields that hold a word of a vocabulary."""

DATES = frozenset(
    {
        "in_production_on", "contract_ends_on", "rights_reviewed_on", "recovery_tested_on", "retired_on",
        "reminded_on", "replied_on", "committed_on", "kept_on", "target_on", "expires_on",
    }
)  # fmt: skip


def values(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of an entry as the models want them: words, dates, the rest as it is."""
    found = {}
    for name, value in row.items():
        if name in WORDS and value is not None:
            value = WORDS[name](value)
        elif name in DATES and value is not None:
            value = dt.date.fromisoformat(value)
        found[name] = value
    return found


class Park:
    """The entries of inventory.yaml on a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.content: dict[str, Any] = read("inventory", scene.today)
        self.vendors: dict[tuple[str, str], Vendor] = {}
        self.applications: dict[int, Application] = {}

    def steps(self) -> Iterator[Step]:
        """The vendors and applications of each establishment, then what happened to each application."""
        for code, login in KEEPERS.items():
            yield Step(self.scene.actors[login], partial(self._found, code))
        for place, entry in enumerate(self.content["applications"]):
            for row in entry.get("assessments", ()):
                login = row.get("by", "rssi")
                yield Step(self.scene.actors[login], partial(self._assess, place, row, login))
            if "exchanges" in entry or "decisions" in entry:
                login = KEEPERS[entry["establishment"]]
                yield Step(self.scene.actors[login], partial(self._follow, place, entry, login))

    def _found(self, code: str, session: Session) -> None:
        for row in self.content["vendors"].get(code, ()):
            contacts = [VendorContact(position=at, **one) for at, one in enumerate(row.get("contacts", ()))]
            own = {name: value for name, value in row.items() if name != "contacts"}
            vendor = Vendor(establishment=self.scene.places[code], contacts=contacts, **own)
            self.vendors[code, vendor.name] = vendor
            session.add(vendor)
        activities = list(
            session.scalars(select(Activity).where(Activity.establishment_id == self.scene.places[code].id))
        )
        for place, entry in enumerate(self.content["applications"]):
            if entry["establishment"] == code:
                self.applications[place] = self._make(entry, activities)
                session.add(self.applications[place])

    def _make(self, entry: dict[str, Any], activities: list[Activity]) -> Application:
        code, at = entry["establishment"], self.scene.day(entry["day"])
        made = Application(
            establishment=self.scene.places[code],
            establishment_id=self.scene.places[code].id,
            vendor=self.vendors.get((code, entry.get("vendor", ""))),
            department=self.scene.departments(code)[entry["department"]] if "department" in entry else None,
            reference=entry["reference"],
            created_at=at,
            **values(entry["fields"]),
        )
        made.availability = [self._month(*row) for row in entry.get("months", ())]
        named = entry.get("serves", ())
        made.serve([one for one in activities if any(name in (one.applications or "") for name in named)])
        made.touch(self.scene.people[KEEPERS[code]].name, at)
        return made

    def _month(self, ago: int, measured: float, incidents: int, note: str | None = None) -> AvailabilityMonth:
        """What was measured `ago` months before the planting."""
        today = self.scene.today
        years, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
        return AvailabilityMonth(month=dt.date(years, month + 1, 1), measured=measured, incidents=incidents, note=note)

    def _assess(self, place: int, row: dict[str, Any], login: str, session: Session) -> None:
        """One assessment: answers of a profile, changed where the entry says so; validated unless it is left open."""
        application, at = self.applications[place], self.scene.day(row["day"])
        criteria = {one.code: one for one in session.scalars(Criterion.listed())}
        last = session.scalars(
            select(Assessment)
            .where(Assessment.application_id == application.id)
            .order_by(Assessment.number.desc())
            .limit(1)
        ).one_or_none()
        name = self.scene.people[login].name
        made = Assessment.begin(application, criteria, last, name, at)
        made.created_at, made.note = at, row.get("note")
        for key, value in values(row.get("measures", {})).items():
            setattr(made, key, value)
        self._answer(made, {**self.content["profiles"].get(row.get("profile"), {}), **row.get("answers", {})})
        session.add(made)
        session.flush()
        if not row.get("open"):
            made.validate(criteria, last, name, at, day_of(at))

    def _answer(self, made: Assessment, said: dict[str, Any]) -> None:
        known = made.by_criterion()
        for code, given in said.items():
            answer, words = (given, None) if isinstance(given, str) else given
            known[code].answer = Answer(answer)
            if known[code].answer is Answer.NOT_APPLICABLE:
                known[code].reason, known[code].value = words, None
            else:
                known[code].value, known[code].reason = words, None

    def _follow(self, place: int, entry: dict[str, Any], login: str, session: Session) -> None:
        application, name = self.applications[place], self.scene.people[login].name
        owned = {"establishment_id": application.establishment_id, "application": application}
        for row in entry.get("exchanges", ()):
            asked = self.scene.day(row["day"])
            own = values({key: value for key, value in row.items() if key != "day"})
            session.add(Exchange(asked_on=day_of(asked), asked_by=name, created_at=asked, **own, **owned))
        for row in entry.get("decisions", ()):
            decided = self.scene.day(row["day"])
            own = values({key: value for key, value in row.items() if key not in ("day", "closed")})
            made = Arbitration(decided_on=day_of(decided), created_at=decided, **own, **owned)
            made.check(self.scene.today)
            if "closed" in row:
                made.close(self.scene.date(row["closed"][0]), row["closed"][1])
            session.add(made)
