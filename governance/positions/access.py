"""Who reads a job description: those of the employing establishment, and those of each establishment it covers."""

import uuid
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import Visitor, refuse, visitor
from models.permissions import Permission
from models.positions.description import JobDescription, JobPlace
from models.positions.nomination import Nomination
from models.positions.words import Scope

READ = Permission.POSITIONS_READ


def readable(who: Visitor) -> ColumnElement[bool]:
    """SQL: the descriptions she reads, where she works now."""
    covering = select(JobPlace.description_id).where(
        who.sees(JobPlace, READ), JobPlace.description_id == JobDescription.id
    )
    listed = JobDescription.scope == Scope.LISTED
    everywhere = JobDescription.scope == Scope.GROUP if who.may(READ) else ~true()
    return or_(who.sees(JobDescription, READ), everywhere, listed & covering.exists())


def reads(who: Visitor, description: JobDescription) -> bool:
    """Whether she reads a description."""
    if who.may(READ, description):
        return True
    if description.scope is Scope.GROUP:
        return who.may(READ)
    return description.scope is Scope.LISTED and any(who.may(READ, place) for place in description.places)


def load_description(identity: uuid.UUID, permission: Permission, query: Select[Any] | None = None) -> JobDescription:
    """The description, if she may do `permission` to it: else 404 when she may not even read it, 403 when she may."""
    chosen = (select(JobDescription) if query is None else query).where(JobDescription.id == identity)
    found: JobDescription | None = session.scalars(chosen).one_or_none()
    if found is None or not reads(visitor(), found):
        abort(404)
    if permission is not READ and not visitor().may(permission, found):
        refuse()
    return found


def load_nomination(identity: uuid.UUID, permission: Permission = READ) -> Nomination:
    """The nomination with whom it names, if she may do `permission` to it: else 404, or 403."""
    covered = joinedload(Nomination.description).selectinload(JobDescription.places).joinedload(JobPlace.establishment)
    found = session.scalars(Nomination.whole().options(covered).where(Nomination.id == identity)).one_or_none()
    if found is None or not visitor().may(READ, found):
        abort(404)
    if not visitor().may(permission, found):
        refuse()
    return found
