"""What the plan asks of the database: its list, its board, the load of each person."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import Place, Visitor, visitor
from models.accounts import RoleGrant, User
from models.base import today
from models.establishments import Establishment
from models.permissions import Permission
from models.plan import OPEN, Action, Priority, State
from models.search import matching
from models.vocabulary import N_

NEVER = dt.date(9999, 12, 31)
BOARD = 30
"""How many cards a column of the board shows; the list shows the rest."""


def _rank(column: Any, words: Any) -> ColumnElement[int]:
    return case({word: place for place, word in enumerate(words)}, value=column)


SORTS = {
    "action": Action.title,
    "etat": _rank(Action.state, State),
    "priorite": _rank(Action.priority, Priority),
    "responsable": func.coalesce(Action.owner_name, ""),
    "echeance": func.coalesce(Action.due_on, NEVER),
    "avancement": Action.progress,
}


@dataclass(frozen=True)
class Question:
    """A question that the list can be asked: the key of its address, its title, its answer in SQL."""

    key: str
    title: str


QUESTIONS = (
    Question("en-retard", N_("En retard")),
    Question("bientot", N_("À faire sous 7 jours")),
    Question("miennes", N_("Dont je suis responsable")),
    Question("sans-responsable", N_("Sans responsable")),
    Question("sans-echeance", N_("Sans échéance")),
)


def readable(who: Visitor) -> ColumnElement[bool]:
    """The actions that she may read, where she works now."""
    here = Action.establishment_id == who.establishment.id if who.establishment else true()
    return and_(who.reads(Action), here)


def listed(who: Visitor, args: Any, today: dt.date) -> Select[Any]:
    """The identities of the actions that she may read and that the filters of `args` keep."""
    return select(Action.id).where(readable(who), *_kept(who, args, today))


def _kept(who: Visitor, args: Any, today: dt.date) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters, each in its turn; what cannot be understood filters nothing."""
    if typed := args.get("q", "").strip():
        yield matching(Action.words, typed[:200])
    yield from _of_state(args.get("etat", ""))
    asked = _answers(who, today).get(args.get("montrer", ""))
    if asked is not None:
        yield asked
    if args.get("priorite") in Priority.__members__.values():
        yield Action.priority == Priority(args["priorite"])
    yield from _of_people(args)
    yield from _of_dates(args)


def _answers(who: Visitor, today: dt.date) -> dict[str, ColumnElement[bool]]:
    return {
        "en-retard": Action.late(today),
        "bientot": Action.soon(today),
        "miennes": Action.owner_id == who.user_id,
        "sans-responsable": Action.owner_name.is_(None),
        "sans-echeance": Action.due_on.is_(None),
    }


def _of_state(asked: str) -> Iterator[ColumnElement[bool]]:
    if asked in State.__members__.values():
        yield Action.state == State(asked)
    elif asked != "toutes":
        yield Action.state.in_(OPEN)


def _of_people(args: Any) -> Iterator[ColumnElement[bool]]:
    if owner := _identity(args.get("responsable")):
        yield Action.owner_id == owner
    elif name := args.get("nom", "")[:200]:
        yield and_(Action.owner_id.is_(None), Action.owner_name == name)
    if department := _identity(args.get("service")):
        yield Action.department_id == department
    if code := args.get("etablissement", "")[:40]:
        yield Action.establishment_id.in_(select(Establishment.id).where(Establishment.code == code))
    if origin := args.get("origine"):
        yield Action.origin_type == origin[:40] if origin != "aucune" else Action.origin_type.is_(None)


def _of_dates(args: Any) -> Iterator[ColumnElement[bool]]:
    if (first := _day(args.get("du"))) is not None:
        yield Action.due_on >= first
    if (last := _day(args.get("au"))) is not None:
        yield Action.due_on <= last


