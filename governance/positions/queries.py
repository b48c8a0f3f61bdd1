"""What the positions' screens list and count, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from governance.database import session
from governance.positions.access import readable
from governance.visitor import Place, Visitor, visitor
from models.accounts import RoleGrant
from models.establishments import Establishment
from models.people import Person
from models.permissions import Permission, Role
from models.positions.conflict import Situation
from models.positions.description import JobDescription
from models.positions.nomination import Nomination, lacking
from models.positions.words import DescriptionStatus, JobKind
from models.search import matching
from models.versions import Version
from models.vocabulary import N_

READ = Permission.POSITIONS_READ
SUGGESTED = 200
"""How many names a field suggests at most."""

# Descriptions

SORTS = {
    "intitule": JobDescription.title,
    "fonction": JobDescription.kind,
    "etat": JobDescription.status,
    "modifiee": JobDescription.updated_at,
}


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the descriptions that she may read and that the filters of `args` keep."""
    return select(JobDescription.id).where(readable(who), *_kept(args))


def _kept(args: Any) -> Iterator[ColumnElement[bool]]:
    if typed := args.get("q", "").strip():
        yield matching(JobDescription.words, typed[:200])
    if args.get("fonction") in JobKind.__members__.values():
        yield JobDescription.kind == JobKind(args["fonction"])
    state = args.get("etat", "")
    if state in DescriptionStatus.__members__.values():
        yield JobDescription.status == DescriptionStatus(state)
    elif state != "toutes":
        yield JobDescription.status != DescriptionStatus.ARCHIVED


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, JobDescription]:
    """Some descriptions by identity, with their establishment."""
    query = select(JobDescription).options(joinedload(JobDescription.establishment))
    return {one.id: one for one in session.scalars(query.where(JobDescription.id.in_(ids)))}


def versions(description: JobDescription) -> list[Version]:
    """The frozen versions of a description, latest first."""
    return list(session.scalars(Version.of(description)))


def place_choices() -> list[tuple[str, str]]:
    """The establishments in which she may write a description."""
    return [(str(place.id), place.name) for place in visitor().places(Permission.POSITIONS_EDIT)]


def all_places() -> list[tuple[str, str]]:
    """Every establishment of the group: a description may cover any of them."""
    rows = session.execute(select(Establishment.id, Establishment.name).order_by(Establishment.name))
    return [(str(row.id), row.name) for row in rows]


def description_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The descriptions that a nomination there may rest on: those she reads that have a validated version."""
    query = select(JobDescription).options(joinedload(JobDescription.establishment)).where(readable(visitor()))
    found = session.scalars(query.where(JobDescription.validated_version.is_not(None)).order_by(JobDescription.title))
    named = N_("%s, version %s (%s)")
    return [(str(one.id), named % (one.title, one.validated_version, one.establishment.code)) for one in found]


def other_places(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """The other establishments in which she may nominate."""
    places = visitor().places(Permission.POSITIONS_EDIT)
    return [(str(place.id), place.name) for place in places if place.id != establishment_id]


def nominated_with(description: JobDescription, today: dt.date) -> list[Nomination]:
    """Who holds the post that a description describes, among the nominations that she reads."""
    here = visitor().sees(Nomination, READ)
    query = Nomination.whole().where(here, Nomination.description_id == description.id, Nomination.is_in_office(today))
    return list(session.scalars(query.order_by(Nomination.starts_on)))


# Nominations


@dataclass(frozen=True)
class Shown:
    """A ready-made filter of the nominations: its key in the address, its title, its rule in SQL."""

    key: str
    title: str
    rule: Callable[[dt.date], Any]


SHOWN = (
    Shown("en-fonction", N_("En fonction"), Nomination.is_in_office),
    Shown("fin-proche", N_("Terme proche"), Nomination.ends_soon),
    Shown("sans-cnil", N_("Sans récépissé de la CNIL"), Nomination.awaits_cnil),
    Shown("a-venir", N_("À venir"), lambda on: Nomination.starts_on > on),
    Shown("finies", N_("Finies"), lambda on: Nomination.ends_on < on),
    Shown("toutes", N_("Toutes"), lambda on: Nomination.id.is_not(None)),
)
NOMINATION_SORTS = {
    "fonction": Nomination.title,
    "debut": Nomination.starts_on,
    "terme": func.coalesce(Nomination.ends_on, dt.date(9999, 12, 31)),
}


def nominations(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the nominations that she may read and that the filters of `args` keep."""
    asked = next((one for one in SHOWN if one.key == args.get("montrer")), SHOWN[0])
    query = select(Nomination.id).where(who.sees(Nomination, READ), asked.rule(today))
    if typed := args.get("q", "").strip():
        query = query.where(matching(Nomination.words, typed[:200]))
    if args.get("fonction") in JobKind.__members__.values():
        query = query.where(Nomination.kind == JobKind(args["fonction"]))
    return query


