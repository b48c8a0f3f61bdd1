"""What a pack holds: the tracker, the proofs of each action, what the rooms give, as far as its maker reads them."""

import uuid
from collections.abc import Iterator, Sequence
from io import BytesIO

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import undefer

from exports.hopen import tracker
from exports.hopen.pack import Head, Piece, file_name
from governance import files
from governance.database import session
from governance.hopen import linking, queries
from governance.packing import GIVERS
from governance.terms import terms
from governance.visitor import Place, Visitor
from models.base import now, today
from models.charters.charter import Charter, CharterVersion
from models.charters.words import MediaType
from models.establishments import Establishment
from models.evidence import Attachment
from models.hopen.opinions import StepLink
from models.hopen.pack import INDICATORS, Audience
from models.hopen.prerequisites import Indicator, Task
from models.hopen.shown import base
from models.hopen.tracking import Step
from models.permissions import Permission

EXPORT = Permission.HOPEN_EXPORT


def head(who: Visitor, audience: Audience, places: Sequence[Place], of: str) -> Head:
    """What the pack says of itself: for whom, of whom, and where each of its indicators stands."""
    shown = queries.overview(who, today())
    wanted = session.scalars(select(Indicator).where(_indicators(audience)).order_by(Indicator.position))
    summary = []
    for one in wanted:
        for place in places:
            cell = shown.cell(one.code, place.id)
            where = f" – {place.code}" if len(places) > 1 else ""
            if cell is not None:
                state = f"{_(cell.reach.label)} ({cell.done}/{cell.applicable})"
                summary.append((f"{one.code} {one.title}{where}", state))
    return Head(_(audience.label), of, who.name, now().replace(microsecond=0), summary)


def _indicators(audience: Audience) -> ColumnElement[bool]:
    return or_(*(Indicator.code.startswith(code, autoescape=True) for code in INDICATORS[audience]))


def pieces(who: Visitor, audience: Audience, places: Sequence[Place]) -> Iterator[Piece]:
    """Each document of the pack in its order; those of a room are made when they are asked for."""
    for place in places:
        folder = f"{file_name(place.code)}/" if len(places) > 1 else ""
        steps = _steps(who, audience, place.id)
        yield from _tracker(who, place, steps, folder)
        yield from _given(who, audience, place, folder)
        yield from _attached(steps, folder)
        yield from _linked(who, steps, folder)


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


def needs(who: Visitor, audience: Audience) -> list[Permission]:
    """The rights by which this maker puts in more than the tracker: those of the rooms that give, and of charters."""
    given = [room.needs for room in GIVERS if audience in room.audiences]
    return sorted({need for need in (*given, Permission.CHARTERS_READ) if who.may(need)})


def _given(who: Visitor, audience: Audience, place: Place, folder: str) -> Iterator[Piece]:
    home = session.get_one(Establishment, place.id)
    for room in GIVERS:
        if audience in room.audiences and who.may(room.needs, home):
            for given in room.give(home):
                yield Piece(f"{folder}01-registres/{given.name}", given.title, place.name, given.content)


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


def _linked(who: Visitor, steps: dict[uuid.UUID, Step], folder: str) -> Iterator[Piece]:
    """The exact bytes of the charters that actions point to, each once, in the version in force."""
    query = (
        select(StepLink.step_id, CharterVersion)
        .join(Charter, Charter.id == StepLink.record_id)
        .join(
            CharterVersion,
            (CharterVersion.charter_id == Charter.id) & (CharterVersion.number == Charter.published_number),
        )
        .where(StepLink.kind == linking.CHARTER, StepLink.step_id.in_(steps))
        .options(undefer(CharterVersion.body))
    )
    seen: set[uuid.UUID] = set()
    for step_id, version in session.execute(query.order_by(StepLink.created_at)):
        if version.id not in seen and linking.readable(who, version.charter):
            seen.add(version.id)
            step, ending = steps[step_id], "pdf" if version.media_type is MediaType.PDF else "html"
            name = f"{step.task_code}-{file_name(version.title)}-v{version.number}.{ending}"
            title = f"{version.title}, version {version.number}"
            source = BytesIO(version.body)
            yield Piece(f"{folder}{step.task.indicator_code}/{name}", title, _about(step), source, version.sha256)
