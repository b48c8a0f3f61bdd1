"""Who may do what to a campaign: one of her establishment's, or one of the whole group, seen within her own reach."""

import uuid

from flask import abort
from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import joinedload

from governance.charters.acceptance import invitations
from governance.database import session
from governance.visitor import Place, Visitor, refuse, visitor
from models.charters.campaign import Campaign, Invitation
from models.permissions import Permission, allows

READ, EDIT, COLLECT = Permission.CHARTERS_READ, Permission.CHARTERS_EDIT, Permission.CHARTERS_COLLECT
FOLLOW = Permission.CHARTERS_FOLLOW


def readable(who: Visitor) -> ColumnElement[bool]:
    """SQL: the campaigns she reads, where she works now: those of her establishment, and those of the group."""
    common = Campaign.establishment_id.is_(None) if who.may(READ) else false()
    here = {who.establishment.id} if who.establishment else {place.id for place in _places(who)}
    own = Campaign.establishment_id.in_(here.intersection(place.id for place in _places(who)))
    return or_(own, common)


def _places(who: Visitor) -> list[Place]:
    """Where she reads campaigns; a role bound to one department reads its own people in those of its establishment."""
    reach = {grant.establishment_id for grant in who.grants if allows(grant.role, READ)}
    return [place for place in who.establishments if None in reach or place.id in reach]


def load_campaign(identity: uuid.UUID, permission: Permission) -> Campaign:
    """The campaign, if she may do `permission` to it: 404 when she may not even read it, 403 when she may."""
    query = Campaign.whole().options(joinedload(Campaign.charter)).where(Campaign.id == identity)
    found, who = session.scalars(query).one_or_none(), visitor()
    if found is None or not _reads(who, found):
        abort(404)
    if permission is not READ and not may(who, permission, found):
        refuse()
    return found


def _reads(who: Visitor, campaign: Campaign) -> bool:
    if campaign.establishment_id is None:
        return who.may(READ)
    return any(place.id == campaign.establishment_id for place in _places(who))


def may(who: Visitor, permission: Permission, campaign: Campaign) -> bool:
    """Whether a right is hers on a campaign; on the group's, a right for the whole group is needed to change it."""
    return who.may(permission, campaign)


def load_invitation(identity: uuid.UUID, *needs: Permission) -> Invitation:
    """A person in a campaign, for who collects her answer: 404 for strangers, 403 without one of `needs` on her."""
    found, who = session.scalars(invitations().where(Invitation.id == identity)).one_or_none(), visitor()
    if found is None or not who.may(READ, found):
        abort(404)
    if not any(who.may(need, found) for need in needs):
        refuse()
    return found


def open_campaigns(who: Visitor) -> list[Campaign]:
    """The running campaigns that she reads, for a choice."""
    query = Campaign.running().where(readable(who))
    return list(session.scalars(query))
