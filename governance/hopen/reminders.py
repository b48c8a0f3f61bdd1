"""What HOP’EN calls to mind: what must be kept alive, and the objectives and actions that have a deadline."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.reminding import Due, Reader, reminds
from models.hopen.pack import PackLink
from models.hopen.tracking import Pursuit, Step
from models.hopen.upkeep import Upkeep
from models.hopen.words import OPEN
from models.permissions import Permission, Role
from models.reminders import Subject
from models.vocabulary import N_

STEERS = Role.MANAGEMENT, Role.IT


@reminds(Subject.HOPEN, N_("Suivi HOP’EN à tenir"), to=(Role.IT, Role.RSSI))
def upkeeps(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Units that meet, repositories updated, plans tested: by their next entry (P1, P2, P4)."""
    query = select(Upkeep).where(Upkeep.ended_on.is_(None), Upkeep.due_on <= until)
    for one in session.scalars(query.order_by(Upkeep.due_on, Upkeep.title)):
        yield Due(one, one.due_on, one.title)


@reminds(Subject.HOPEN, N_("Objectif HOP’EN à atteindre"), to=STEERS, needs=Permission.HOPEN_READ, narrows=True)
def objectives(today: dt.date, until: dt.date, reader: Reader) -> Iterator[Due]:
    """Objectives that are not reached, by their deadline."""
    if not reader.answers(STEERS):
        return
    unfinished = select(Step.id).where(Step.pursuit_id == Pursuit.id, Step.state.in_(OPEN)).exists()
    query = (
        select(Pursuit)
        .where(reader.here(Pursuit), Pursuit.deadline_on <= until, unfinished)
        .options(joinedload(Pursuit.objective))
    )
    for one in session.scalars(query.order_by(Pursuit.deadline_on, Pursuit.objective_code)):
        title = f"{one.objective_code} {one.objective.title}"
        yield Due(one, one.deadline_on, title, at=("hopen.indicator", {"code": one.objective.indicator_code}))


@reminds(Subject.HOPEN, N_("Action HOP’EN à faire"), to=STEERS, narrows=True)
def steps(today: dt.date, until: dt.date, reader: Reader) -> Iterator[Due]:
    """Actions to which somebody gave a day of their own."""
    if not reader.answers(STEERS):
        return
    query = (
        select(Step).where(reader.here(Step), Step.due_on <= until, Step.state.in_(OPEN)).options(joinedload(Step.task))
    )
    for one in session.scalars(query.order_by(Step.due_on, Step.task_code)):
        yield Due(one, one.due_on, f"{one.task_code} {one.task.text[:90]}")


@reminds(
    Subject.HOPEN,
    N_("Lien d’un dossier de preuves bientôt fermé"),
    to=(Role.MANAGEMENT, Role.DPO, Role.RSSI),
    steps=(7, 0),
    needs=Permission.HOPEN_EXPORT,
)
def links(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Links handed to somebody outside that still open a pack, by their last day: she may need another."""
    running = PackLink.revoked_at.is_(None), PackLink.expires_on.between(today, until)
    query = select(PackLink).where(*running).options(joinedload(PackLink.pack)).order_by(PackLink.expires_on)
    for one in session.scalars(query):
        page = "hopen.show_pack", {"identity": one.pack_id}
        yield Due(one.pack, one.expires_on, one.pack.name, part=one, at=page)
