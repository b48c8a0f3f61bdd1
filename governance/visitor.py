"""The visitor: who is here, with which roles, in which establishment; and how she gets hold of a record."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from flask import abort, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, current_user
from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, false, or_, select, true

from governance.database import aside, session
from models.accounts import RoleGrant, SignInSession, User
from models.base import day_of, now
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Actor, Verb, tell
from models.permissions import PRIVILEGED, Permission, Role, allows

IDLE = dt.timedelta(minutes=30)
FRESH = dt.timedelta(minutes=10)
SEEN_EVERY = dt.timedelta(minutes=1)

R = TypeVar("R")

manager = LoginManager()
manager.session_protection = None  # the session table and its idle time do this work; addresses change behind proxies


_ANY = object()


@dataclass(frozen=True)
class Grant:
    """A role in force, and where: everywhere (no establishment), one establishment, or some of its departments."""

    role: Role
    establishment_id: uuid.UUID | None
    departments: frozenset[uuid.UUID] | None = None

    def covers(self, thing: Any) -> bool:
        """Whether `thing` (with establishment_id, maybe department_id) lies in the grant's scope.

        What belongs to no department by its nature, a charter, is for those of any; what could and does not, for none.
        """
        if self.establishment_id and getattr(thing, "establishment_id", None) != self.establishment_id:
            return False
        return self.departments is None or getattr(thing, "department_id", _ANY) in (_ANY, *self.departments)


@dataclass(frozen=True)
class Place:
    """An establishment as menus need it."""

    id: uuid.UUID
    code: str
    name: str


@dataclass(frozen=True)
class Visitor:
    """A snapshot of who asks, taken at the door; it holds no database object."""

    user_id: uuid.UUID | None = None
    login: str = ""
    name: str = ""
    token: str = ""
    session_id: uuid.UUID | None = None
    strong_at: dt.datetime | None = None
    grants: tuple[Grant, ...] = ()
    establishments: tuple[Place, ...] = ()
    establishment: Place | None = None
    password_over: bool = False
    """A privileged role had outlived her password when she signed in: no other page opens until she chooses another."""

    # What flask-login asks of a user

    @property
    def is_authenticated(self) -> bool:
        return self.signed_in

    @property
    def is_active(self) -> bool:
        return self.signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.signed_in

    def get_id(self) -> str:
        return self.token

    # What the house asks

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, self.name) if self.signed_in else Actor(None, "visiteur non connecté")

    @property
    def is_fresh(self) -> bool:
        """Whether a second factor was given in the last ten minutes."""
        return self.strong_at is not None and now() - self.strong_at <= FRESH

    def may(self, permission: Permission, thing: Any = None) -> bool:
        """Whether a role gives `permission`: somewhere (no thing), or on this very thing."""
        return any(allows(grant.role, permission) and (thing is None or grant.covers(thing)) for grant in self.grants)

    def may_read(self, thing: HasEvidence) -> bool:
        """Whether this very record, and what is attached to it, is hers to read."""
        return thing.is_own(self.user_id) or all(self.may(need, thing.read_scope()) for need in thing.read_needs())

    def may_change(self, thing: HasEvidence) -> bool:
        """Whether what is attached to this very record is hers to change."""
        changes = thing.is_own(self.user_id) or any(self.may(right, thing) for right in thing.evidence_change)
        return changes and self.may_read(thing)

    def reads(self, model: type[HasEvidence]) -> ColumnElement[bool]:
        """SQL: the records of `model` that `may_read` opens, where she works now; her own ones are everywhere."""
        return model.readable(lambda permission: self.sees(model, permission), self.user_id)

    def sees(self, model: Any, permission: Permission) -> ColumnElement[bool]:
        """SQL: the rows of `model` (with establishment_id) that `permission` opens to her, where she works now."""
        reach = [self._reach(model, grant) for grant in self.grants if allows(grant.role, permission)]
        here = model.establishment_id == self.establishment.id if self.establishment else true()
        return and_(or_(false(), *reach), here)

    def _reach(self, model: Any, grant: Grant) -> ColumnElement[bool]:
        """The rows that a role opens; `sees` says already that they are where she works now."""
        covered = grant.establishment_id is None or (
            self.establishment and grant.establishment_id == self.establishment.id
        )
        place = true() if covered else model.establishment_id == grant.establishment_id
        if grant.departments is None:
            return place
        return and_(place, model.department_id.in_(grant.departments)) if hasattr(model, "department_id") else place

    def reads_everywhere(self, permission: Permission) -> bool:
        """Whether `permission` is hers for the whole group."""
        return any(grant.establishment_id is None and allows(grant.role, permission) for grant in self.grants)

    def places(self, permission: Permission) -> tuple[Place, ...]:
        """The establishments in which `permission` is hers."""
        return tuple(place for place in self.establishments if self.may(permission, _Somewhere(place.id)))

    def places_here(self, permission: Permission) -> tuple[Place, ...]:
        """Those of `places` where she works now: that one, or all."""
        return tuple(place for place in self.places(permission) if self.establishment in (None, place))


@dataclass(frozen=True)
class _Somewhere:
    establishment_id: uuid.UUID
    department_id: None = None


STRANGER = Visitor()
manager.anonymous_user = lambda: STRANGER


def digest(token: str) -> str:
    """What the table keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


