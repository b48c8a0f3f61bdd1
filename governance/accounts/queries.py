"""Lists and figures about accounts, within what the visitor may see."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from governance.accounts.operations import is_lasting
from governance.database import session
from governance.visitor import Visitor, refuse, visitor
from models.accounts import RoleGrant, SignInSession, User
from models.base import today
from models.establishments import Department, Establishment
from models.people import Person
from models.permissions import PRIVILEGED, Permission, Role, allows
from models.search import matching
from models.vocabulary import N_, Vocabulary

GROUP = "group"  # what a form sends for the whole group


def people_of(user: User) -> list[Person]:
    """The records of the directory that are her, or that bear her address and nobody's account."""
    same_address = and_(Person.user_id.is_(None), func.lower(Person.email) == user.email.lower())
    query = (
        select(Person)
        .options(joinedload(Person.establishment))
        .where(
            visitor().sees(Person, Permission.PEOPLE_READ),
            Person.merged_into_id.is_(None),
            or_(Person.user_id == user.id, same_address),
        )
    )
    return list(session.scalars(query.order_by(Person.sort_name).limit(10)))


class State(Vocabulary):
    ACTIVE = "active", N_("Actif")
    INVITED = "invited", N_("Invité")
    DISABLED = "disabled", N_("Désactivé")


STATES: dict[str, ColumnElement[bool]] = {
    State.ACTIVE: User.disabled_at.is_(None) & User.totp_confirmed_at.is_not(None),
    State.INVITED: User.disabled_at.is_(None) & User.totp_confirmed_at.is_(None),
    State.DISABLED: User.disabled_at.is_not(None),
}

SORTS = {"nom": User.name, "identifiant": User.login}


def state_of(user: User) -> State:
    """Whether she may sign in, is awaited, or may not."""
    return State.DISABLED if user.is_disabled else State.ACTIVE if user.is_enrolled else State.INVITED


@dataclass(frozen=True)
class Listed:
    """One line of the list of accounts."""

    user: User
    state: State
    roles: list[RoleGrant]
    last_sign_in: dt.datetime | None


def listed(who: Visitor, args: Mapping[str, str]) -> Select[Any]:
    """The identities of the accounts she may see where she works, kept by the filters of the address."""
    query = select(User.id).where(seen(who))
    if who.establishment:
        here = or_(RoleGrant.establishment_id.is_(None), RoleGrant.establishment_id == who.establishment.id)
        query = query.where(User.grants.any(here))
    if typed := args.get("q", "").strip()[:200]:
        query = query.where(matching(User.words, typed))
    if args.get("role") in Role.__members__.values():
        query = query.where(User.id.in_(_holders(Role(args["role"]))))
    if args.get("etat") in STATES:
        query = query.where(STATES[args["etat"]])
    return query


def _holders(role: Role) -> Select[Any]:
    return RoleGrant.in_force(today()).where(RoleGrant.role == role).with_only_columns(RoleGrant.user_id)


def details(identities: list[uuid.UUID]) -> dict[uuid.UUID, Listed]:
    """What the list shows of each account, in four queries."""
    users = session.scalars(select(User).where(User.id.in_(identities)).options(*_with_grants()))
    last: dict[uuid.UUID, dt.datetime] = dict(
        session.execute(
            select(SignInSession.user_id, func.max(SignInSession.created_at))
            .where(SignInSession.user_id.in_(identities))
            .group_by(SignInSession.user_id)
        ).all()
    )
    return {user.id: Listed(user, state_of(user), _in_force(user), last.get(user.id)) for user in users}


def _in_force(user: User) -> list[RoleGrant]:
    day = today()
    return [held for held in user.grants if held.is_in_force(day)]


def _with_grants() -> list[Any]:
    grants = selectinload(User.grants)
    wanted = (RoleGrant.establishment, RoleGrant.department, RoleGrant.granted_by, RoleGrant.revoked_by)
    return [grants.joinedload(one) for one in wanted]


def seen(who: Visitor) -> ColumnElement[bool]:
    """SQL: the accounts that have, or had, a role where she may see accounts."""
    if who.reads_everywhere(Permission.ACCOUNTS_READ):
        return true()
    mine = [held.establishment_id for held in who.grants if allows(held.role, Permission.ACCOUNTS_READ)]
    return User.grants.any(RoleGrant.establishment_id.in_(mine))


def load_account(identity: uuid.UUID, permission: Permission) -> User:
    """The account, if she may do `permission` to it: else 404 when she may not even see it, 403 when she may."""
    who = visitor()
    query = select(User).where(User.id == identity, seen(who)).options(*_with_grants())
    user = session.scalars(query).one_or_none()
    if user is None:
        abort(404)
    if permission is not Permission.ACCOUNTS_READ and not manages(who, user):
        refuse()
    return user


def manages(who: Visitor, user: User) -> bool:
    """Whether she administers this account: never her own, nor one that reaches beyond her establishments."""
    if user.id == who.user_id:
        return False
    lasting = [held for held in user.grants if is_lasting(held)]
    if lasting or not user.grants:
        return all(who.may(Permission.ACCOUNTS_MANAGE, held) for held in lasting) and (
            bool(lasting) or who.reads_everywhere(Permission.ACCOUNTS_MANAGE)
        )
    return any(who.may(Permission.ACCOUNTS_MANAGE, held) for held in user.grants)


def place_choices() -> list[tuple[str, str]]:
    """Where the visitor may give a role."""
    who = visitor()
    whole = [(GROUP, _("Tout le groupement"))] if who.reads_everywhere(Permission.ACCOUNTS_MANAGE) else []
    return whole + [(str(place.id), place.name) for place in who.places(Permission.ACCOUNTS_MANAGE)]


def department_choices() -> list[tuple[str, str]]:
    """The departments of those establishments, each after the name of its own."""
    mine = [place.id for place in visitor().places(Permission.ACCOUNTS_MANAGE)]
    rows = session.execute(
        select(Department.id, Establishment.name, Department.name.label("department"))
        .join(Establishment)
        .where(Establishment.id.in_(mine))
        .order_by(Establishment.name, Department.name)
    )
    return [(str(row.id), f"{row.name} – {row.department}") for row in rows]


def has_privileged_role(user: User) -> bool:
    """Whether one of her roles in force is privileged."""
    held = RoleGrant.in_force(today()).where(RoleGrant.user_id == user.id, RoleGrant.role.in_(PRIVILEGED))
    return session.scalars(held).first() is not None
