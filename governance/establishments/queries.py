"""Lists of establishments and departments, within what the visitor may see."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from governance.database import session
from governance.visitor import Visitor
from models.accounts import RoleGrant
from models.base import today
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.permissions import Permission
from models.positions.nomination import Nomination

SORTS = {"nom": Establishment.name, "code": Establishment.code, "ville": Establishment.city}


@dataclass(frozen=True)
class Listed:
    """One line of the list: an establishment, and how many departments and people it has."""

    establishment: Establishment
    departments: int
    people: int


def group() -> Group | None:
    """The hospital group; None before the first establishment is entered."""
    return session.scalars(select(Group).order_by(Group.created_at)).first()


def listed(who: Visitor) -> Select[Any]:
    """The identities of the establishments she may see."""
    return select(Establishment.id).where(
        Establishment.id.in_([place.id for place in who.places(Permission.ESTABLISHMENTS_READ)])
    )


def details(identities: list[uuid.UUID]) -> dict[uuid.UUID, Listed]:
    """What the list shows of each establishment, in four queries."""
    departments = _counts(select(Department.establishment_id, func.count()).group_by(Department.establishment_id))
    in_force = RoleGrant.in_force(today()).with_only_columns(
        RoleGrant.establishment_id, func.count(RoleGrant.user_id.distinct())
    )
    people = _counts(in_force.group_by(RoleGrant.establishment_id))
    nominated = selectinload(Establishment.officers).joinedload(Nomination.person)
    found = session.scalars(select(Establishment).options(nominated).where(Establishment.id.in_(identities)))
    return {one.id: Listed(one, departments.get(one.id, 0), people.get(one.id, 0)) for one in found}


def _counts(query: Select[Any, Any]) -> dict[uuid.UUID, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def tree(establishment: Establishment) -> list[tuple[Department, list[Department]]]:
    """The departments as people know them: each pôle with its services, then the services without a pôle."""
    found = list(
        session.scalars(
            select(Department).where(Department.establishment_id == establishment.id).order_by(Department.name)
        )
    )
    tops = [one for one in found if one.parent_id is None]
    tops.sort(key=lambda one: one.kind is not DepartmentKind.POLE)
    return [(top, [one for one in found if one.parent_id == top.id]) for top in tops]


def pole_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The pôles of an establishment."""
    rows = session.execute(
        select(Department.id, Department.name)
        .where(Department.establishment_id == establishment_id, Department.kind == DepartmentKind.POLE)
        .order_by(Department.name)
    )
    return [(str(row.id), row.name) for row in rows]
