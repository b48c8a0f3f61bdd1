"""What is done to the group, its establishments and their departments."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from governance.database import session
from governance.establishments import queries
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_

UNNAMED_GROUP = N_("Groupement hospitalier")


def enter(facts: Mapping[str, Any]) -> Establishment:
    """A new establishment of the group, which is made with the first. Raises RuleBroken("code") for a code taken."""
    establishment = Establishment()
    correct(establishment, facts)
    establishment.group = queries.group() or Group(name=UNNAMED_GROUP)
    session.add(establishment)
    session.flush()
    return establishment


def correct(establishment: Establishment, facts: Mapping[str, Any]) -> None:
    """Change an establishment. Raises RuleBroken("code") for a code that another has."""
    if session.scalar(select(Establishment.id).where(Establishment.code == facts["code"])) not in (
        None,
        establishment.id,
    ):
        raise RuleBroken("code", N_("Un autre établissement a déjà ce code."))
    for name, value in facts.items():
        setattr(establishment, name, value)


def arrange(department: Department, name: str, kind: DepartmentKind, parent: Department | None) -> None:
    """Name a department, new or not, and place it. Raises RuleBroken for a name taken or an impossible place."""
    there = select(Department).where(Department.establishment_id == department.establishment_id)
    named = session.scalars(there.where(Department.words == fold(name)).order_by(Department.name))
    if other := next((one for one in named if one is not department), None):
        message = N_("Cet établissement a déjà un pôle ou un service de ce nom\u00a0: «\u00a0%s\u00a0».")
        raise RuleBroken("name", message % other.name)
    if department in session and kind is not DepartmentKind.POLE and _holds_services(department):
        raise RuleBroken("kind", N_("Des services dépendent de ce pôle\u00a0: placez-les d’abord ailleurs."))
    department.name, department.kind = name, kind
    department.place_under(parent)
    session.add(department)


def _holds_services(pole: Department) -> bool:
    return session.scalar(select(Department.id).where(Department.parent_id == pole.id).limit(1)) is not None
