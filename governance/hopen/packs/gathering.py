"""What a pack holds: the tracker, the proofs of each action, what the rooms give, as far as its maker reads them."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from exports.hopen import tracker, upkeep
from exports.hopen.pack import Head, Piece, file_name
from exports.texts import day
from governance import files
from governance.database import session
from governance.hopen import queries
from governance.packing import Given, Room, givers
from governance.packing import pieces as attached
from governance.terms import terms
from governance.visitor import Place, Visitor
from models.base import now, today
from models.establishments import Establishment
from models.evidence import Attachment
from models.hopen.opinions import StepOpinion
from models.hopen.pack import INDICATORS, Audience
from models.hopen.prerequisites import Indicator, Task
from models.hopen.shown import base
from models.hopen.tracking import Step
from models.hopen.upkeep import Upkeep
from models.permissions import Permission

EXPORT = Permission.HOPEN_EXPORT


def head(who: Visitor, audience: Audience, places: Sequence[Place], of: str, asked: Collection[str] = ()) -> Head:
    """What the pack says of itself: for whom, of whom, and where each of its indicators stands."""
    shown = queries.overview(who, today())
    wanted = session.scalars(select(Indicator).where(_indicators(audience)).order_by(Indicator.position))
    summary = [(f"{one.code} {one.title}", _states(shown, one.code, places)) for one in wanted]
    reserved = [_(room.reserved) for room in rooms(who, audience, places, asked) if room.reserved]
    at = now().replace(microsecond=0)
    told = [(title, states) for title, states in summary if states]
    return Head(_(audience.label), of, who.name, at, told, _opinions(who, audience, places), reserved)


def _states(shown: queries.Overview, code: str, places: Sequence[Place]) -> str:
    """Where an indicator stands: in each establishment, where there are several."""
    cells = [(place, cell) for place in places if (cell := shown.cell(code, place.id))]
    states = [
        (place.code, f"{_(cell.reach.label)} ({cell.done}/{cell.applicable})".replace(" ", "\u00a0"))
        for place, cell in cells
    ]
    return " · ".join(f"{name}\u00a0: {state}" if len(places) > 1 else state for name, state in states)


def _opinions(who: Visitor, audience: Audience, places: Sequence[Place]) -> list[tuple[str, ...]]:
    """(action, body, day, opinion, minutes) of what bodies said of the actions, action by action."""
    query = (
        select(StepOpinion, Step.task_code, Establishment.code)
        .join(Step, Step.id == StepOpinion.step_id)
        .join(Task, Task.code == Step.task_code)
        .join(Indicator, Indicator.code == Task.indicator_code)
        .join(Establishment, Establishment.id == Step.establishment_id)
        .where(who.sees(Step, EXPORT), Step.establishment_id.in_([one.id for one in places]), _indicators(audience))
        .order_by(Establishment.code, Task.position, StepOpinion.held_on)
    )
    several = len(places) > 1
    return [
        (f"{code} · {task}" if several else task, one.body_label, day(one.held_on), _(one.opinion.label), one.minutes)
        for one, task, code in session.execute(query)
    ]


@dataclass(frozen=True)
class Gone:
    """A file that proves an action or a follow-up, and is no longer there: its name, of what, the page of that."""

    name: str
    about: str
    endpoint: str
    identity: uuid.UUID


def gone(places: Sequence[Place]) -> list[Gone]:
    """The files that a pack would name as absent, before it is made. Two queries; the bytes are only weighed."""
    here = [one.id for one in places]
    steps = select(Attachment, Step.task_code).join(Step, Step.id == Attachment.owner_id)
    upkeeps = select(Attachment, Upkeep.title).join(Upkeep, Upkeep.id == Attachment.owner_id)
    found: list[Gone] = []
    owners: Any = ((steps, Step, "hopen.step"), (upkeeps, Upkeep, "hopen.upkeep"))
    for query, owner, endpoint in owners:
        of_it = Attachment.owner_type == owner.__tablename__, Attachment.removed_at.is_(None)
        rows = session.execute(query.where(*of_it, owner.establishment_id.in_(here)).order_by(Attachment.created_at))
        found += [Gone(one.shown_name, about, endpoint, one.owner_id) for one, about in rows if not files.is_there(one)]
    return found


def _indicators(audience: Audience) -> ColumnElement[bool]:
    return or_(*(Indicator.code.startswith(code, autoescape=True) for code in INDICATORS[audience]))


def pieces(who: Visitor, audience: Audience, places: Sequence[Place], asked: Collection[str] = ()) -> Iterator[Piece]:
    """Each document of the pack in its order, made when its turn comes; `asked`: the rights of the reserved ones."""
    giving = rooms(who, audience, places, asked)
    for place in places:
        folder = f"{file_name(place.code)}/" if len(places) > 1 else ""
        steps = _steps(who, audience, place.id)
        yield from _tracker(who, place, steps, folder)
        yield from _kept_alive(who, audience, place, folder)
        yield from _given(giving, place, folder)
        yield from _attached(steps, folder)


def _steps(who: Visitor, audience: Audience, place: uuid.UUID) -> dict[uuid.UUID, Step]:
    query = base(Step.id).join(Indicator, Indicator.code == Task.indicator_code)
    query = query.where(who.sees(Step, EXPORT), Step.establishment_id == place, _indicators(audience))
    found = list(session.scalars(query.order_by(Task.position)))
    return {one: line.step for one, line in queries.details(who, found).items()}


def _tracker(who: Visitor, place: Place, steps: dict[uuid.UUID, Step], folder: str) -> Iterator[Piece]:
    found = queries.details(who, list(steps)).values()
    lines = [tracker.Tracked(line.step, line.owners, line.proofs) for line in found]
    told = tracker.Tracking(place.name, lines, now().replace(microsecond=0), terms())
    for kind in ("pdf", "xlsx"):
        path = f"{folder}00-suivi/suivi-hopen.{kind}"
        yield Piece(path, _("Suivi HOP’EN (.%(kind)s)", kind=kind), place.name, tracker.MAKERS[kind](told))


def _kept_alive(who: Visitor, audience: Audience, place: Place, folder: str) -> Iterator[Piece]:
    """The units, repositories and tests of the audience's indicators, with the files attached to them."""
    here = who.sees(Upkeep, EXPORT), Upkeep.establishment_id == place.id
    query = select(Upkeep).where(*here).options(selectinload(Upkeep.entries)).order_by(Upkeep.due_on, Upkeep.title)
    found = {one.id: one for one in session.scalars(query) if one.kind.indicator.startswith(INDICATORS[audience])}
    if found:
        home, about = session.get_one(Establishment, place.id), _("Suivis tenus à jour – %(place)s", place=place.name)
        content = upkeep.booklet(list(found.values()), home, today()).pdf(today())
        yield Piece(f"{folder}00-suivi/suivis.pdf", _("Suivis tenus à jour"), about, BytesIO(content))
        for given in attached(Upkeep, list(found)):
            yield Piece(f"{folder}00-suivi/{_path(given)}", given.title, about, given.content, given.sha256)


