"""What the pages of posts to fill list and offer, and who reads the applications."""

import uuid
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.positions.queries import description_choices
from governance.visitor import Visitor, refuse, visitor
from models.accounts import RoleGrant, User
from models.base import today
from models.permissions import Permission
from models.positions.candidate import Candidate
from models.positions.filling import Filling, FillingMember
from models.positions.words import FillingState
from models.search import matching

READ, HIRE = Permission.POSITIONS_READ, Permission.POSITIONS_HIRE

SORTS = {
    "intitule": Filling.title,
    "ouvert": Filling.opened_on,
    "echeance": Filling.needed_by,
    "etat": Filling.state,
}


def named(who: Visitor) -> ColumnElement[bool]:
    """SQL: the searches for which she is named."""
    mine = select(FillingMember.filling_id).where(FillingMember.user_id == who.user_id)
    return Filling.id.in_(mine)


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the searches that she reads and that the filters of `args` keep."""
    query = select(Filling.id).where(or_(who.sees(Filling, READ), named(who)))
    if typed := args.get("q", "").strip():
        query = query.where(matching(Filling.words, typed[:200]))
    if args.get("etat") in FillingState.__members__.values():
        query = query.where(Filling.state == FillingState(args["etat"]))
    return query


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[Filling, int]]:
    """Some searches by identity, each with how many applications it has."""
    counts = select(Candidate.filling_id, func.count()).where(Candidate.filling_id.in_(ids))
    found = {row[0]: row[1] for row in session.execute(counts.group_by(Candidate.filling_id))}
    query = select(Filling).options(joinedload(Filling.establishment)).where(Filling.id.in_(ids))
    return {one.id: (one, found.get(one.id, 0)) for one in session.scalars(query)}


def load_filling(identity: uuid.UUID, permission: Permission = READ) -> Filling:
    """The search, for those who read the positions there or are named for it: else 404; 403 without `permission`."""
    found = session.scalars(Filling.whole().where(Filling.id == identity)).one_or_none()
    who = visitor()
    if found is None or not (who.may(READ, found) or found.names(who.user_id)):
        abort(404)
    if permission is not READ and not who.may(permission, found):
        refuse()
    return found


def hires(filling: Filling) -> bool:
    """Whether she reads the applications of a search: as HR, or as one named for it."""
    return visitor().may(HIRE, filling) or filling.names(visitor().user_id)


def load_hiring(identity: uuid.UUID) -> Filling:
    """The search, for those who read its applications: 404 when she may not even read it, 403 when only that."""
    found = load_filling(identity)
    return found if hires(found) else refuse()


def load_candidate(identity: uuid.UUID) -> Candidate:
    """The application, for those who read it; 404 for anybody else, who must not know that it exists."""
    query = select(Candidate).options(
        selectinload(Candidate.interviews),
        joinedload(Candidate.filling).selectinload(Filling.members),
        joinedload(Candidate.filling).joinedload(Filling.establishment),
    )
    found = session.scalars(query.where(Candidate.id == identity)).one_or_none()
    if found is None or not hires(found.filling):
        abort(404)
    return found


def candidates(filling: Filling) -> list[Candidate]:
    """The applications of a search."""
    return list(session.scalars(Candidate.of(filling)))


def count(filling: Filling) -> int:
    """How many applications a search has: what those who do not read them may know."""
    return session.scalar(select(func.count()).where(Candidate.filling_id == filling.id)) or 0


def next_number(filling: Filling) -> int:
    """The number of the next application; one erased keeps its own."""
    last = session.scalar(select(func.max(Candidate.number)).where(Candidate.filling_id == filling.id)) or 0
    return max(last, filling.erased_count) + 1


def account_choices(establishment_id: uuid.UUID) -> list[tuple[str, str]]:
    """Those who hold a role in an establishment, or in the whole group."""
    held = RoleGrant.in_force(today()).where(
        (RoleGrant.establishment_id == establishment_id) | RoleGrant.establishment_id.is_(None)
    )
    query = select(User.id, User.name).where(
        User.id.in_(held.with_only_columns(RoleGrant.user_id)), User.disabled_at.is_(None)
    )
    return [(str(row.id), row.name) for row in session.execute(query.order_by(User.name))]


__all__ = ["description_choices"]
