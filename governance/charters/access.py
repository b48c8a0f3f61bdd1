"""Who may do what to a charter: one of her establishment's, or one that is common to the whole group.

A common charter belongs to no establishment: whoever reads the charters of one hospital reads it, only a right for the
whole group changes it.
"""

import uuid
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, false, or_, select

from governance.database import session
from governance.visitor import Visitor, refuse, visitor
from models.charters.charter import Charter, CharterVersion
from models.charters.verification import Verification
from models.charters.words import CharterStatus
from models.permissions import Permission, allows

READ = Permission.CHARTERS_READ


def reads(who: Visitor, charter: Charter) -> bool:
    """Whether she reads a charter, its preparation included."""
    if charter.establishment_id is None:
        return who.may(READ)
    return reads_in(who, charter.establishment_id)


def reads_in(who: Visitor, establishment_id: uuid.UUID) -> bool:
    """Whether she reads the charters of an establishment."""
    return any(place.id == establishment_id for place in reading_places(who))


def reading_places(who: Visitor) -> list[Any]:
    """Where she reads charters; a role bound to one department reads those of its establishment."""
    reach = {grant.establishment_id for grant in who.grants if allows(grant.role, READ)}
    return [place for place in who.establishments if None in reach or place.id in reach]


def readable(who: Visitor) -> ColumnElement[bool]:
    """SQL: the charters she reads, where she works now: those of her establishment, and the common ones."""
    common = Charter.establishment_id.is_(None) if who.may(READ) else false()
    return or_(who.sees(Charter, READ), common)


def concerning(who: Visitor) -> ColumnElement[bool]:
    """SQL: the published charters that apply where she has a role, whatever the role."""
    here = [place.id for place in who.establishments]
    return (Charter.status == CharterStatus.PUBLISHED) & (
        Charter.establishment_id.is_(None) | Charter.establishment_id.in_(here)
    )


def concerns(who: Visitor, charter: Charter) -> bool:
    """Whether a charter was published where she has a role: what she once acknowledged stays hers to read."""
    places = {None, *(place.id for place in who.establishments)}
    return charter.published_number is not None and charter.establishment_id in places


def load_charter(identity: uuid.UUID, permission: Permission, query: Select[Any] | None = None) -> Charter:
    """The charter, if she may do `permission` to it: 404 when she may not even read it, 403 when she may."""
    chosen = (select(Charter) if query is None else query).where(Charter.id == identity)
    charter: Charter | None = session.scalars(chosen).one_or_none()
    if charter is None or not reads(visitor(), charter):
        abort(404)
    if permission is not READ and not visitor().may(permission, charter):
        refuse()
    return charter


def load_verification(identity: uuid.UUID) -> Verification:
    """A check of application made where she reads the charters, else 404."""
    found = session.get(Verification, identity)
    if found is None or not reads_in(visitor(), found.establishment_id):
        abort(404)
    return found


def load_version(identity: uuid.UUID, number: int) -> CharterVersion:
    """A published version of a charter that she reads or that concerns her, with its bytes; else 404."""
    charter = session.get(Charter, identity)
    who = visitor()
    if charter is None or not (reads(who, charter) or concerns(who, charter)):
        abort(404)
    query = CharterVersion.of(charter).where(CharterVersion.number == min(number, 10**6))
    return session.scalars(query).one_or_none() or abort(404)
