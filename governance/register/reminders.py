"""What the register calls to mind: records to look at again, contracts and hosting certificates that end."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import func, or_, select

from governance.database import session
from governance.reminding import Due, Reader, reminds
from models.permissions import Role
from models.register.activity import Activity
from models.register.parts import AccessRight
from models.register.processor import HDS_ALERT, Processor
from models.register.words import ContractState, Status
from models.reminders import Subject
from models.vocabulary import N_

KEEPERS = Role.DPO, Role.CONTACT


def _titled(activity: Activity) -> str:
    return f"{activity.reference} {activity.name}"


@reminds(Subject.REGISTER, N_("Fiche du registre à revoir"), to=KEEPERS, required=True, narrows=True)
def reviews(today: dt.date, until: dt.date, reader: Reader) -> Iterator[Due]:
    """Records that are not archived, by their next review."""
    if not reader.answers(KEEPERS):
        return
    query = select(Activity).where(
        reader.here(Activity), Activity.review_on <= until, Activity.status != Status.ARCHIVED
    )
    for one in session.scalars(query.order_by(Activity.review_on, Activity.reference)):
        yield Due(one, one.review_on, _titled(one))


@reminds(Subject.REGISTER, N_("Revue des droits d’accès"), to=KEEPERS)
def access_reviews(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Records of which some rights of access are to be looked at again, by the first of these days."""
    day = func.min(AccessRight.review_on)
    query = select(Activity, day).join(AccessRight, AccessRight.activity_id == Activity.id).group_by(Activity.id)
    near = query.where(Activity.status != Status.ARCHIVED).having(day <= until)
    for one, first in session.execute(near.order_by(day, Activity.reference)):
        yield Due(one, first, _titled(one))


@reminds(Subject.REGISTER, N_("Fin du contrat d’un sous-traitant"), to=(Role.DPO,), steps=(90, 30, 7, 0))
def contracts(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Contracts that end, unless they are said to be over."""
    ends = Processor.contract_ends_on <= until, Processor.contract_state != ContractState.ENDED
    for one in session.scalars(select(Processor).where(*ends).order_by(Processor.contract_ends_on, Processor.name)):
        yield Due(one, one.contract_ends_on, one.name)


@reminds(
    Subject.REGISTER,
    N_("Certificat d’hébergement de données de santé"),
    to=(Role.DPO,),
    steps=(HDS_ALERT.days, 30, 7, 0),
    required=True,
)
def certificates(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Hosts of health data (CSP L1111-8): the end of their certificate; one that is not known is asked for now."""
    near = or_(Processor.hds_expires_on <= until, Processor.hds_expires_on.is_(None))
    hosts = select(Processor).where(Processor.hosts_health_data.is_(True), near)
    for one in session.scalars(hosts.order_by(Processor.hds_expires_on, Processor.name)):
        yield Due(one, one.hds_expires_on, one.name)