_granted = and_(RoleGrant.user_id == User.id, RoleGrant.counts(bindparam("today", type_=Date)))
_opened = or_(RoleGrant.establishment_id.is_(None), Establishment.id == RoleGrant.establishment_id)
_HELD = (
    select(
        SignInSession.id,
        SignInSession.user_id,
        SignInSession.seen_at,
        SignInSession.strong_at,
        SignInSession.establishment_id,
        SignInSession.created_at,
        User.login,
        User.name,
        User.password_changed_at,
        RoleGrant.id.label("grant_id"),
        RoleGrant.role,
        RoleGrant.establishment_id.label("granted_in"),
        RoleGrant.department_id,
        Establishment.id.label("place_id"),
        Establishment.code,
        Establishment.name.label("place"),
    )
    .select_from(SignInSession)
    .join(User)
    .outerjoin(RoleGrant, _granted)
    .outerjoin(Establishment, and_(RoleGrant.id.is_not(None), _opened))
    .where(
        SignInSession.digest == bindparam("digest"),
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.seen_at > bindparam("active_since"),
        User.disabled_at.is_(None),
    )
    .order_by(Establishment.name)
)
"""The one query of every request, made once: a session with its person, and a row for each establishment that each of
her roles in force opens; all of them for a role in the whole group."""


@manager.user_loader
def recall(token: str) -> Visitor | None:
    """The visitor whose browser holds `token`; None when her session is unknown, ended, idle for long or closed."""
    at = now()
    asked = {"digest": digest(token), "now": at, "active_since": at - IDLE, "today": day_of(at)}
    rows = session.execute(_HELD, asked).all()
    if not rows:
        return None
    held = rows[0]
    if at - held.seen_at > SEEN_EVERY:
        session.rollback()  # on SQLite what is being read here would keep the writing aside waiting
        _note_seen(held.id, at)
    places = tuple({row.place_id: Place(row.place_id, row.code, row.place) for row in rows if row.place_id}.values())
    chosen = next((place for place in places if place.id == held.establishment_id), None)
    if chosen is None and len(places) == 1:
        chosen = places[0]
    grants, over = _grants(rows), _has_outlived_password(rows)
    return Visitor(held.user_id, held.login, held.name, token, held.id, held.strong_at, grants, places, chosen, over)


def _has_outlived_password(rows: Sequence[Any]) -> bool:
    """Of a session's rows: whether a privileged role had outlived the password when it began (CNIL 2022-100)."""
    days, changed_at = current_app.extensions["settings"].privileged_password_days, rows[0].password_changed_at
    if not days or changed_at is None or not any(row.role in PRIVILEGED for row in rows):
        return False
    return bool(rows[0].created_at - changed_at > dt.timedelta(days=days))


def ended_session() -> SignInSession | None:
    """The session that this browser held until it was idle for too long or over; None for one that was ended on
    purpose, or that never was."""
    if visitor().signed_in or "_user_id" not in cookie:
        return None
    held = select(SignInSession).join(User).where(SignInSession.revoked_at.is_(None), User.disabled_at.is_(None))
    return session.scalars(held.where(SignInSession.digest == digest(cookie["_user_id"]))).one_or_none()


def _note_seen(session_id: uuid.UUID, at: dt.datetime) -> None:
    with aside(STRANGER.actor) as other:
        held = other.get(SignInSession, session_id)
        if held is not None and held.revoked_at is None:
            held.seen_at = at


def _grants(rows: Sequence[Any]) -> tuple[Grant, ...]:
    granted = {row.grant_id: row for row in rows if row.grant_id}.values()
    within = _departments_under({row.department_id for row in granted if row.department_id})
    return tuple(Grant(row.role, row.granted_in, within.get(row.department_id)) for row in granted)


def _departments_under(roots: set[uuid.UUID]) -> dict[uuid.UUID | None, frozenset[uuid.UUID]]:
    """Each department with the services of its pôle; no query when nobody's role is bound to one."""
    if not roots:
        return {}
    children = session.execute(select(Department.id, Department.parent_id).where(Department.parent_id.in_(roots))).all()
    return {root: frozenset({root} | {row.id for row in children if row.parent_id == root}) for root in roots}


def visitor() -> Visitor:
    """Who makes this request."""
    if "visitor" not in g:
        g.visitor = current_user._get_current_object()
    kept: Visitor = g.visitor
    return kept


def reading(permission: Permission) -> Permission:
    """The permission to read what `permission` acts on: register:edit -> register:read."""
    return Permission(permission.value.split(":")[0] + ":read")


def load(model: type[R], identity: uuid.UUID, permission: Permission, query: Select[Any] | None = None) -> R:
    """The record, if she may do `permission` to it: else 404 when she may not even see it, 403 when she may."""
    chosen = (select(model) if query is None else query).where(model.id == identity)  # type: ignore[attr-defined]
    record: R | None = session.scalars(chosen).one_or_none()
    who = visitor()
    if record is None or not (who.may(reading(permission), record) or who.may(permission, record)):
        abort(404)
    if not who.may(permission, record):
        refuse()
    return record


def refuse() -> NoReturn:
    """Answer 403, and tell it to the journal although the request is undone."""
    who = visitor()
    session.rollback()
    with aside(who.actor) as other:
        person = other.get(User, who.user_id)
        tell(other, Verb.ACCESS_REFUSED, person, request.path, path=request.path)
    abort(403)