def _path(given: Given) -> str:
    return "/".join(map(file_name, given.name.split("/")))


def rooms(who: Visitor, audience: Audience, places: Sequence[Place], asked: Collection[str] = ()) -> list[Room]:
    """The rooms that give, by rights that this maker holds over all that the pack covers: she may then take it."""
    return [room for room in givers(audience, asked) if _holds(who, room.needs, places)]


def _holds(who: Visitor, need: Permission, places: Sequence[Place]) -> bool:
    return who.reads_everywhere(need) if len(places) > 1 else places[0] in who.places(need)


def titles(who: Visitor, audience: Audience) -> list[str]:
    """What the rooms give to an audience by this maker, each title once."""
    return list(dict.fromkeys(_(room.title) for room in givers(audience) if who.may(room.needs)))


def _given(giving: Sequence[Room], place: Place, folder: str) -> Iterator[Piece]:
    home = session.get_one(Establishment, place.id)
    for room in giving:
        about = f"{_(room.title)} – {place.name}"
        under = f"{folder}{file_name(room.title).lower()}"
        for given in room.give(home):
            yield Piece(f"{under}/{_path(given)}", given.title, about, given.content, given.sha256)


def _attached(steps: dict[uuid.UUID, Step], folder: str) -> Iterator[Piece]:
    """The files attached to the actions; one that is gone or altered is told, and does not stop the pack."""
    query = select(Attachment).where(
        Attachment.owner_type == Step.__tablename__, Attachment.owner_id.in_(steps), Attachment.removed_at.is_(None)
    )
    by_step: dict[uuid.UUID, list[Attachment]] = {}
    for one in session.scalars(query.order_by(Attachment.created_at, Attachment.name)):
        by_step.setdefault(one.owner_id, []).append(one)
    for identity, step in steps.items():
        for one in by_step.get(identity, ()):
            stem, _dot, ending = one.name.rpartition(".")
            path = f"{folder}{step.task.indicator_code}/{step.task_code}-{file_name(stem)}.{file_name(ending)}"
            yield Piece(path, one.shown_name, _about(step), files.place(one.sha256), one.sha256)


def _about(step: Step) -> str:
    return f"{step.task_code} {step.task.text}"[:200]
