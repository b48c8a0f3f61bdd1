"""Who reads what of a policy: its text in force is the staff's, all the rest is for those who hold the room's right."""

import uuid

from flask import abort
from sqlalchemy import ColumnElement

from governance.database import session
from governance.visitor import Visitor, visitor
from models.permissions import Permission
from models.policy.policy import Policy, PolicyVersion
from models.policy.words import PolicyStatus


def concerning(who: Visitor) -> ColumnElement[bool]:
    """SQL: the published policies of the establishments where she has a role, whatever the role."""
    here = [place.id for place in who.establishments]
    return (Policy.status == PolicyStatus.PUBLISHED) & Policy.establishment_id.in_(here)


def concerns(who: Visitor, policy: Policy) -> bool:
    """Whether a policy is in force where she has a role."""
    here = {place.id for place in who.establishments}
    return policy.status is PolicyStatus.PUBLISHED and policy.establishment_id in here


def load_version(identity: uuid.UUID, number: int) -> PolicyVersion:
    """A published version: any of them for who reads the room, the one in force for the staff it binds; else 404."""
    policy, who = session.get(Policy, identity), visitor()
    if policy is None:
        abort(404)
    may = who.may(Permission.POLICY_READ, policy) or (concerns(who, policy) and number == policy.published_number)
    query = PolicyVersion.of(policy).where(PolicyVersion.number == min(number, 10**6))
    return (session.scalars(query).one_or_none() if may else None) or abort(404)