def _identity(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if typed else None
    except ValueError:
        return None


def _day(typed: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        return None


def details(ids: list[uuid.UUID]) -> dict[uuid.UUID, Action]:
    """Some actions by identity, with their establishment and department."""
    query = select(Action).options(joinedload(Action.establishment), joinedload(Action.department))
    return {one.id: one for one in session.scalars(query.where(Action.id.in_(ids)))}


def count(ids: Select[Any]) -> int:
    """How many actions a list holds."""
    return session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


def own(who: Visitor) -> list[Action]:
    """The open actions entrusted to her, in every establishment, the most pressing first."""
    query = select(Action).options(joinedload(Action.establishment)).where(Action.owner_id == who.user_id)
    return list(session.scalars(query.where(Action.state.in_(OPEN)).order_by(SORTS["echeance"], SORTS["priorite"])))


def lately_closed(who: Visitor) -> list[Action]:
    """The last actions that she brought to their end."""
    query = select(Action).where(Action.owner_id == who.user_id, Action.state == State.DONE)
    return list(session.scalars(query.order_by(Action.done_on.desc()).limit(10)))


def board(who: Visitor) -> list[tuple[State, int, list[Action]]]:
    """(state, how many, the first cards) for each column; the closed ones by how recent they are."""
    rows = session.execute(select(Action.state, func.count()).where(readable(who)).group_by(Action.state))
    counts: dict[State, int] = {row[0]: row[1] for row in rows}
    return [(state, counts.get(state, 0), _cards(who, state)) for state in State]


def _cards(who: Visitor, state: State) -> list[Action]:
    order = (
        [SORTS["echeance"], SORTS["priorite"]] if state in OPEN else [Action.done_on.desc(), Action.created_at.desc()]
    )
    query = select(Action).where(readable(who), Action.state == state).order_by(*order, Action.id)
    return list(session.scalars(query.limit(BOARD)))


@dataclass(frozen=True)
class Load:
    """What one person has before her."""

    owner_id: uuid.UUID | None
    name: str | None
    open: int
    late: int
    soon: int
    undated: int


def load_by_person(who: Visitor, today: dt.date) -> list[Load]:
    """The open actions of each person, the most loaded first. One query."""
    total = func.count().label("total")
    rules = Action.late(today), Action.soon(today), Action.due_on.is_(None)
    rows = session.execute(
        select(Action.owner_id, Action.owner_name, total, *(func.sum(case((rule, 1), else_=0)) for rule in rules))
        .where(readable(who), Action.state.in_(OPEN))
        .group_by(Action.owner_id, Action.owner_name)
        .order_by(total.desc(), Action.owner_name)
    )
    return [Load(*row) for row in rows]


# What forms and filters choose from


def home() -> Place | None:
    """The establishment in which a new action goes: where she works now, or the one that the address or form names."""
    places = visitor().places(Permission.PLAN_EDIT)
    here = visitor().establishment
    wanted = request.values.get("etablissement", here.code if here else "")
    return next((place for place in places if place.code == wanted), places[0] if len(places) == 1 else None)


def account_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """Those who hold a role in an establishment, or in the whole group."""
    held = RoleGrant.in_force(today()).where(
        (RoleGrant.establishment_id == establishment_id) | RoleGrant.establishment_id.is_(None)
    )
    query = select(User.id, User.name).where(
        User.id.in_(held.with_only_columns(RoleGrant.user_id)), User.disabled_at.is_(None)
    )
    return [(str(row.id), row.name) for row in session.execute(query.order_by(User.name))]


def owner_choices(who: Visitor) -> list[tuple[str, str]]:
    """The accounts that have an action among those she may read."""
    query = select(User.id, User.name).where(User.id.in_(select(Action.owner_id).where(readable(who))))
    return [(str(row.id), row.name) for row in session.execute(query.order_by(User.name))]


def origin_choices(who: Visitor) -> list[str]:
    """The kinds of records that raised the actions she may read and whose origin she may know."""
    known = [need for need in Permission if who.may(need)]
    query = select(Action.origin_type).where(readable(who), Action.origin_needs.in_(known)).distinct()
    return sorted(found for found in session.scalars(query) if found)
