"""What the accounts call to mind: the roles that end."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import joinedload

from governance.database import session
from governance.reminding import Due, reminds
from models.accounts import RoleGrant, User
from models.permissions import Permission, Role
from models.reminders import Subject
from models.vocabulary import N_


@reminds(
    Subject.ACCOUNTS,
    N_("Fin d’un rôle"),
    to=(Role.ADMINISTRATOR,),
    steps=(30, 7),
    needs=Permission.ACCOUNTS_READ,
)
def roles(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Roles in force that have a last day, while there is time to prolong them."""
    ending = RoleGrant.in_force(today).join(User, User.id == RoleGrant.user_id)
    ending = ending.where(RoleGrant.ends_on <= until, User.disabled_at.is_(None))
    for one in session.scalars(ending.options(joinedload(RoleGrant.user)).order_by(RoleGrant.ends_on, User.name)):
        title = f"{one.user.name}, {one.role.label}"
        yield Due(one, one.ends_on, title, at=("accounts.show", {"identity": one.user_id}))
