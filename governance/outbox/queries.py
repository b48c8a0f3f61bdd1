"""What an administrator reads of the outbox, counted and listed where she may look."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from governance.database import session
from governance.visitor import Visitor
from models.base import At
from models.outbox import Delivery, Message
from models.permissions import Permission


@dataclass(frozen=True)
class Counts:
    waiting: int
    failed: int
    sent: int
    oldest: At | None


def seen(who: Visitor, permission: Permission) -> ColumnElement[bool]:
    """SQL: the messages of the establishments that are hers, and those of nobody's for who holds the whole group."""
    mine = who.sees(Message, permission)
    of_the_group = and_(Message.establishment_id.is_(None), true())
    return or_(mine, of_the_group) if who.reads_everywhere(permission) else mine


def counts(who: Visitor) -> Counts:
    """How many wait, failed and left, and since when the oldest waits."""
    waiting = Message.state.in_((Delivery.WAITING, Delivery.SENDING))
    query = select(
        func.count(case((waiting, 1))),
        func.count(case((Message.state == Delivery.FAILED, 1))),
        func.count(case((Message.state == Delivery.SENT, 1))),
        func.min(case((waiting, Message.created_at))),
    ).where(seen(who, Permission.OUTBOX_READ))
    return Counts(*session.execute(query).one())


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The messages that the filters of the address keep."""
    query: Select[Any] = select(Message.id).where(seen(who, Permission.OUTBOX_READ))
    if typed := args.get("q", "").strip()[:100]:
        query = query.where(or_(Message.recipient.icontains(typed), Message.subject.icontains(typed)))
    if args.get("etat") in STATES:
        query = query.where(Message.state.in_(STATES[args["etat"]]))
    return query


STATES = {
    "attente": (Delivery.WAITING, Delivery.SENDING),
    "echec": (Delivery.FAILED,),
    "envoye": (Delivery.SENT,),
}


def details(identities: list[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """The messages to show, by identity; their text stays where it is: it may hold a link that opens an account."""
    return {one.id: one for one in session.scalars(select(Message).where(Message.id.in_(identities)))}
