"""What the tests of HOP’EN begin with: a tracking that somebody keeps."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.establishments import Establishment
from models.hopen.prerequisites import Objective
from models.hopen.tracking import Pursuit, Step, begin_tracking


def tracked(session: Session, place: uuid.UUID) -> dict[str, Step]:
    """Begin the tracking of an establishment; gives its steps by the code of their action."""
    known = list(session.scalars(select(Objective).order_by(Objective.position)))
    begin_tracking(session, session.get_one(Establishment, place), known)
    return {one.task_code: one for one in session.scalars(select(Step).where(Step.establishment_id == place))}


def pursued(session: Session, place: uuid.UUID, code: str) -> Pursuit:
    """One objective of an establishment whose tracking is begun."""
    wanted = select(Pursuit).where(Pursuit.establishment_id == place, Pursuit.objective_code == code)
    return session.scalars(wanted).one()
