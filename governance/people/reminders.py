"""What the directory calls to mind: the contracts that end, and the departures that nobody confirmed."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select

from governance.database import session
from governance.reminding import Due, reminds
from models.people import CONTRACT_ALERT, Person
from models.permissions import Permission, Role
from models.reminders import Subject
from models.vocabulary import N_


@reminds(
    Subject.PEOPLE,
    N_("Fin de contrat à confirmer"),
    to=(Role.HR,),
    steps=(CONTRACT_ALERT.days, 7, 0),
    needs=Permission.PEOPLE_READ,
)
def contracts(today: dt.date, until: dt.date) -> Iterator[Due]:
    """People who are here, or did not say when they left, by the end of their contract."""
    query = select(Person).where(
        Person.contract_ends_on <= until, Person.left_on.is_(None), Person.merged_into_id.is_(None)
    )
    for one in session.scalars(query.order_by(Person.contract_ends_on, Person.sort_name)):
        yield Due(one, one.contract_ends_on, one.name, at=("people.show", {"identity": one.id}))
