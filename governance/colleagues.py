"""Everybody with an open account as the visitor that she would be, for what is written to her while she is away."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from governance.database import session
from governance.visitor import Grant, Visitor
from models.accounts import RoleGrant, User
from models.establishments import Department
from models.people import Person
from models.permissions import Role


@dataclass(frozen=True)
class Colleague:
    """An account, and what it may do."""

    user: User
    who: Visitor

    def holds(self, role: Role, thing: Any) -> bool:
        """Whether she holds a role over a record."""
        return any(grant.role is role and grant.covers(thing) for grant in self.who.grants)


class Colleagues:
    """All open accounts on a day, by identity and by role. Four queries, whatever their number."""

    def __init__(self, today: dt.date) -> None:
        granted = defaultdict(list)
        for grant in session.scalars(RoleGrant.in_force(today)):
            granted[grant.user_id].append(grant)
        within = _within()
        self.by_id: dict[uuid.UUID, Colleague] = {}
        self._by_role: dict[Role, list[Colleague]] = defaultdict(list)
        for user in session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id)):
            grants = tuple(Grant(one.role, one.establishment_id, within(one)) for one in granted[user.id])
            one = Colleague(user, Visitor(user.id, user.login, user.name, grants=grants))
            self.by_id[user.id] = one
            for role in {grant.role for grant in grants}:
                self._by_role[role].append(one)

        self._managers = _managers()

    def manager_of(self, user_id: uuid.UUID) -> Colleague | None:
        """The account of whoever the directory says is responsible for her, if it is open."""
        found = self._managers.get(user_id)
        return self.by_id.get(found) if found else None

    def team_of(self, user_id: uuid.UUID) -> frozenset[uuid.UUID]:
        """Herself, and the accounts of those of whom the directory says that she is the manager."""
        return frozenset({user_id} | {one for one, manager in self._managers.items() if manager == user_id})

    def holding(self, roles: Iterable[Role], thing: Any) -> list[Colleague]:
        """Those who hold one of `roles` over a record, each once."""
        found = {one.user.id: one for role in roles for one in self._by_role[role] if one.holds(role, thing)}
        return list(found.values())


def _managers() -> dict[uuid.UUID, uuid.UUID]:
    manager = aliased(Person)
    query = select(Person.user_id, manager.user_id).join(manager, manager.id == Person.manager_id)
    rows = session.execute(query.where(Person.user_id.is_not(None), manager.user_id.is_not(None)))
    return {user: above for user, above in rows if user and above and user != above}


def _within() -> Any:
    """What gives the departments of a grant: its own and those under it; None for a grant without."""
    under = defaultdict(set)
    for identity, parent in session.execute(select(Department.id, Department.parent_id)):
        under[parent].add(identity)

    def within(grant: RoleGrant) -> frozenset[uuid.UUID] | None:
        bound = grant.department_id
        return frozenset({bound} | under[bound]) if bound else None

    return within
