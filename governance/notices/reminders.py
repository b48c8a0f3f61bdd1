"""What the information of patients calls to mind: notices, tools, hand-outs, and the requests of data subjects."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select, true

from governance.database import session
from governance.reminding import Due, reminds
from models.base import day_of, months_after
from models.charters.words import MONTHS
from models.notices.campaign import DiffusionCampaign
from models.notices.notice import PatientNotice
from models.notices.standing import revised
from models.notices.tool import InformationTool
from models.notices.words import ToolState
from models.permissions import Role
from models.reminders import Subject
from models.rights import DataSubjectRequest
from models.vocabulary import N_


@reminds(
    Subject.RIGHTS,
    N_("Demande de droits à laquelle répondre"),
    to=(Role.DPO,),
    steps=(30, 7, 1, 0),
    required=True,
    urgent=True,
)
def requests_to_answer(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Requests without an answer, by the last day to give one (RGPD, art. 12(3))."""
    open_ = DataSubjectRequest.due_on <= until, DataSubjectRequest.answered_on.is_(None)
    for one in session.scalars(select(DataSubjectRequest).where(*open_).order_by(DataSubjectRequest.due_on)):
        yield Due(one, one.due_on, one.reference)


@reminds(Subject.NOTICES, N_("Notice à réviser"), to=(Role.DPO,))
def stale_notices(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Published notices that no longer say what the register says: now."""
    stale = PatientNotice.id.in_(revised(session(), true(), today))
    for one in session.scalars(select(PatientNotice).where(stale).order_by(PatientNotice.title)):
        yield Due(one, None, one.title)


@reminds(Subject.NOTICES, N_("Support à vérifier"), to=(Role.DPO,))
def tools(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Tools in use, by their next check."""
    query = select(InformationTool).where(
        InformationTool.next_check_on <= until, InformationTool.state == ToolState.IN_USE
    )
    for one in session.scalars(query.order_by(InformationTool.next_check_on, InformationTool.title)):
        yield Due(one, one.next_check_on, one.title)


@reminds(Subject.NOTICES, N_("Support jamais vérifié"), to=(Role.DPO,))
def unchecked_tools(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Tools in use that are to be checked every so often and never were: as long after their edition as they say."""
    never = InformationTool.next_check_on.is_(None), InformationTool.state == ToolState.IN_USE
    query = select(InformationTool).where(*never, InformationTool.frequency.is_not(None))
    for one in session.scalars(query.order_by(InformationTool.title)):
        day = months_after(one.issued_on or day_of(one.created_at), MONTHS[one.frequency]) if one.frequency else None
        if day is not None and day <= until:
            yield Due(one, day, one.title)


@reminds(Subject.NOTICES, N_("Campagne de diffusion : bilan à dire"), to=(Role.DPO,))
def diffusions(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Hand-outs that nobody closed, by their last day."""
    query = select(DiffusionCampaign).where(DiffusionCampaign.ends_on <= until, DiffusionCampaign.closed_on.is_(None))
    for one in session.scalars(query.order_by(DiffusionCampaign.ends_on, DiffusionCampaign.title)):
        yield Due(one, one.ends_on, one.title)
