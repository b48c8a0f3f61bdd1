"""Who is to be told of what: the dated things of the house, shared out among the accounts by their rights on each."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from governance.colleagues import Colleague, Colleagues
from governance.database import session
from governance.reminding import EVERYBODY, Due, Kind, Reader, dues
from governance.visitor import Visitor
from models.establishments import ESCALATE_AFTER, Establishment
from models.evidence import HasEvidence
from models.permissions import Role
from models.reminders import Moment, moment_of, step_of

NAMED = 3
"""How many of those in charge are named to whoever stands above."""
PRESSING = 1
"""How many days before its day an urgent thing no longer waits for the day of the digest."""


Key = tuple[str, uuid.UUID, dt.date]


@dataclass(frozen=True)
class Line:
    """One thing told to one account. `moment` is ABOVE when it has been late for too long in other hands (`held_by`);
    `named` is false when she may not read it, and learns only of what kind it is."""

    kind: Kind
    due: Due
    day: dt.date
    step: int
    moment: Moment
    place: str
    days_late: int
    is_own: bool = False
    named: bool = True
    held_by: str = ""

    @property
    def is_escalated(self) -> bool:
        return self.moment is Moment.ABOVE

    @property
    def key(self) -> Key:
        """What is remembered of it, with the step at which it was told."""
        return self.kind.key, self.due.id, self.day

    @property
    def is_required(self) -> bool:
        """Whether nobody is spared of it: imposed, and late."""
        return self.kind.required and (self.step < 0 or self.due.day is None)

    @property
    def is_pressing(self) -> bool:
        """Whether it does not wait for the day of the digest: urgent, and about its day."""
        return self.kind.urgent and self.due.day is not None and -1 <= self.step <= PRESSING


def own(today: dt.date, user_id: uuid.UUID, ahead: int | None = None) -> list[Line]:
    """What concerns one account, as `lines` says it for all, read for her alone."""
    people = Colleagues(today)
    if user_id not in people.by_id:
        return []
    grants = people.by_id[user_id].who.grants
    places = frozenset(one.establishment_id for one in grants if one.establishment_id)
    everywhere = any(one.establishment_id is None for one in grants)
    reader = Reader(frozenset(one.role for one in grants), None if everywhere else places, people.team_of(user_id))
    return lines(today, people, ahead, reader).get(user_id, [])


def lines(
    today: dt.date, people: Colleagues, ahead: int | None = None, reader: Reader = EVERYBODY
) -> dict[uuid.UUID, list[Line]]:
    """What concerns each account, by identity; `ahead`: how many days to look ahead, else as each kind is reminded."""
    places = {one.id: one for one in session.scalars(select(Establishment))}
    found: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for kind, due in dues(today, ahead, reader):
        place = places.get(due.thing.establishment_id) if due.thing.establishment_id else None
        line = _line(kind, due, today, place, ahead)
        if line is None:
            continue
        charged = responsible(people, kind, due)
        for one in charged:
            found[one.user.id].append(replace(line, is_own=one.user.id == due.owner_id))
        if line.days_late > (place.escalate_after if place else ESCALATE_AFTER):  # what is common to the group: its own
            held_by = due.owner_name or ", ".join(one.user.name for one in charged[:NAMED])
            told = replace(line, moment=Moment.ABOVE, held_by=held_by)
            for one in above(people, kind, due, charged):
                found[one.user.id].append(replace(told, named=reads(one.who, kind, due)))
    return found


def _line(kind: Kind, due: Due, today: dt.date, place: Establishment | None, ahead: int | None) -> Line | None:
    """What is told of a thing whoever it is told to; None while it is too far."""
    where = place.name if place else ""
    if due.day is None:  # it is asked for each week
        return Line(kind, due, today - dt.timedelta(days=today.weekday()), 0, Moment.LATE, where, 0)
    step = step_of(due.day, today, kind.steps)
    if step is None and ahead is None:
        return None
    late = max((today - due.day).days, 0)
    return Line(kind, due, due.day, max(kind.steps) if step is None else step, moment_of(due.day, today), where, late)


def reads(who: Visitor, kind: Kind, due: Due) -> bool:
    """Whether a thing is hers to read."""
    if kind.needs is not None:
        return who.may(kind.needs, due.thing)
    return isinstance(due.thing, HasEvidence) and who.may_read(due.thing)


def responsible(people: Colleagues, kind: Kind, due: Due) -> list[Colleague]:
    """Its owner, if she has an open account and may read it; else those who answer for it by their role, and may."""
    owner = people.by_id.get(due.owner_id) if due.owner_id else None
    if owner is not None and reads(owner.who, kind, due):
        return [owner]
    return _readers(people, kind.to if due.to is None else due.to, kind, due)


def _readers(people: Colleagues, roles: Iterable[Role], kind: Kind, due: Due) -> list[Colleague]:
    return [one for one in people.holding(roles, due.thing) if reads(one.who, kind, due)]


def above(people: Colleagues, kind: Kind, due: Due, own: list[Colleague]) -> list[Colleague]:
    """Who is told when it stays late: the owner's own manager, with those whose role stands above; the management when
    these are the very people in charge."""
    told = {one.user.id for one in own}
    roles = kind.above if due.above is None else due.above
    manager = people.manager_of(due.owner_id) if due.owner_id is not None and due.owner_id in told else None
    found = [*([manager] if manager else []), *people.holding(roles, due.thing)]
    found = [one for one in found if one.user.id not in told]
    if not found:
        found = [one for one in people.holding((Role.MANAGEMENT,), due.thing) if one.user.id not in told]
    return list({one.user.id: one for one in found}.values())
