"""What the charters call to mind to who keeps them: texts to revise, checks to make again, campaigns to close."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import func, select, true

from governance.charters import queries
from governance.database import session
from governance.reminding import Due, reminds
from models.base import day_of, months_after
from models.charters.campaign import Campaign, CampaignState
from models.charters.charter import Charter, CharterVersion
from models.charters.verification import Verification
from models.charters.words import MONTHS, CharterStatus, Frequency
from models.establishments import Establishment
from models.permissions import Permission, Role
from models.reminders import Subject
from models.vocabulary import N_

FIRST_CHECK = MONTHS[Frequency.TWICE_YEARLY]
"""How many months after a charter is published its application is first to be checked: the model advises from each
month to each year (proposal of the product)."""


@reminds(Subject.CHARTERS, N_("Charte à réviser"), to=(Role.DPO, Role.RSSI), needs=Permission.CHARTERS_READ)
def revisions(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Published charters, by their next revision."""
    query = select(Charter).where(Charter.review_on <= until, Charter.status == CharterStatus.PUBLISHED)
    for one in session.scalars(query.order_by(Charter.review_on, Charter.title)):
        yield Due(one, one.review_on, one.title, at=("charters.show", {"identity": one.id}))


@reminds(Subject.CHARTERS, N_("Application d’une charte à vérifier"), to=(Role.DPO,))
def checks(today: dt.date, until: dt.date) -> Iterator[Due]:
    """The latest check of each kind, when it is to be made again (HOP’EN P3.2, objective 3)."""
    for one in queries.due(true()):
        if one.due_on is not None and one.due_on <= until:
            yield Due(one.verification, one.due_on, one.verification.title)


@reminds(
    Subject.CHARTERS,
    N_("Application d’une charte jamais vérifiée"),
    to=(Role.DPO, Role.RSSI),
    needs=Permission.CHARTERS_READ,
)
def never_checked(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Charters in force in an establishment that never checked them: the first by its day, with how many lack it."""
    query = (
        select(Establishment, func.count(Charter.id.distinct()), func.min(CharterVersion.published_at))
        .select_from(Establishment)
        .join(Charter, Verification.missing(Establishment.id))
        .join(CharterVersion, (CharterVersion.charter_id == Charter.id) & (CharterVersion.number == 1))
        .group_by(Establishment.id)
    )
    for place, number, first in session.execute(query.order_by(Establishment.name)):
        day = months_after(day_of(first), FIRST_CHECK)
        if day <= until:
            asked = {"montrer": queries.UNCHECKED, "etablissement": place.code}
            yield Due(place, day, str(number), at=("charters.index", asked))


@reminds(Subject.CHARTERS, N_("Campagne de chartes à clore"), to=(Role.DPO, Role.HR), needs=Permission.CHARTERS_READ)
def campaigns(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Running campaigns, by the day on which they were to end."""
    query = select(Campaign).where(Campaign.ends_on <= until, Campaign.state == CampaignState.RUNNING)
    for one in session.scalars(query.order_by(Campaign.ends_on, Campaign.title)):
        yield Due(one, one.ends_on, one.title, at=("charters.campaign", {"identity": one.id}))
