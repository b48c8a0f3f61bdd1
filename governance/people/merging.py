"""Two records of the same human become one: what is missing is taken over, references move, evidence stays in place."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, UniqueConstraint, false, func, inspect, or_, select
from sqlalchemy.orm import aliased

from governance.database import session
from governance.people.queries import reference
from models.journal import Verb, tell
from models.people import Person
from models.rules import RuleBroken
from models.vocabulary import N_

TAKEN_OVER = (
    "department_id", "email", "phone", "employee_number", "function_title", "company", "arrived_on",
    "contract_ends_on", "user_id",
)  # fmt: skip
"""What the record that stays takes from the other where it has nothing."""


def check(kept: Person, absorbed: Person) -> None:
    """Raises RuleBroken when two records cannot be one: another establishment, merged already, two accounts."""
    if kept.id == absorbed.id or kept.establishment_id != absorbed.establishment_id:
        raise RuleBroken("other", N_("Choisissez une autre fiche du même établissement."))
    if kept.merged_into_id or absorbed.merged_into_id:
        raise RuleBroken("other", N_("L’une des deux fiches a déjà été fusionnée."))
    if kept.user_id and absorbed.user_id:
        raise RuleBroken("other", N_("Chaque fiche a son compte : détachez d’abord celui qui n’est plus utilisé."))


def merge(kept: Person, absorbed: Person) -> int:
    """Merge `absorbed` into `kept` and tell it; gives how many references moved. Raises RuleBroken.

    The absorbed record stays as it was behind `merged_into_id`, so what cannot move still names somebody: a column
    whose info says `fixed` (evidence), and a row that would stand twice (the same campaign for the same human).
    """
    check(kept, absorbed)
    absorbed.merged_into = kept
    session.flush()  # its number and its account are free from here on
    for name in TAKEN_OVER:
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(absorbed, name))
    for earlier in session.scalars(select(Person).where(Person.merged_into_id == absorbed.id)).all():
        earlier.merged_into = kept
    moved = _move_team(kept, absorbed) + sum(_move(kind, name, kept, absorbed) for kind, name in referring())
    kept.check()
    session.flush()
    tell(session(), Verb.MERGED, kept, other=reference(absorbed), moved=moved)
    return moved


def _move_team(kept: Person, absorbed: Person) -> int:
    """Whoever had the absorbed record for manager has the other; one who stands above it goes one step up instead."""
    above = absorbed.manager if absorbed.manager is not kept else None
    if kept.manager is None or kept.manager is absorbed:
        _place(kept, above, None)
    team = session.scalars(select(Person).where(Person.manager_id == absorbed.id)).all()
    for person in team:
        _place(person, kept, above)
    return len(team)


def _place(person: Person, manager: Person | None, otherwise: Person | None) -> None:
    try:
        person.place_under(manager)
    except RuleBroken:
        person.place_under(otherwise)


def _move(kind: type[Any], name: str, kept: Person, absorbed: Person) -> int:
    rows = session.scalars(_movable(kind, name, kept, absorbed)).all()
    for row in rows:
        setattr(row, name, kept.id)
    return len(rows)


def _movable(kind: type[Any], name: str, kept: Person, absorbed: Person) -> Any:
    return select(kind).where(getattr(kind, name) == absorbed.id, ~_stands_twice(kind, name, kept))


def referring() -> Iterator[tuple[type[Any], str]]:
    """(class, attribute) of each reference to a person that a merge moves; the directory's own are seen to apart."""
    for kind, column in Person.referring_columns():
        if kind is not Person and not column.info.get("fixed"):
            yield kind, inspect(kind).get_property_by_column(column).key


def references(kept: Person, absorbed: Person) -> int:
    """How many references would move, for who is about to decide: one query for each kind of reference."""
    team = session.scalar(select(func.count()).where(Person.manager_id == absorbed.id)) or 0
    queries = (_movable(kind, name, kept, absorbed) for kind, name in referring())
    return team + sum(session.scalar(select(func.count()).select_from(one.subquery())) or 0 for one in queries)


def _stands_twice(kind: type[Any], name: str, kept: Person) -> ColumnElement[bool]:
    """SQL: moving the row would break one of the table's unique rules, for the same thing names `kept` already."""
    mapper, twin = inspect(kind), aliased(kind)
    table, moving = mapper.local_table, mapper.get_property(name).columns[0]
    rules = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    rules += [list(one.columns) for one in table.indexes if one.unique]
    found = []
    for rule in (one for one in rules if moving in one):
        others = [mapper.get_property_by_column(column).key for column in rule if column is not moving]
        same = [getattr(twin, other) == getattr(kind, other) for other in others]
        found.append(select(twin).where(getattr(twin, name) == kept.id, *same).exists())
    return or_(false(), *found)