def nomination_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Nomination]:
    """Some nominations by identity, with whom and where they name and their examinations."""
    query = Nomination.whole().options(joinedload(Nomination.reviews)).where(Nomination.id.in_(ids))
    return {one.id: one for one in session.scalars(query).unique()}


def nominations_whole(who: Visitor, args: Any, today: dt.date) -> list[Nomination]:
    """The nominations that the filters keep, whole, by establishment and post."""
    found = nomination_lines(list(session.scalars(nominations(who, args, today)))).values()
    return sorted(found, key=lambda one: (one.establishment.name, one.kind.label, one.starts_on))


@dataclass(frozen=True)
class Vacancy:
    """A post of which an establishment should have a holder and has none on a day."""

    place: Place
    kind: JobKind


def vacancies(who: Visitor, today: dt.date) -> list[Vacancy]:
    """The posts without holder, where she reads the positions and works now. One query."""
    places = {place.id: place for place in who.places_here(READ)}
    held = select(Nomination.establishment_id, Nomination.kind).where(
        Nomination.establishment_id.in_(places), Nomination.is_in_office(today)
    )
    found = lacking(places, [(row.establishment_id, row.kind) for row in session.execute(held)])
    return [Vacancy(places[place], kind) for place, kind in found]


def siblings(nomination: Nomination) -> list[Nomination]:
    """The nominations to the same shared post in the other establishments: they are one function for all of them."""
    if nomination.sharing_id is None:
        return []
    query = Nomination.whole().where(Nomination.sharing_id == nomination.sharing_id, Nomination.id != nomination.id)
    return sorted(session.scalars(query), key=lambda one: one.establishment.name)


def successor(nomination: Nomination) -> str | None:
    """The name of who holds the post after a mission that ends; None while nobody does."""
    if nomination.ends_on is None:
        return None
    later = [one for one in same_post(nomination) if one.same_post(nomination) and one.starts_on > nomination.ends_on]
    return min(later, key=lambda one: one.starts_on).person.name if later else None


def same_post(nomination: Nomination) -> list[Nomination]:
    """The other nominations to the same kind of post in the same establishment."""
    query = Nomination.of_post(nomination.establishment_id, nomination.kind)
    return [one for one in session.scalars(query) if one is not nomination]


def situation(nomination: Nomination, today: dt.date) -> Situation:
    """What the house knows of the holder besides this nomination: her roles there, her other posts, her function."""
    person = nomination.person
    human = _same_human_ids(person)
    held = select(Nomination.kind).where(
        Nomination.person_id.in_(human), Nomination.is_in_office(today), Nomination.id != nomination.id
    )
    posts = {kind for kind in session.scalars(held) if kind is not nomination.kind}
    roles: set[Role] = set()
    if person.user_id is not None:
        here = RoleGrant.establishment_id.is_(None) | (RoleGrant.establishment_id == nomination.establishment_id)
        query = RoleGrant.in_force(today).where(RoleGrant.user_id == person.user_id, here)
        roles = set(session.scalars(query.with_only_columns(RoleGrant.role)))
    own = {JobKind.DPO: Role.DPO, JobKind.RSSI: Role.RSSI}.get(nomination.kind)
    return Situation(frozenset(roles - {own} if own else roles), frozenset(posts), person.function_title or "")


def _same_human_ids(person: Person) -> Select[Any]:
    """The identities of the records known to be of the same human, merged ones included."""
    other = aliased(Person)
    same = other.id == person.id
    if person.user_id is not None:
        same = same | (other.user_id == person.user_id)
    if person.merged_into_id is not None:
        same = same | (other.id == person.merged_into_id)
    return select(other.id).where(same | (other.merged_into_id == person.id))


# The directory


def found_by(establishment_id: uuid.UUID, typed: str) -> list[Person]:
    """The persons whom a text designates, there or else where she reads the directory; two at most."""
    readable_places = [place.id for place in visitor().places(Permission.PEOPLE_READ)]
    for place in sorted(readable_places, key=lambda one: one != establishment_id):
        for query in Person.answering_to(place, typed):
            if found := list(session.scalars(query.limit(2))):
                return found
    return []


def reference(person: Person | None) -> str:
    """How a form names a person: her name, and what tells her from her namesakes."""
    if person is None:
        return ""
    sign = person.employee_number or person.email
    return f"{person.name} ({sign})" if sign else person.name


def suggestions(establishment_id: uuid.UUID, today: dt.date) -> list[str]:
    """The persons of an establishment who have an account, as a form suggests them."""
    query = Person.of(establishment_id).where(Person.user_id.is_not(None), Person.is_present(today))
    return [reference(one) for one in session.scalars(query.limit(SUGGESTED))]
