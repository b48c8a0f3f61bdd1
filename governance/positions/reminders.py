"""What posts and nominations call to mind: terms, the word of CNIL, conflicts of interest, posts to fill."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from governance.database import session
from governance.reminding import Due, reminds
from models.permissions import Role
from models.positions.filling import Filling
from models.positions.nomination import CNIL_DELAY, REVIEW_EVERY, TERM_ALERT, Nomination
from models.positions.words import FillingState
from models.reminders import Subject
from models.vocabulary import N_

KEEPERS = (Role.HR, Role.DPO)


def _titled(nomination: Nomination) -> str:
    return f"{nomination.title}, {nomination.person.name}"


@reminds(Subject.POSITIONS, N_("Fin de mission"), to=KEEPERS, steps=(TERM_ALERT.days, 30, 7, 0))
def terms(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Missions in course, by their last day."""
    query = Nomination.whole().where(Nomination.ends_on.between(today, until))
    for one in session.scalars(query.order_by(Nomination.ends_on, Nomination.title)):
        yield Due(one, one.ends_on, _titled(one))


@reminds(Subject.POSITIONS, N_("DPO à désigner auprès de la CNIL"), to=KEEPERS, required=True)
def designations(today: dt.date, until: dt.date) -> Iterator[Due]:
    """DPOs in office of whom CNIL gave no receipt yet (RGPD, art. 37(7))."""
    awaited = Nomination.whole().where(Nomination.awaits_cnil(today))
    for one in session.scalars(awaited.order_by(Nomination.starts_on, Nomination.title)):
        yield Due(one, one.starts_on + CNIL_DELAY, _titled(one))


@reminds(Subject.POSITIONS, N_("Conflits d’intérêts à réexaminer"), to=KEEPERS)
def conflicts(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Missions in course, by the next examination of conflicts of interest; the first is due as they begin."""
    query = Nomination.whole().options(selectinload(Nomination.reviews)).where(Nomination.is_in_office(today))
    for one in session.scalars(query.order_by(Nomination.title)):
        last = one.examined
        day = (last.review_on or last.examined_on + REVIEW_EVERY) if last else one.starts_on
        if day <= until:
            yield Due(one, day, _titled(one))


@reminds(Subject.POSITIONS, N_("Poste à pourvoir"), to=(Role.HR,))
def fillings(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Posts that nobody fills yet, by the day they should be."""
    query = select(Filling).where(Filling.needed_by <= until, Filling.state == FillingState.OPEN)
    for one in session.scalars(query.order_by(Filling.needed_by, Filling.title)):
        yield Due(one, one.needed_by, one.title)
