"""What the plan calls to mind: her actions to each person, and those of nobody to who answers for their origin."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, load_only

from governance.database import session
from governance.reminding import Due, Reader, reminds
from models.people import Person
from models.permissions import Permission, Role
from models.plan import OPEN, Action
from models.reminders import Subject
from models.vocabulary import N_

CONFIDENTIAL = N_("titre confidentiel")

ANSWERS_FOR = {
    "register": Role.DPO,
    "rights": Role.DPO,
    "charters": Role.DPO,
    "notices": Role.DPO,
    "inventory": Role.RSSI,
    "measures": Role.RSSI,
    "risks": Role.RSSI,
    "policy": Role.RSSI,
    "positions": Role.HR,
    "people": Role.HR,
}
"""The room an action comes from -> who stands above its owner; the management for HOP’EN and for all else."""


_LIGHT = (
    load_only(
        Action.establishment_id,
        Action.department_id,
        Action.title,
        Action.due_on,
        Action.owner_id,
        Action.owner_name,
        Action.person_id,
        Action.origin_needs,
        Action.confidential,
    ),
    joinedload(Action.person).load_only(Person.email),
)
"""What is read of thousands of actions: the columns that say whose they are and who may read them."""


def _concerns(reader: Reader) -> ColumnElement[bool]:
    """SQL: the actions that may concern somebody: those of her team, and those of the rooms that she answers for."""
    if reader.answers(()):
        return or_(Action.owner_id.in_(reader.team), reader.here(Action))
    held = {room for room, role in ANSWERS_FOR.items() if role in reader.roles}
    needs = [one for one in Permission if one.value.partition(":")[0] in held]
    return or_(Action.owner_id.in_(reader.team), and_(reader.here(Action), Action.origin_needs.in_(needs)))


@reminds(Subject.PLAN, N_("Action"), to=(Role.MANAGEMENT,), narrows=True)
def actions(today: dt.date, until: dt.date, reader: Reader) -> Iterator[Due]:
    """Open actions. One entrusted to somebody without an account is told to her by the plan's own mail."""
    query = select(Action).where(Action.state.in_(OPEN), Action.due_on <= until, _concerns(reader)).options(*_LIGHT)
    for one in session.scalars(query.order_by(Action.due_on, Action.title)):
        role = ANSWERS_FOR.get((one.origin_needs or "").partition(":")[0], Role.MANAGEMENT)
        elsewhere = one.owner_id is None and one.person is not None and one.person.email is not None
        title = CONFIDENTIAL if one.is_withheld else one.title
        to = () if elsewhere else (role,)
        yield Due(one, one.due_on, title, owner_id=one.owner_id, owner_name=one.owner_name, to=to, above=(role,))
