"""What the directory's screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from governance.database import session
from governance.visitor import Place, Visitor, visitor
from models.accounts import RoleGrant, User
from models.establishments import Department
from models.people import OUTSIDE, Person, PersonKind
from models.permissions import Permission
from models.search import fold, matching
from models.vocabulary import N_

SORTS = {
    "nom": Person.sort_name,
    "categorie": Person.kind,
    "societe": Person.company,
    "arrivee": Person.arrived_on,
    "fin": Person.contract_ends_on,
    "depart": Person.left_on,
}
SUGGESTED = 200
"""How many names a field suggests at most."""


@dataclass(frozen=True)
class Shown:
    """A ready-made filter of the list: its key in the address, its title, its rule in SQL."""

    key: str
    title: str
    rule: Callable[[dt.date], Any]


def _without_manager(on: dt.date) -> ColumnElement[bool]:
    head = aliased(Person)
    gone = select(head.id).where(head.id == Person.manager_id, head.has_left(on)).exists()
    return and_(Person.is_present(on), or_(Person.manager_id.is_(None), gone))


SHOWN = (
    Shown("presents", N_("Présents"), Person.is_present),
    Shown("arrives", N_("Arrivés récemment"), Person.is_newcomer),
    Shown("a-venir", N_("Arrivées à venir"), lambda on: and_(Person.arrived_on > on, Person.merged_into_id.is_(None))),
    Shown("fin-proche", N_("Contrat finissant bientôt"), Person.contract_ends_soon),
    Shown("contrat-echu", N_("Contrat échu, départ à confirmer"), Person.contract_has_ended),
    Shown("partis", N_("Partis"), Person.has_left),
    Shown("sans-responsable", N_("Sans responsable présent"), _without_manager),
    Shown("tous", N_("Tout l’annuaire"), lambda on: Person.merged_into_id.is_(None)),
)
USUAL = SHOWN[0]


def asked(args: Any) -> Shown:
    """The ready-made filter that the address asks for; who is present when it asks for none."""
    return next((one for one in SHOWN if one.key == args.get("montrer")), USUAL)


def home() -> Place | None:
    """The establishment in which a new record goes: where she works now, or the one that the address or form names."""
    places = visitor().places(Permission.PEOPLE_EDIT)
    here = visitor().establishment
    wanted = request.values.get("etablissement", here.code if here else "")
    return next((place for place in places if place.code == wanted), places[0] if len(places) == 1 else None)


# The list


def listed(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the persons whom she may see and whom the filters of `args` keep."""
    seen = who.sees(Person, Permission.PEOPLE_READ)
    return select(Person.id).where(seen, asked(args).rule(today), *_kept(args))


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Person.words, typed[:200])
    if args.get("categorie") in PersonKind.__members__.values():
        yield Person.kind == PersonKind(args["categorie"])
    if department := identity(args.get("service")):
        below = select(Department.id).where(Department.parent_id == department)
        yield or_(Person.department_id == department, Person.department_id.in_(below))
    if company := args.get("societe", "").strip():
        yield Person.company == company[:200]
    if manager := identity(args.get("responsable")):
        yield Person.manager_id == manager


def identity(typed: str | None) -> uuid.UUID | None:
    """What was typed as an identity; None when it is not one."""
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def whole() -> Select[Person]:
    """Persons with what pages name beside them, in one query."""
    return select(Person).options(
        joinedload(Person.department),
        joinedload(Person.manager),
        joinedload(Person.user),
        joinedload(Person.establishment),
    )


