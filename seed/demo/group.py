"""The fictional group: its establishments and their departments, its people and the roles they hold or held."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from models.accounts import RoleGrant, User
from models.base import day_of
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.journal import Actor, Verb, tell
from models.permissions import Role
from models.register.portable import processor_from
from models.reminders import Frequency, ReminderChoice
from models.views import SavedView
from seed.demo.content import read

MakeUser = Callable[[str, str, str], User]
"""Login, name, e-mail address -> a user who can sign in, with the demonstration's password and a second factor."""


KEEPERS = {"CHVA": "dpo", "CHEA": "dpo-est", "HLHO": "dpo"}
"""Who keeps the register of each establishment: her login, by the establishment's code."""


class Scene:
    """What the later steps of the demonstration find again: places by code, departments by name, people by login."""

    def __init__(self, at: dt.datetime, make_user: MakeUser) -> None:
        self.at, self.make_user = at, make_user
        self.group: dict[str, Any] = read("group", day_of(at))
        self.places: dict[str, Establishment] = {}
        self.people: dict[str, User] = {}
        self.actors: dict[str, Actor] = {}

    def day(self, days: int) -> dt.datetime:
        """The instant so many days after the planting (before it, when negative)."""
        return self.at + dt.timedelta(days=days)

    def date(self, days: int) -> dt.date:
        """The day of that instant."""
        return day_of(self.day(days))

    @property
    def today(self) -> dt.date:
        """The day of the planting."""
        return day_of(self.at)

    def departments(self, code: str) -> dict[str, Department]:
        return {department.name: department for department in self.places[code].departments}

    # Steps

    def found(self, session: Session) -> None:
        """The group, its establishments, their departments, and the accounts."""
        group = Group(name=self.group["group"], created_at=self.day(-1100))
        session.add(group)
        for row in self.group["establishments"]:
            own = {name: value for name, value in row.items() if name != "departments"}
            place = Establishment(**own, group=group, created_at=group.created_at)
            place.departments = _departments(row["departments"])
            session.add(place)
            self.places[place.code] = place
        for row in self.group["people"]:
            user = self.make_user(row["login"], row["name"], row["email"])
            session.add(user)
            session.flush()
            self.people[user.login], self.actors[user.login] = user, Actor(user.id, user.name)
        session.add(self._grant(self.group["grants"][0]))
        tell(session, Verb.PLANTED, group, what="demonstration")

    def give_roles(self, session: Session) -> None:
        """The roles of everybody but the administrator, who gives them."""
        for row in self.group["grants"][1:]:
            session.add(self._grant(row))

    def take_roles_back(self, session: Session) -> None:
        """The roles that were revoked since."""
        revoked = [row for row in self.group["grants"] if "revoked" in row]
        for row in revoked:
            grants = [grant for grant in self.people[row["login"]].grants if grant.starts_on == self.date(row["day"])]
            grant = next(grant for grant in grants if grant.role == row["role"])
            grant.revoke(self.people["admin"], self.day(row["revoked"]), row["reason"])

    def fill_directory(self, code: str, session: Session) -> None:
        """The processors of an establishment."""
        for row in read("processors", self.today)[code]:
            session.add(processor_from(row, row.get("sub_processors", ()), self.places[code]))

    def choose_reminders(self, login: str, session: Session) -> None:
        """How somebody wishes to be reminded; the others are told each Monday."""
        choice = ReminderChoice.usual(self.people[login].id)
        choice.choose(Frequency(self.group["reminders"][login]), choice.weekday, [])
        session.add(choice)

    def save_views(self, login: str, session: Session) -> None:
        """The filtered lists that a person keeps under a name."""
        for row in self.group["views"]:
            if row["login"] == login:
                place = self.places[row["establishment"]]
                kept = {name: row[name] for name in ("name", "query", "shared")}
                session.add(SavedView(user=self.people[login], establishment_id=place.id, room="register", **kept))

    def _grant(self, row: dict[str, Any]) -> RoleGrant:
        place = self.places.get(row.get("establishment", ""))
        department = self.departments(place.code)[row["department"]] if place and "department" in row else None
        return RoleGrant(
            user=self.people[row["login"]],
            role=Role(row["role"]),
            establishment=place,
            department=department,
            starts_on=self.date(row["day"]),
            ends_on=self.date(row["until"]) if "until" in row else None,
            granted_by=None if row["login"] == "admin" else self.people["admin"],
            granted_at=self.day(row["day"]),
        )


def _departments(tree: dict[str, list[str]]) -> list[Department]:
    found = []
    for name, services in tree.items():
        pole = Department(name=name, kind=DepartmentKind.POLE)
        below = [Department(name=service, kind=DepartmentKind.SERVICE, parent=pole) for service in services]
        found += [pole, *below]
    return found