def details(ids: list[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The persons of some identities, in one query."""
    return {one.id: one for one in session.scalars(whole().where(Person.id.in_(ids)))}


def count(ids: Select[Any]) -> int:
    """How many records a list holds."""
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


# Choices and suggestions


def departments_of(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The departments of one establishment."""
    rows = session.execute(
        select(Department.id, Department.name)
        .where(Department.establishment_id == establishment_id)
        .order_by(Department.name)
    )
    return [(str(row.id), row.name) for row in rows]


def companies_of(establishment_id: uuid.UUID) -> list[str]:
    """The companies already named in an establishment, as suggestions."""
    query = select(Person.company).where(Person.establishment_id == establishment_id, Person.company.is_not(None))
    return list(session.scalars(query.distinct().order_by(Person.company).limit(SUGGESTED)))


def managers_of(establishment_id: uuid.UUID) -> list[str]:
    """Those who are somebody's manager already, as suggestions."""
    below = aliased(Person)
    heads = select(below.manager_id).where(below.establishment_id == establishment_id)
    found = session.scalars(Person.of(establishment_id).where(Person.id.in_(heads)).limit(SUGGESTED))
    return [reference(one) for one in found]


def reference(person: Person | None) -> str:
    """How a form names a person: her name, and what tells her from her namesakes."""
    if person is None:
        return ""
    sign = person.employee_number or person.email
    return f"{person.name} ({sign})" if sign else person.name


def found_by(establishment_id: uuid.UUID, typed: str) -> list[Person]:
    """The persons of an establishment whom a number, an address, a name or a `reference` designates; two at most."""
    for query in Person.answering_to(establishment_id, typed):
        if found := list(session.scalars(query.limit(2))):
            return found
    return []


# One person


def team_size(person: Person, today: dt.date) -> int:
    """How many present persons have her for manager, among those whom the visitor may see."""
    seen = visitor().sees(Person, Permission.PEOPLE_READ)
    return count(select(Person.id).where(seen, Person.manager_id == person.id, Person.is_present(today)))


def likely_accounts(person: Person) -> list[User]:
    """The accounts of the establishment, free of any other person, that bear her address or her name."""
    same = [fold(f"{user_name}") for user_name in (person.name, f"{person.family_name} {person.given_name}")]
    query = accounts_of(person).where(
        or_(func.lower(User.email) == (person.email or "").lower(), *(matching(User.words, name) for name in same))
    )
    return list(session.scalars(query.order_by(User.name).limit(10)))


def accounts_of(person: Person) -> Select[User]:
    """The open accounts with a role where she works that are nobody else's there."""
    other = aliased(Person)
    taken = select(other.id).where(
        other.establishment_id == person.establishment_id, other.user_id == User.id, other.merged_into_id.is_(None)
    )
    here = or_(RoleGrant.establishment_id == person.establishment_id, RoleGrant.establishment_id.is_(None))
    roles = select(RoleGrant.user_id).where(here, RoleGrant.revoked_at.is_(None))
    return select(User).where(User.id.in_(roles), User.disabled_at.is_(None), ~taken.exists())


def likely_doubles(person: Person) -> list[Person]:
    """The records of the same establishment with her name or her address."""
    same = or_(
        Person.sort_name == person.sort_name,
        and_(Person.email.is_not(None), func.lower(Person.email) == (person.email or "").lower()),
    )
    query = whole().where(
        Person.establishment_id == person.establishment_id, Person.merged_into_id.is_(None), Person.id != person.id
    )
    return list(session.scalars(query.where(same).order_by(Person.sort_name).limit(20)))


# Accounts and contracts to settle


def accounts_to_close(who: Visitor, today: dt.date) -> Select[Any]:
    """The identities of leavers whose account is still open and whose human is present nowhere else."""
    other = aliased(Person)
    elsewhere = select(other.id).where(other.user_id == Person.user_id, other.is_present(today)).exists()
    return (
        select(Person.id)
        .join(User, User.id == Person.user_id)
        .where(who.sees(Person, Permission.PEOPLE_READ), Person.has_left(today), User.disabled_at.is_(None), ~elsewhere)
    )


def contracts(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of those whose contract ended without a departure said, or ends soon when `args` ask so."""
    rule = Person.contract_ends_soon if args.get("montrer") == "bientot" else Person.contract_has_ended
    return select(Person.id).where(who.sees(Person, Permission.PEOPLE_READ), rule(today))


# Companies


@dataclass(frozen=True)
class Company:
    """A company, and how many of its people are known, are here, and have a contract ending soon or over."""

    id: str
    name: str
    people: int
    present: int
    ending: int
    over: int
    next_end: dt.date | None


COMPANY_SORTS = {"nom": func.lower(Person.company)}


def companies(who: Visitor, args: Any) -> Select[Any]:
    """The names of the companies of the contractors and suppliers whom she may see."""
    typed = args.get("q", "").strip()
    searched = matching(Person.words, typed[:200]) if typed else true()
    return (
        select(Person.company)
        .where(who.sees(Person, Permission.PEOPLE_READ), Person.merged_into_id.is_(None), Person.kind.in_(OUTSIDE))
        .where(searched)
        .group_by(Person.company)
    )


def company_details(who: Visitor, today: dt.date) -> Callable[[list[str]], dict[str, Company]]:
    """What the list shows of each company, in one query."""

    def found(names: list[str]) -> dict[str, Company]:
        ending = case((Person.is_present(today), Person.contract_ends_on))
        rows = session.execute(
            select(
                Person.company,
                func.count(),
                _count(Person.is_present(today)),
                _count(Person.contract_ends_soon(today)),
                _count(Person.contract_has_ended(today)),
                func.min(case((ending >= today, ending))),
            )
            .where(who.sees(Person, Permission.PEOPLE_READ), Person.merged_into_id.is_(None), Person.kind.in_(OUTSIDE))
            .where(Person.company.in_(names))
            .group_by(Person.company)
        )
        return {row[0]: Company(row[0], *row) for row in rows}

    return found


def _count(rule: Any) -> ColumnElement[int]:
    return func.sum(case((rule, 1), else_=0))
